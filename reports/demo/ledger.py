"""The ledger as people keep it: who answers, by when, parcels taken out, an opening balance."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from parcels.ledger.edits import Edit
from parcels.ledger.opening import HEADS
from parcels.register import ledger_rows
from parcels.services.edit_ledger import edit_ledger
from parcels.services.open_balance import open_balance
from parcels.services.withdraw_parcel import restore_parcel, withdraw_parcel
from parcels.workflow import STEP_TITLES, Step
from reports import ledger_columns as _columns  # noqa: F401  hands in stage and photos
from reports.daily import OFFICE_TIME
from reports.demo.scene import Scene

SEED = 20_260_312
PEOPLE = ("王建国", "李守田", "张桂芳", "刘长河", "赵春生", "孙立新", "周木根", "吴秀英")
PROBLEMS = (
    ("户主外出务工，协议未签", "村干部电话联系，约定周末返乡签订"),
    ("宅基地内有在用水井", "由乡镇水利站核实后填埋"),
    ("建筑垃圾外运道路未通", "修筑临时便道，预计五日内通车"),
    ("覆土土源不足", "协调相邻项目调剂表土"),
)
OUT = (
    "与在建高速公路用地重叠，县局核减",
    "户主申请保留，经村民代表会议同意核减",
    "外业核实为有人居住住宅，核减",
)
OPENED_TOWNSHIP = 3  # of the five, in order of codes: it began before the county had a system
OPENED = 12


def kept_ledger(scene: Scene) -> None:
    """Name people and dues, write problems, withdraw parcels, bring an opening balance in."""
    chance = Random(SEED)  # noqa: S311  invented people, not secrets
    bureau, store, project = scene.actors["bureau"], scene.store, scene.project
    rows = ledger_rows(store, bureau, project)
    standing = rows[rows["is_in_layer"] & ~rows["is_withdrawn"]]
    edits: list[Edit] = []
    for row in standing.itertuples():
        if chance.random() > 0.35:
            continue
        due = project.deadline - timedelta(days=chance.randint(10, 70))
        cells: dict[str, object] = {
            "responsible": chance.choice(PEOPLE),
            "due": due,
            "place": f"{row.village}村委会{chance.choice('东西南北')}{chance.randint(2, 9)}00米",
        }
        if chance.random() < 0.12:
            cells["problem"], cells["correction"] = chance.choice(PROBLEMS)
        for name, value in cells.items():
            seen = None if name == "due" else ""
            edits.append(Edit(row.ledger_id, row.version, name, seen, value))  # type: ignore[arg-type]
    edit_ledger(store, bureau, project.id, edits, now=scene.now - timedelta(days=3))
    idle = standing[standing["stage"].isna() & (standing["verdict"] == "pass")]
    for place, reason in enumerate(OUT):
        ledger_id = int(idle.iloc[place * 11]["ledger_id"])
        withdraw_parcel(store, bureau, ledger_id, reason=reason, now=scene.now - timedelta(days=2))
    restore_parcel(
        store, bureau, int(idle.iloc[0]["ledger_id"]),
        reason="高速公路用地红线调整，已不重叠", now=scene.now - timedelta(days=1),
    )  # fmt: skip
    _opening(scene)


def _opening(scene: Scene) -> None:
    """Bring in what one township had done before; parcels without any report yet."""
    bureau, store, project = scene.actors["bureau"], scene.store, scene.project
    rows = ledger_rows(store, bureau, project)
    code = sorted(set(rows["township_code"]) - {""})[OPENED_TOWNSHIP]
    parcels = rows[rows["is_in_layer"] & ~rows["is_withdrawn"] & (rows["township_code"] == code)]
    parcels = parcels[parcels["stage"].isna() & (parcels["verdict"] == "fail")]
    parcels = parcels[~parcels.duplicated(["village_code", "parcel_no"], keep=False)]
    parcels = parcels[parcels["area_m2"] > 0].head(OPENED)
    steps = (Step.AGREEMENT_SIGNED, Step.DEMOLISHED, Step.CLEARED)
    table: list[list[object]] = [[str(head) for head in HEADS]]
    for place, row in enumerate(parcels.itertuples()):
        table.append([row.village_code, row.parcel_no, str(STEP_TITLES[steps[place % 3]]), None])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "期初.xlsx"
        path.write_bytes("\n".join("\t".join(map(str, line)) for line in table).encode())
        open_balance(
            store,
            bureau,
            project.id,
            table,
            day=scene.now.astimezone(OFFICE_TIME).date() - timedelta(days=61),
            document="柳汊镇原纸质台账（演示）",
            path=path,
            file_name="柳汊镇期初数据.xlsx",
            now=scene.now - timedelta(days=1),
        )


PART = kept_ledger
