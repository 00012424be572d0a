"""Every act, done and refused: one row in the audit log, in the transaction of what it changed.

First every service that acts for a person, with the arguments of the rights matrix, as everybody
of the county, each change taken back; then what those arguments do not lead to, done in a row
(``acts``). Every action that the code can write must have been met, and refused to somebody.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from parcels.people.access import Refused
from parcels.people.actor import Actor
from parcels.services.note_refusal import REFUSED, note_refusal
from parcels.store import audit
from parcels.store.engine import open_store
from parcels.store.migrate import migrate
from tests.audited import audited
from tests.builders import NOW
from tests.prove.acts import a_county, tell
from tests.prove.databases import another_store
from tests.prove.proof import Proof
from tests.prove.recording import Recording, Transaction
from tests.prove.watched import HOLDS, NO_ACT, ONE_EACH
from tests.rights.arguments import arguments_of
from tests.rights.scene import filled, own_people
from tests.rights.walk import Entry, every_entry

# Nobody is asked for a right: who acts is not known yet, acts on oneself alone, or is the program.
OF_ANYBODY = {
    "sign_in", "sign_in_refused", "sign_in_throttled", "sign_out", "change_password",
    "change_password_refused", "change_password_throttled", "refused", "end_inspection",
    "end_job", "fail_job",
    "open_contradiction", "contradiction_corrected", "reopen_notice", "back_up", "restore",
}  # fmt: skip


def prove(_amount: int, folder: Path) -> str:
    """Do everything, and fail for an act without its one row or one that was never met."""
    store = open_store(folder / "walk")
    migrate(store)
    walked, refused = _walked(Recording(store.engine, store.folder, store.files_url, is_kept=False))
    store.engine.dispose()
    other = another_store(folder / "story")
    migrate(other)
    told = a_county(Recording(other.engine, other.folder, other.files_url))
    tell(told, folder)
    with other.reading() as connection:
        assert audit.broken_at(connection) is None
    other.engine.dispose()
    done = [*walked, *told.store.seen]
    require_one_row(done)
    catalogue = {action for _place, action in audited()}
    met = {action for one in done for action in one.actions}
    unmet = sorted(name for name in catalogue if not _holds(met, name))
    assert not unmet, f"never met: {unmet}"
    shut = refused | told.refused
    never = sorted(one for one in catalogue - OF_ANYBODY if not _holds(shut, one))
    assert not never, f"never refused to anybody: {never}"
    return (
        f"{len(catalogue)} of {len(catalogue)} actions of the catalogue done in {len(done):,} "
        f"transactions, each with exactly one row of the log in the transaction of its change; "
        f"{len(catalogue - OF_ANYBODY)} refused to who has no right: nothing changed and one row "
        "that says so"
    )


def require_one_row(done: Iterable[Transaction]) -> None:
    """Fail for a change without a row, or for more rows than acts."""
    silent = [
        one for one in done
        if not one.actions and not one.tables <= NO_ACT
        and one.at.rpartition(":")[2] not in HOLDS
    ]  # fmt: skip
    assert not silent, f"changed without a row: {silent[:3]}"
    twice = [
        one for one in done
        if max(Counter(one.actions).values(), default=0) > 1
        and one.at.rpartition(":")[2] not in ONE_EACH
    ]  # fmt: skip
    assert not twice, f"one act, the same row twice: {twice[:3]}"


def _walked(store: Recording) -> tuple[list[Transaction], set[str]]:
    """Call every service as everybody; return what was changed and which actions were refused."""
    scene = filled(replace(store, is_kept=True, seen=[]))
    people, done, refused = own_people(scene), [], set()
    for entry in every_entry():
        wanted, _is_known = arguments_of(entry, scene)
        met: set[str] = set()
        shut = None
        for actor in people.values():
            store.seen.clear()
            error = _error_of(entry, store, actor, wanted)
            done += store.seen
            met.update(action for one in store.seen for action in one.actions)
            if isinstance(error, Refused):
                assert not store.seen, f"{entry.key} changed something and refused"
                shut = actor, error
        if shut and met:
            store.seen.clear()
            note_refusal(store, *shut, now=NOW)
            [one] = store.seen
            assert one.actions == (REFUSED,)
            refused |= met
    return done, refused


def _error_of(
    entry: Entry, store: Recording, actor: Actor, wanted: dict[str, Any]
) -> Exception | None:
    try:
        result = entry.call(store, actor, **wanted)
        if inspect.isgenerator(result):
            list(result)
    except Exception as error:  # what it is, the rights matrix judges
        return error
    return None


def _holds(met: Iterable[str], name: str) -> bool:
    if name.endswith("*"):
        return any(action.startswith(name[:-1]) for action in met)
    return name in met


PROOF = Proof("audited", "Every act has its row", prove, quick=1, long=1, on_postgres=1)
