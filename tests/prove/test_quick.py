"""The short form of every proof; ``make prove`` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prove.proof import Unprovable
from tests.prove.proofs import PROOFS


@pytest.mark.parametrize("name", [name for name, proof in PROOFS.items() if proof.quick])
def test_the_promise_holds(name: str, tmp_path: Path) -> None:
    proof = PROOFS[name]
    try:
        print(proof.prove(proof.quick, tmp_path))
    except Unprovable as reason:
        pytest.skip(str(reason))


def test_every_module_of_the_folder_is_in_the_table() -> None:
    proofs = {
        file.stem
        for file in Path(__file__).parent.glob("*.py")
        if "\nPROOF = " in file.read_text(encoding="utf-8")
    }
    assert proofs == set(PROOFS)
