"""A county in which township B has one of everything, each text of it a canary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from parcels.answerable import Officer
from parcels.judgement.vocabulary import Input
from parcels.ledger.edits import Edit
from parcels.people.actor import Actor, Role
from parcels.services.compare_versions import compare_versions
from parcels.services.edit_ledger import edit_ledger
from parcels.services.keep_layer import LayerKind
from parcels.services.keep_project import name_region
from parcels.store.engine import Store
from parcels.store.schema import METADATA
from parcels.store.tables import (
    CORRECTION,
    IMAGERY,
    JOB,
    JUDGEMENT,
    OPENING_BALANCE,
    SESSION,
    STORED_FILE,
)
from parcels.workflow import Step
from reports.acceptance.inspection import Ground, Result
from reports.daily import ReportState
from reports.means.team import Team
from reports.periods.period import PeriodKind, period_of
from reports.services.freeze import freeze
from reports.services.issue_notice import NewNotice, issue_notice
from reports.services.keep_attachment import keep_attachment
from reports.services.keep_draft import save_draft
from reports.services.keep_means import keep_team
from reports.services.move_money import give_money
from reports.services.record_inspection import open_inspection, record_results
from reports.supervision.facts import Fact
from reports.supervision.ladder import Rung
from reports.tables import CONTRADICTION, PHOTO
from tests.builders import (
    DAY,
    NOW,
    TOWNSHIP_B,
    VILLAGE_B,
    County,
    layer_of,
    person,
    square,
    working_county,
)

CANARY = "KANARI7391"
LATER = NOW + timedelta(days=1)
# Texts that the machine reads too: a canary there would be a fault of the test.
READ_BY_MACHINE = {("notice", "office"), ("project", "code"), ("issued_document", "state")}
PLACES = ("township_code", "village_code", "region", "code")


@dataclass(frozen=True)
class Scene:
    """The county, and the ids of what is township B's."""

    here: County
    ids: dict[str, int]
    ledger_id: int
    parcel_id: int


