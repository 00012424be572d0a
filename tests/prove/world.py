"""Every file that other projects tried their readers with: read, or refused in our words."""

from __future__ import annotations

from pathlib import Path

from tests.gis.world import DATA, files_of_the_world, outcomes
from tests.prove.hostile import WORDS_OF_OTHERS
from tests.prove.proof import Proof, Unprovable


def prove(least: int, _folder: Path) -> str:
    """Read them all; fail when there are fewer than ``least``."""
    if not DATA.is_dir():
        raise Unprovable("the shared layers are not on this machine")
    files = files_of_the_world(is_whole=True)
    told = outcomes(files)
    assert len(told) >= least, f"only {len(told)} files"
    foreign = [words for words in told if WORDS_OF_OTHERS.search(words.replace(str(DATA), ""))]
    assert not foreign, foreign[:3]
    return (
        f"{len(told)} files of other projects' collections: {told.count('')} read with every row "
        f"kept or told, {len(told) - told.count('')} refused in our words"
    )


PROOF = Proof("world", "Files that others tried their readers with", prove, quick=0, long=200)
