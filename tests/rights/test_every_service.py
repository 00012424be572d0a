"""Every function that acts for a person, tried by people who are nobody to the thing it is about.

Whoever is of another township or county changes nothing of it and reads no word of it; and no
function changes anything for a role without having asked the table of rights.
"""

from __future__ import annotations

import pytest

from parcels.people import access
from parcels.people.actor import Role
from parcels.store.engine import Store
from tests.rights.arguments import arguments_of
from tests.rights.recording import Recording, Transaction, require_one_row
from tests.rights.scene import CANARY, Scene, filled, own_people, people
from tests.rights.walk import AskedMay, every_entry, tried

ENTRIES = every_entry()
OWN_ROW = "writes the row of the person's own doing, about nobody else"
OWN_FILE = "hands out the person's own region, and writes down that it did"
OWN_JOB = "breaks off a job of one's own"
OFFICE = "is of the office as a whole, kept by its administrator"
ANYONE = {
    "parcels.services.note_refusal.note_refusal": OWN_ROW,
    "parcels.services.note_refusal.note_refused_address": OWN_ROW,
    "parcels.services.read_audit.record_export": OWN_ROW,
    "reports.services.week.record_export": OWN_ROW,
    "reports.services.export_ledger.ledger_file": OWN_FILE,
    "reports.services.export_ledger.ledger_coordinates": OWN_FILE,
    "reports.services.issue_documents.coded_set": OWN_FILE,
    "reports.services.issue_papers.figures_file": OWN_FILE,
    "parcels.services.jobs.cancel_job": OWN_JOB,
    "parcels.services.keep_settings.change_settings": OFFICE,
    "reports.services.looks.keep_template": OFFICE,
    "reports.services.looks.restore_template": OFFICE,
}
PUBLISHED = {"reports.services.issue_papers.figures_file"}  # for every township of the county
SLOW = {  # draws pages or opens a file in a child: tried by few
    "file_form", "pictures_of", "day_documents", "issue_documents", "import_region_names",
    "import_calendar", "import_accounts", "keep_photo", "period_document", "check_files",
    "coded_set", "letter_file", "keep_letters", "figures_file", "keep_figures",
}  # fmt: skip
FEW_STRANGERS = ("reporter of A",)
FEW_ROLES = (Role.TOWNSHIP_REPORTER, Role.BUREAU_CLERK, Role.ADMINISTRATOR)
SINGS = {
    "judgements", "corrections", "ledger_rows", "judged_parcels", "teams",
    "movements", "contradictions_of", "notices", "reports_between", "notices_of_parcel",
    "inspections_of_parcel", "believed_parcels", "attachments", "hand_out_attachment",
}  # fmt: skip


@pytest.fixture
def may(monkeypatch: pytest.MonkeyPatch) -> AskedMay:
    table = AskedMay()
    monkeypatch.setattr(access, "MAY", table)
    return table


@pytest.fixture
def scene(store: Store) -> Scene:
    return filled(store)


def test_nobody_reaches_what_is_not_theirs(scene: Scene, may: AskedMay) -> None:
    here = scene.here.store
    store = Recording(here.engine, here.folder, here.files_url, is_kept=False)
    strangers, own = people(scene), own_people(scene)
    wrong, heard, shut, guessed = [], set(), set(), 0
    done: list[Transaction] = []
    for entry in ENTRIES:
        wanted, is_known = arguments_of(entry, scene)
        guessed += not is_known
        is_slow = entry.name in SLOW
        for who, actor in strangers.items():
            if is_slow and who not in FEW_STRANGERS:
                continue
            found = tried(entry, store, actor, wanted, may)
            if CANARY in found.said and entry.key not in PUBLISHED:
                wrong.append(f"{entry.key} tells {who} of township B")
            if found.has_written and entry.key not in ANYONE:
                wrong.append(f"{entry.key} writes for {who}")
        refused = []
        for role, actor in own.items():
            if is_slow and role not in FEW_ROLES:
                continue
            found = tried(entry, store, actor, wanted, may)
            done += store.seen
            refused.append(found.is_refused)
            has_right = any(role in access.MAY[action] for action in found.asked)
            if found.has_written and not has_right and entry.key not in ANYONE:
                wrong.append(f"{entry.key} writes for a {role} who has no right to it")
            if CANARY in found.said:
                heard.add(entry.name)
        if all(refused) and is_known:
            shut.add(entry.key)
    assert not wrong, "\n".join(wrong)
    require_one_row(done)
    assert len(shut) < len(ENTRIES) / 20, f"refused to everybody, so nothing is proved: {shut}"
    assert heard >= SINGS, "silence elsewhere proves nothing where it does not sing at home"
    assert len(ENTRIES) - guessed > 150
