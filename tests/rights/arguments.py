"""What each argument may be, so that it concerns township B or its county: rows of the matrix.

First by ``function.argument``, then by the argument's name alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from parcels.answerable import Answerable, Officer
from parcels.heavy.check_parcels import KIND as CHECK
from parcels.imagery import Moment
from parcels.judgement.vocabulary import Input
from parcels.ledger.edits import Edit
from parcels.ledger.wanted import WantedRows
from parcels.people.access import Action, Refused
from parcels.people.actor import Role
from parcels.policy import Policy
from parcels.register import find_comparison
from parcels.services.adopt_as_built import AsBuilt
from parcels.services.change_project import correction_of
from parcels.services.keep_layer import LayerKind, Upload
from parcels.services.read_audit import Wanted
from parcels.workflow import Step
from tests.builders import DAY, NOW, TOWNSHIP_B, VILLAGE_B, layer_of, square
from tests.rights.scene import CANARY, LATER, Scene
from tests.rights.walk import Entry

Value = Callable[[Scene], Any]

PERIOD = "2026-03-03"


def _period(_scene: Scene) -> Any:
    from reports.periods.period import PeriodKind, period_of

    return period_of(PeriodKind.DAY, DAY - timedelta(days=1))


def _upload(scene: Scene) -> Upload:
    layer = layer_of([square(0, 0, 30)], parcel_no=["B1"], village_code=[VILLAGE_B])
    mapping = {name: name for name in layer.understood.columns}
    return Upload(LayerKind.PARCELS, _file(scene), "x.geojson", layer, mapping)


def _file(scene: Scene) -> Path:
    path = scene.here.store.folder / "given"
    path.write_bytes(b"content")
    return path


def _as_built(scene: Scene) -> AsBuilt:
    nothing = pd.DataFrame({"ledger_id": [], "parcel_id": []})
    return AsBuilt(scene.here.project, scene.ids["parcel_layer_id"], nothing, nothing, nothing)


def _report(scene: Scene) -> Any:
    from reports.daily import DailyReport
    from reports.daily import Entry as Work

    work = (Work(scene.ledger_id, Step.AGREEMENT_SIGNED, 10.0),)
    return DailyReport(scene.here.project_id, TOWNSHIP_B, DAY - timedelta(days=2), work)


def _every(scene: Scene) -> Any:
    from reports.supervision.reading import facts

    return facts(scene.here.store, scene.here.bureau, scene.here.project, now=LATER)


def _summary(scene: Scene) -> Any:
    from reports.services.week import summary_of

    return summary_of(
        scene.here.store, scene.here.bureau, scene.here.project, _period(scene), now=LATER
    )


def _basis(scene: Scene) -> Any:
    from reports.services.week import basis_of

    return basis_of(
        scene.here.store, scene.here.bureau, scene.here.project, _period(scene), now=LATER
    )


def _notice(scene: Scene) -> Any:
    from reports.services.issue_notice import NewNotice
    from reports.supervision.facts import Fact
    from reports.supervision.ladder import Rung

    return NewNotice(
        TOWNSHIP_B, Rung.NOTICE, Fact.OTHER, matter="x", evidence="x", requirement="x",
        due=DAY + timedelta(days=9), cut_off=NOW, figures={},
    )  # fmt: skip


def _document(_scene: Scene) -> Any:
    from reports.document import Document, Stamp

    return Document("means", CANARY, Stamp("x", "x", NOW, "0" * 64), (), (), ())


def _plan(_scene: Scene) -> Any:
    from reports.means.plan import Plan
    from reports.schedule import Milestone

    return Plan("x", "x", DAY, (Milestone(date(2026, 6, 1), 1.0),))


def _team(_scene: Scene) -> Any:
    from reports.means.team import Team

    return Team("x", DAY, (Officer("x", "", "1"),))


def _result(scene: Scene) -> Any:
    from reports.acceptance.inspection import Ground, Result

    return [
        Result(scene.ledger_id, is_accepted=False, grounds=(Ground.RUBBLE,), to_mend="x",
               mend_by=DAY + timedelta(days=9))
    ]  # fmt: skip


def _of(module: str, name: str, member: str) -> Value:
    """Return a value of an enum, without importing half the reports at the top."""
    from importlib import import_module

    return lambda _scene: getattr(getattr(import_module(module), name), member)


def _a_day(_scene: Scene) -> Any:
    from reports.holidays import CalendarDay

    return [CalendarDay(date(2026, 5, 1), is_working=False, name="x")]


def _id(name: str) -> Value:
    return lambda scene: scene.ids[name]


def _is(value: Any) -> Value:
    return lambda _scene: value


VALUES: dict[str, Value] = {
    # of one function
    "adopt_as_built.found": _as_built,
    "add_policy.policy": _is(Policy(Decimal("0.4"), Decimal(500))),
    "adjust_work.wanted": lambda s: {(s.ledger_id, Step.AGREEMENT_SIGNED): 10.0},
    "answer_contradiction.to": _of("reports.contradictions.states", "State", "SEEN_CLEARED"),
    "change_project.wanted": lambda s: correction_of(s.here.project),
    "change_project.seen": lambda s: correction_of(s.here.project),
    "change_settings.wanted": _is({"session_idle_minutes": 30}),
    "correct_input.what": _is(Input.NEW_ARABLE),
    "correct_input.after": _is({"new_arable_m2": 10.0}),
    "edit_ledger.edits": lambda s: [Edit(s.ledger_id, 1, "problem", "", "theirs")],
    "edit_words.place": _is(0),
    "hand_out.place": _is(0),
    "import_regions.code_column": _is("code"),
    "import_regions.name_column": _is("name"),
    "import_regions.boundaries": lambda _s: gpd.GeoDataFrame(
        {"code": [VILLAGE_B], "name": ["x"]}, geometry=[box(114, 35, 114.1, 35.1)], crs=4490
    ),
    "issue_notice.wanted": _notice,
    "keep_address.address": _is("http://tiles/{z}/{x}/{y}.png"),
    "map_files.area": _is(TOWNSHIP_B),
    "map_files.suffixes": _is(("kml",)),
    "photos_near_parcel.near_lonlat": _is((113.0, 34.0, 115.0, 36.0)),
    "village_package.village_code": _is(f"{TOWNSHIP_B}999"),
    "attachments.thing": _is("notice"),
    "hand_out_attachment.attachment_id": _id("attachment_id"),
    "keep_attachment.about": lambda s: f"notice:{s.ids['notice_id']}",
    "keep_attachment.content": _is(b"%PDF-1.7 theirs"),
    "keep_attachment.file_name": _is("x.pdf"),
    "keep_visit_draft.draft": _is({"to_mend": "theirs"}),
    "keep_calendar.days": _a_day,
    "keep_days.days": _a_day,
    "drop_days.days": _is([date(2026, 5, 1)]),
    "ledger_ids.wanted": _is(WantedRows()),
    "move_notice.to": _of("reports.supervision.notice", "NoticeState", "REPLIED"),
    "move_report.to": _of("reports.daily", "ReportState", "CONFIRMED"),
    "name_answerable.answerable": _is(Answerable(Officer("x"))),
    "name_region.code": _is(VILLAGE_B),
    "open_inspection.people": _is("x"),
    "open_balance.rows": _is([["村代码", "图斑编号", "环节", "面积"]]),
    "comparison_of.row": lambda s: find_comparison(
        s.here.store, s.here.bureau, s.here.project, s.ids["check_id"]
    ),
    "put_away.name": _is("nothing"),
    "read_audit.wanted": _is(Wanted(NOW - timedelta(days=9), LATER + timedelta(days=9))),
    "record_export.file": _is("x.xlsx"),
    "record_judgement.before_shows": _is([]),
    "record_judgement.after_shows": _is([]),
    "record_judgement.before_id": _is(None),
    "record_judgement.after_id": _is(None),
    "reset_password.name": _is("bob"),
    "second_word.what": _is("judgement"),
    "second_word.key": _id("judgement_id"),
    "set_disabled.name": _is("bob"),
    "set_disabled.disabled": _is(True),
    "structures_under.parcels": lambda s: s.here.parcels().to_crs(4490),
    "submit_job.kind": _is(CHECK),
    "submit_job.wanted": _is({}),
    "take_up.due": _is(DAY + timedelta(days=3)),
    "coded.document": _document,
    "coded_all.documents": lambda s: [(TOWNSHIP_B, _document(s))],
    "give_codes.contents": lambda s: [
        __import__("reports.services.give_codes", fromlist=["Content"]).Content(
            TOWNSHIP_B, "means", CANARY, _document(s).stamp, "0" * 64
        )
    ],
    "figures_file.name": _is("weekly_summary"),
    "letter_file.name": _is("notice"),
    "create_project.code": _is("P-2"),
    "found_county.code": _is("419901"),
    "strike_result.result_id": _is(1),
    # by name alone
    "about": lambda s: f"daily_report:{s.ids['report_id']}",
    "action": _is(Action.ADOPT_CHECK),
    "adoption_id": _is(1),
    "agrees": _is(True),
    "amount_fen": _is(100),
    "approval_no": _is(""),
    "approved_new_arable_m2": _is(1.0),
    "approved_on": _is(None),
    "approved_scale_m2": _is(1.0),
    "basis": _basis,
    "changes": _is({"problem": "theirs"}),
    "texts": _is({"problem": "theirs"}),
    "check_id": _id("check_id"),
    "content": _is(b"content"),
    "contradiction_id": _id("contradiction_id"),
    "day": _is(DAY - timedelta(days=1)),
    "deadline": _is(date(2026, 12, 31)),
    "display_name": _is("X"),
    "document": _is("weekly_summary"),
    "document_id": _is(1),
    "every": _every,
    "evidence": _is("x"),
    "explanation": _is("x"),
    "fact": _of("reports.supervision.facts", "Fact", "OTHER"),
    "file_name": _is("x.jpg"),
    "first": _is(DAY - timedelta(days=9)),
    "first_report_id": _id("first_report_id"),
    "idempotency_key": _is("theirs"),
    "ids": lambda s: [s.parcel_id],
    "image_id": _id("imagery_id"),
    "inspection_id": _id("inspection_id"),
    "is_granted": _is(True),
    "is_small": _is(True),
    "job_id": _id("job_id"),
    "last": _is(DAY),
    "layer_id": _id("parcel_layer_id"),
    "ledger_id": lambda s: s.ledger_id,
    "lines": lambda s: __import__("reports.supervision.reading", fromlist=["lines"]).lines(
        s.here.store
    ),
    "link": _of("reports.publication.chain", "Link", "BUREAU"),
    "moment": _is(LATER),
    "keep_imagery.moment": _is(Moment.BEFORE),
    "keep_address.moment": _is(Moment.BEFORE),
    "most": _is(100),
    "movement_id": _id("movement_id"),
    "name": _is("somebody"),
    "names": _is(("xlsx",)),
    "notice_id": _id("notice_id"),
    "now": _is(LATER),
    "opening_id": _id("opening_id"),
    "outcome": _of("reports.publication.chain", "Outcome", "PASSED"),
    "parcel_id": lambda s: s.parcel_id,
    "parcel_layer_id": _id("parcel_layer_id"),
    "path": _file,
    "note_refused_address.path": _is("/files/x"),
    "period": _period,
    "photo_id": _id("photo_id"),
    "plan": _plan,
    "project": lambda s: s.here.project,
    "project_id": lambda s: s.here.project_id,
    "reason": _is("x"),
    "refused": _is(Refused(__import__("gis.language", fromlist=["_"])._("x"))),
    "region": _is(TOWNSHIP_B),
    "report": _report,
    "report_id": _id("report_id"),
    "report_ids": lambda s: [s.ids["report_id"]],
    "result_id": _is(1),
    "results": _result,
    "role": _is(Role.TOWNSHIP_REPORTER),
    "rung": _of("reports.supervision.ladder", "Rung", "NOTICE"),
    "session_id": _id("session_id"),
    "since": _is(DAY),
    "snapshot_id": _id("snapshot_id"),
    "starts_on": _is(DAY),
    "step": _is(Step.COUNTY_ACCEPTED),
    "structure_layer_id": _id("structure_layer_id"),
    "subject": _is("x"),
    "suffix": _is("csv"),
    "summary": _summary,
    "taken_on": _is(DAY),
    "team": _team,
    "text": _is("x"),
    "title": _is("x"),
    "today": _is(DAY),
    "township": _is(TOWNSHIP_B),
    "township_code": _is(TOWNSHIP_B),
    "until": _is(DAY + timedelta(days=5)),
    "upload": _upload,
    "visit_id": _id("inspection_id"),
    "weekdays": _is([0, 1, 2]),
    "words": _is("x"),
    "time": _is(time(17)),
}


def _anything(_scene: Scene) -> Any:
    return MagicMock()


BY_TYPE: dict[str, Value] = {
    "int": _is(1),
    "float": _is(1.0),
    "str": _is("x"),
    "bool": _is(True),
    "bytes": _is(b"content"),
    "date": _is(DAY),
    "datetime": _is(LATER),
    "Path": _file,
    "tuple[float, float]": _is((114.0, 35.2)),
    "tuple[float, float, float, float]": _is((113.0, 34.0, 115.0, 36.0)),
}


def arguments_of(entry: Entry, scene: Scene) -> tuple[dict[str, Any], bool]:
    """Return the needed arguments of a function, and whether all of them are known by name.

    One that no row names is guessed: strangers are tried with it all the same, but what it means
    for the person's own side is proved only once its row stands in ``VALUES``.
    """
    found, is_known = {}, True
    for name, parameter in list(inspect.signature(entry.call).parameters.items())[2:]:
        if parameter.default is not inspect.Parameter.empty:
            continue
        key = f"{entry.name}.{name}"
        make = VALUES.get(key) or VALUES.get(name)
        if make is None:
            is_known, make = False, BY_TYPE.get(str(parameter.annotation), _anything)
        found[name] = make(scene)
    return found, is_known


__all__ = ["CANARY", "VALUES", "arguments_of"]
