"""A register of 100 000 parcels: a proposal compared and adopted, the ledger paged and exported."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import shapely
import sqlalchemy as sa

from benchmarks.section import Section, table, timed
from gis.formats import Layer, Understood
from parcels import register
from parcels.ledger.edits import Edit
from parcels.ledger.wanted import Order, WantedRows
from parcels.ledger.workbook import SEEN, SHEET, titles_read, workbook
from parcels.people.actor import Actor, Role
from parcels.policy import Policy
from parcels.projects import Project, projects
from parcels.services.adopt_check import adopt_check
from parcels.services.compare_versions import compare_versions
from parcels.services.edit_ledger import edit_ledger
from parcels.services.keep_layer import LayerKind, Upload, keep_layer
from parcels.services.keep_project import add_policy, create_project, name_region
from parcels.services.run_check import run_check
from parcels.store.engine import Store, open_store
from parcels.store.migrate import migrate
from parcels.store.tables import LEDGER, PERSON, STAGE_EVENT
from parcels.workbook_cells import LONG, workbook_cells
from parcels.workflow import EventState, Step
from reports import ledger_columns as _columns  # noqa: F401  hands in stage, photos, notices

COUNTY, TOWNSHIPS, CRS = "419901", 30, 4526
SIDE_M, CHANGED, AT_ONCE = 30.0, 20, 200
NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
MANY = 50_000
STEPS = (Step.AGREEMENT_SIGNED, Step.DEMOLISHED, Step.CLEARED)


def measure(full: bool) -> str:
    """Time a county, and with ``full`` 100 000 parcels with three pieces of work each."""
    rows = []
    for count in (3_000, 100_000) if full else (3_000,):
        with TemporaryDirectory() as folder:
            rows.append([f"{count:,}", *_of(Path(folder), count)])
    head = ["parcels", "comparing (job)", "reading it", "adopting (job)", "ledger: found",
            "a page of 200", "sorted, filtered", "Excel out", "Excel in",
            "50 000 cells written"]  # fmt: skip
    words = (
        "Comparing, adopting and the Excel of a long ledger are jobs of the worker. The ledger "
        "holds 5,000 withdrawn parcels more; it goes out and comes in as one file."
    )
    return f"{words}\n\n{table(head, rows)}"


def _of(folder: Path, count: int) -> list[str]:
    store = open_store(folder, f"sqlite:///{folder / 'tracker.db'}")
    migrate(store)
    bureau, project = _founded(store)
    first, changed = _outlines(count)
    built = _kept(store, bureau, project, LayerKind.STRUCTURES, _houses(first[0]))
    check_id = _checked(store, bureau, project, *first, built)
    adopt_check(store, bureau, check_id, reason="first", now=NOW)
    _worked(store)
    second = _checked(store, bureau, project, *changed, built)
    project = projects(store, bureau)[0]
    _id, compared_s = timed(lambda: compare_versions(store, bureau, second, now=NOW))
    row = register.find_comparison(store, bureau, project, second)
    assert row is not None
    found, read_s = timed(lambda: register.comparison_of(store, bureau, project, row))
    if sum(move.cents for move in found.moves) <= 0:
        raise AssertionError("no work moves")
    _figures, adopted_s = timed(
        lambda: adopt_check(store, bureau, second, reason="second", now=NOW, seen=found.moves_mark)
    )
    project = projects(store, bureau)[0]
    ids, ids_s = timed(lambda: register.ledger_ids(store, bureau, project, WantedRows()))
    some = ids[len(ids) // 2 :][:AT_ONCE]
    _rows, page_s = timed(lambda: register.ledger_rows(store, bureau, project, some))
    asked = WantedRows(words="7", order=Order.SHARE, verdicts=("pass",), today=NOW.date())
    _ids, sorted_s = timed(lambda: register.ledger_ids(store, bureau, project, asked))
    content, out_s = timed(
        lambda: workbook(register.ledger_rows(store, bureau, project), [("x", "x")])
    )
    only = {SHEET: titles_read()}
    cells, in_s = timed(lambda: workbook_cells(content, (SHEET, SEEN), most_rows=LONG, only=only))
    if len(cells[SHEET]) != len(ids) + 1:
        raise AssertionError(f"{len(cells[SHEET])} rows of {len(ids)}")
    edits = [Edit(one, 0, "problem", "", "缺土") for one in ids[:MANY]]
    saved, written_s = timed(lambda: edit_ledger(store, bureau, project.id, edits, now=NOW))
    if saved.cells != len(edits):
        raise AssertionError(f"{saved.cells} cells of {len(edits)}")
    store.engine.dispose()
    seconds = (compared_s, read_s, adopted_s, ids_s, page_s, sorted_s, out_s, in_s, written_s)
    return [f"{one:.2f} s" for one in seconds]


def _founded(store: Store) -> tuple[Actor, Project]:
    row = {"name": "bureau", "display_name": "bureau", "role": Role.BUREAU_CLERK.value,
           "region": COUNTY, "phone": "", "password_hash": "none", "password_set_at": NOW,
           "must_change_password": False, "is_demo": False}  # fmt: skip
    with store.writing() as connection:
        connection.execute(sa.insert(PERSON).values(**row))
    bureau = Actor(1, "bureau", "bureau", Role.BUREAU_CLERK, COUNTY, "localhost")
    for number in range(TOWNSHIPS):
        name_region(store, bureau, f"{COUNTY}{100 + number}", f"{number}镇", now=NOW)
        name_region(store, bureau, f"{COUNTY}{100 + number}201", f"{number}村", now=NOW)
    made = create_project(
        store, bureau, code="B", name="基准", region=COUNTY, approval_no="", approved_on=None,
        approved_scale_m2=9e7, approved_new_arable_m2=8e7, starts_on=date(2026, 3, 2),
        deadline=date(2026, 12, 31), now=NOW,
    )  # fmt: skip
    add_policy(store, bureau, made.id, Policy(Decimal("0.3"), Decimal(400)), now=NOW)
    return bureau, made


def _outlines(count: int) -> tuple[tuple[np.ndarray, list[str]], tuple[np.ndarray, list[str]]]:
    """Return touching squares, and the same with every twentieth split in two."""
    side = int(np.ceil(np.sqrt(count)))
    east, north = np.divmod(np.arange(count), side)
    x, y = 38_500_000 + east * SIDE_M, 3_900_000 + north * SIDE_M
    whole = shapely.box(x, y, x + SIDE_M, y + SIDE_M)
    numbers = [str(number) for number in range(count)]
    cut = np.arange(count) % CHANGED == 0
    halves = [
        shapely.box(x[cut], y[cut], x[cut] + SIDE_M / 2, y[cut] + SIDE_M),
        shapely.box(x[cut] + SIDE_M / 2, y[cut], x[cut] + SIDE_M, y[cut] + SIDE_M),
    ]
    names = [f"{n}-{half}" for half in (1, 2) for n in np.arange(count)[cut]]
    kept = [number for number, is_cut in zip(numbers, cut, strict=True) if not is_cut]
    return (whole, numbers), (np.concatenate([whole[~cut], *halves]), [*kept, *names])


def _houses(outlines: np.ndarray) -> Layer:
    bounds = shapely.bounds(outlines)
    west, south = bounds[:, 0] + 2, bounds[:, 1] + 2
    return _layer(shapely.box(west, south, west + 20, south + 15))


def _layer(outlines: np.ndarray, **columns: list[object]) -> Layer:
    frame = gpd.GeoDataFrame(
        {"row": np.arange(1, len(outlines) + 1), **columns}, geometry=outlines, crs=CRS
    )
    understood = Understood(
        format="GeoJSON", layer="layer", rows_in=len(frame), crs=CRS, crs_how="declared",
        encoding="UTF-8", encoding_how="declared", samples=(), columns=tuple(columns),
        bounds_lonlat=(113.9, 35.1, 114.9, 36.3), sha256="",
    )  # fmt: skip
    return Layer(frame, frame.head(0), (), understood)


def _kept(store: Store, actor: Actor, project: Project, kind: LayerKind, layer: Layer) -> int:
    path = store.folder / "upload.geojson"
    path.write_text(f"{kind}{len(layer.frame)}", "utf-8")
    mapping = {name: name for name in layer.understood.columns}
    sent = Upload(kind, path, "upload.geojson", layer, mapping)
    return keep_layer(store, actor, project.id, sent, now=NOW)


def _checked(
    store: Store, actor: Actor, project: Project, outlines: np.ndarray, numbers: list[str],
    built: int,
) -> int:  # fmt: skip
    codes = [f"{COUNTY}{100 + int(n.split('-')[0]) % TOWNSHIPS}201" for n in numbers]
    layer = _layer(
        outlines, parcel_no=[*numbers], village_code=[*codes],
        declared_new_arable_m2=[*(0.8 * shapely.area(outlines))],
    )  # fmt: skip
    parcels = _kept(store, actor, project, LayerKind.PARCELS, layer)
    return run_check(
        store, actor, project.id, parcel_layer_id=parcels, structure_layer_id=built, now=NOW
    )


def _worked(store: Store) -> None:
    """Write three pieces of confirmed work on every parcel."""
    with store.writing() as connection:
        ids = connection.scalars(sa.select(LEDGER.c.id)).all()
        events = [
            {"ledger_id": i, "step": step.value, "day": NOW.date() - timedelta(days=3 - place),
             "area_m2": 900.0, "state": EventState.CONFIRMED.value, "source": "daily_report:1",
             "recorded_at": NOW}
            for i in ids for place, step in enumerate(STEPS)
        ]  # fmt: skip
        connection.execute(sa.insert(STAGE_EVENT), events)


SECTION = Section("register", "A register of 100 000 parcels", measure)
