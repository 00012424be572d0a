"""Every act, done and refused: one row in the audit log, in the transaction of what it changed.

First every service that acts for a person, with the arguments of the rights matrix, as everybody
of the county, each change taken back; then what those arguments do not lead to, done in a row
(``acts``). Every action that the code can write must have been met, and refused to somebody.
"""

from __future__ import annotations

import inspect
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
from tests.prove.acts import Told, a_county, tell
from tests.prove.databases import another_store
from tests.prove.proof import Proof
from tests.rights.arguments import arguments_of
from tests.rights.recording import Recording, Transaction, require_one_row
from tests.rights.scene import filled, own_people
from tests.rights.walk import Entry, every_entry

# Nobody is asked for a right: who acts is not known yet, acts on oneself alone, or is the program.
OF_ANYBODY = {
    "sign_in", "sign_in_refused", "sign_in_throttled", "sign_out", "change_password",
    "change_password_refused", "change_password_throttled", "refused", "end_inspection",
    "end_job", "fail_job",
    "open_contradiction", "contradiction_corrected", "reopen_notice", "back_up", "restore",
}  # fmt: skip


# What the story needs and the walk tries.
BY_THE_WAY = {
    "add_policy", "change_setting", "file_report", "issue_notice", "keep_imagery", "keep_layer",
    "name_region", "report_confirmed", "run_check",
}  # fmt: skip


def prove(parts: int, folder: Path) -> str:
    """Do everything, and fail for an act without its one row or one that was never met.

    In short only what the walk does not lead to: the test of the rights matrix walks as well.
    """
    walked: list[Transaction] = []
    refused: set[str] = set()
    if parts > 1:
        store = open_store(folder / "walk")
        migrate(store)
        here = Recording(store.engine, store.folder, store.files_url, is_kept=False)
        walked, refused = _walked(here)
        store.engine.dispose()
    told = _told(folder)
    done, shut = [*walked, *told.store.seen], refused | told.refused
    require_one_row(done)
    met = {action for one in done for action in one.actions}
    wanted = {action for _place, action in audited()} if parts > 1 else met - BY_THE_WAY
    unmet = sorted(name for name in wanted if not _holds(met, name))
    assert not unmet, f"never met: {unmet}"
    never = sorted(one for one in wanted - OF_ANYBODY if not _holds(shut, one))
    assert not never, f"never refused to anybody: {never}"
    which = "all " if parts > 1 else ""
    return (
        f"{which}{len(wanted)} actions of the catalogue done in {len(done):,} transactions, each "
        "with exactly one row of the log in the transaction of its change; "
        f"{len(wanted - OF_ANYBODY)} refused to who has no right: nothing changed and one row "
        "that says so"
    )


def _told(folder: Path) -> Told:
    store = another_store(folder / "story")
    migrate(store)
    told = a_county(Recording(store.engine, store.folder, store.files_url))
    tell(told, folder)
    with store.reading() as connection:
        assert audit.broken_at(connection) is None
    store.engine.dispose()
    return told


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


PROOF = Proof("audited", "Every act has its row", prove, quick=1, long=2, on_postgres=2)