def filled(store: Store) -> Scene:
    """Write one of everything for township B, then let every text of it sing."""
    here = working_county(store)
    parcel = here.parcels().loc["B1"]
    ledger_id, parcel_id = int(parcel["ledger_id"]), int(parcel["id"])
    inspector = person(store, "inspector", Role.INSPECTOR)
    ids: dict[str, int] = {}
    sent = here.send(
        ("B1", Step.AGREEMENT_SIGNED, 100.0), actor=here.reporter_b, key="b-1",
        day=DAY - timedelta(days=1), problem=CANARY, help_wanted=CANARY,
    )  # fmt: skip
    here.move(sent, ReportState.CONFIRMED)
    waits = here.send(("B1", Step.AGREEMENT_SIGNED, 50.0), actor=here.reporter_b, key="b-2")
    ids["report_id"] = here.report_id(waits.receipt_no)
    ids["first_report_id"] = here.report_id(sent.receipt_no)
    wanted = NewNotice(
        TOWNSHIP_B, Rung.NOTICE, Fact.OTHER, matter=CANARY, evidence=CANARY, requirement=CANARY,
        due=DAY + timedelta(days=5), cut_off=NOW, figures={}, parcels=(ledger_id,),
    )  # fmt: skip
    ids["notice_id"] = issue_notice(store, inspector, here.project_id, wanted, now=NOW)
    ids["inspection_id"] = open_inspection(
        store, here.bureau, here.project_id, TOWNSHIP_B, Step.COUNTY_ACCEPTED, day=DAY,
        people=CANARY, now=NOW,
    )  # fmt: skip
    refused = Result(ledger_id, is_accepted=False, grounds=(Ground.RUBBLE,), to_mend=CANARY,
                     mend_by=DAY + timedelta(days=9))  # fmt: skip
    record_results(store, here.bureau, ids["inspection_id"], [refused], now=NOW)
    ids["attachment_id"] = keep_attachment(
        store, here.reporter_b, f"notice:{ids['notice_id']}", b"%PDF-1.7", "x.pdf", now=NOW
    )
    ids["movement_id"] = give_money(
        store, here.bureau, here.project_id, TOWNSHIP_B, 100, day=DAY, words=CANARY, now=NOW
    )
    team = Team(CANARY, DAY, (Officer(CANARY, "", "1"),))
    keep_team(store, here.bureau, here.project_id, TOWNSHIP_B, team, now=NOW)
    save_draft(store, here.reporter_b, here.project_id, TOWNSHIP_B, DAY - timedelta(days=2),
               {"problem": CANARY}, now=NOW)  # fmt: skip
    edit = Edit(ledger_id, 0, "problem", "", CANARY)
    edit_ledger(store, here.bureau, here.project_id, [edit], now=NOW)
    new = layer_of([square(0, 0, 30)], parcel_no=["A1"], village_code=["419901101201"],
                   declared_new_arable_m2=[800.0])  # fmt: skip
    ids["parcel_layer_id"] = here.keep(new)
    ids["structure_layer_id"] = here.keep(layer_of([square(0, 0, 20)]), LayerKind.STRUCTURES)
    ids["check_id"] = here.check(ids["parcel_layer_id"], ids["structure_layer_id"])
    compare_versions(store, here.bureau, ids["check_id"], now=NOW)
    yesterday = period_of(PeriodKind.DAY, DAY - timedelta(days=1))
    ids["snapshot_id"] = freeze(store, here.bureau, here.project, yesterday, now=LATER).id
    bob = here.reporter_b
    rows: dict[str, tuple[sa.Table, dict[str, Any]]] = {
        "imagery": (IMAGERY, {"title": "x", "moment": "before", "taken_on": DAY,
                              "file_name": "x", "state": "waiting", "created_at": NOW,
                              "created_by": here.bureau.person_id}),
        "judgement": (JUDGEMENT, {"parcel_id": parcel_id, "village_code": VILLAGE_B,
                                  "check_id": here.project.adopted_check_id, "parcel_no": "B1",
                                  "before_shows": [], "after_shows": [], "explanation": CANARY,
                                  "fingerprint": "f", "state": "recorded", "at": NOW,
                                  "by_person": here.bureau.person_id}),
        "correction": (CORRECTION, {"parcel_id": parcel_id, "village_code": VILLAGE_B,
                                    "parcel_no": "B1", "input": Input.VILLAGE.value,
                                    "before": {}, "after": {"village_code": VILLAGE_B},
                                    "reason": CANARY,
                                    "state": "recorded", "at": NOW,
                                    "by_person": here.bureau.person_id}),
        "contradiction": (CONTRADICTION, {"region": VILLAGE_B, "ledger_id": ledger_id,
                                          "step": Step.CLEARED.value, "claimed_on": DAY,
                                          "claimed_m2": 1.0, "source": CANARY, "image_date": DAY,
                                          "standing_m2": 1.0, "state": "open", "found_at": NOW}),
        "job": (JOB, {"kind": "export_ledger", "region": TOWNSHIP_B, "wanted": {"x": CANARY},
                      "state": "waiting", "person_id": bob.person_id, "address": "",
                      "language": "zh_CN", "share": 0.0, "words": CANARY, "reference": "",
                      "attempts": 0, "worker": "", "submitted_at": NOW}),
        "opening": (OPENING_BALANCE, {"day": DAY, "document": "x", "file_name": "x",
                                      "file_sha256": "0" * 64, "at": NOW,
                                      "by_person": here.bureau.person_id}),
        "photo": (PHOTO, {"region": VILLAGE_B, "about": f"daily_report:{ids['report_id']}",
                          "ledger_id": ledger_id, "file_name": CANARY,
                          "original_sha256": "1" * 64, "served_sha256": "0" * 64,
                          "small_sha256": "0" * 64, "width": 1, "height": 1, "kept_at": NOW,
                          "kept_by": bob.person_id}),
    }  # fmt: skip
    with store.writing() as connection:
        connection.execute(
            sa.insert(STORED_FILE).values(sha256="0" * 64, size_bytes=1, stored_at=NOW)
        )
        for name, (table, values) in rows.items():
            made = connection.execute(
                sa.insert(table).values(project_id=here.project_id, **values)
            ).inserted_primary_key
            assert made is not None
            ids[f"{name}_id"] = int(made[0])
        made = connection.execute(
            sa.insert(SESSION).values(token_sha256="t", person_id=bob.person_id, csrf="c",
                                      address=CANARY, language="zh_CN", started_at=NOW,
                                      seen_at=NOW)
        ).inserted_primary_key  # fmt: skip
        assert made is not None
        ids["session_id"] = int(made[0])
        _let_it_sing(connection)
    name_region(store, here.bureau, "419901102", CANARY, now=NOW)
    return Scene(here, ids, ledger_id, parcel_id)


def _let_it_sing(connection: sa.Connection) -> None:
    for table in METADATA.sorted_tables:
        place = next((name for name in PLACES if name in table.c), None)
        if place is None or table.name == "audit":
            continue
        for column in table.c:
            if type(column.type) is not sa.Text or (table.name, column.name) in READ_BY_MACHINE:
                continue
            # a ledger's and a parcel's number stay unique in their village
            suffix = "id" if "id" in table.c else "''"
            connection.execute(
                sa.text(
                    f'UPDATE "{table.name}" SET "{column.name}" = '
                    f"substr(:word || CAST({suffix} AS text), 1, 16) WHERE {place} LIKE :place"
                ),
                {"word": CANARY, "place": f"{TOWNSHIP_B}%"},
            )


def people(scene: Scene) -> dict[str, Actor]:
    """Return who is nobody to township B: its neighbours, and the offices of another county."""
    store = scene.here.store
    found = {
        "reporter of A": scene.here.reporter_a,
        "leader of A": person(store, "leader a", Role.TOWNSHIP_LEADER, "419901101"),
    }
    for role in Role:
        if role not in (Role.TOWNSHIP_REPORTER, Role.TOWNSHIP_LEADER):
            found[f"{role} elsewhere"] = person(store, f"far {role}", role, "419902")
    return found


def own_people(scene: Scene) -> dict[Role, Actor]:
    """Return a person of each role who sees township B."""
    store = scene.here.store
    found = {Role.TOWNSHIP_REPORTER: scene.here.reporter_b}
    found[Role.TOWNSHIP_LEADER] = person(store, "leader b", Role.TOWNSHIP_LEADER, TOWNSHIP_B)
    county = [role for role in Role if role not in found]
    return found | {role: person(store, f"own {role}", role) for role in county}
