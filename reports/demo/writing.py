"""A report being written, photos of others, and two claims that a later image contradicts."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import geopandas as gpd
import sqlalchemy as sa
from PIL import Image, ImageDraw, ImageFilter

from gis.formats import read_layer
from parcels.columns import STRUCTURE_FIELDS, recognised
from parcels.people.actor import Role
from parcels.projects import Project, one_project
from parcels.register import judged_parcels, stage_events
from parcels.services.keep_layer import LayerKind, Upload, keep_layer
from parcels.store.tables import STAGE_EVENT
from parcels.workflow import EventState, Step
from reports.completion import done_m2
from reports.contradictions.reading import contradictions_of
from reports.contradictions.states import State
from reports.daily import OFFICE_TIME
from reports.demo.scene import Scene
from reports.drafts import entry_key
from reports.services.answer_contradiction import answer_contradiction
from reports.services.find_contradictions import find_contradictions
from reports.services.keep_draft import save_draft
from reports.services.keep_photo import keep_photo
from reports.tables import DAILY_ENTRY, DAILY_REPORT

SEED = 20_260_302
IMAGE_DAYS_AGO, CLAIMED_DAYS_BEFORE = 6, 3
SHOTS = (  # metres beside the parcel, days before the report; None: a chat program stripped it
    (12.0, 0), (35.0, 0), (None, None), (4200.0, 0), (20.0, 9),
)  # fmt: skip


def writing(scene: Scene) -> None:
    """Leave a draft open, attach photos, open two contradictions of which one is explained."""
    _draft(scene)
    _photos(scene)
    _contradictions(scene)


def _draft(scene: Scene) -> None:
    reporter, now = scene.actors["town4"], scene.now
    parcels = judged_parcels(scene.store, reporter, _project(scene))
    ready = parcels[parcels["area_m2"].notna() & (parcels["verdict"] == "pass")]
    with scene.store.reading() as connection:
        signed = set(
            connection.scalars(
                sa.select(STAGE_EVENT.c.ledger_id).where(
                    STAGE_EVENT.c.step == Step.AGREEMENT_SIGNED.value,
                    STAGE_EVENT.c.state != EventState.VOID.value,
                )
            )
        )
    open_for_it = ready[~ready["ledger_id"].isin(signed)].head(2)
    changes: dict[str, object] = {
        entry_key(int(parcel.ledger_id), Step.AGREEMENT_SIGNED): float(parcel.area_m2)
        for parcel in open_for_it.itertuples()
    }
    changes |= {
        "workers": 14,
        "machines": 2,
        "money:compensation": 3_600_000,
        "money_note": "两户拆迁补偿首付款",
        "reason:owners": True,
        "problem": "村东两户要求先付补偿款再签协议，",
    }
    today = now.astimezone(OFFICE_TIME).date()
    save_draft(scene.store, reporter, scene.project.id, reporter.region, today, changes, now=now)


def _photos(scene: Scene) -> None:
    """Attach photos to the newest reports that hold work: near, far, old and stripped ones."""
    with scene.store.reading() as connection:
        rows = connection.execute(
            sa.select(
                DAILY_REPORT.c.id,
                DAILY_REPORT.c.day,
                DAILY_REPORT.c.township_code,
                sa.func.min(DAILY_ENTRY.c.ledger_id).label("ledger_id"),
            )
            .join(DAILY_ENTRY, DAILY_ENTRY.c.report_id == DAILY_REPORT.c.id)
            .where(DAILY_REPORT.c.state == "filed")
            .group_by(DAILY_REPORT.c.id, DAILY_REPORT.c.day, DAILY_REPORT.c.township_code)
            .order_by(DAILY_REPORT.c.day.desc(), DAILY_REPORT.c.id)
            .limit(2)
        ).all()
    chance = Random(SEED)  # noqa: S311  invented pictures, not secrets
    reporters = {actor.region: actor for actor in scene.actors.values()
                 if actor.role is Role.TOWNSHIP_REPORTER}  # fmt: skip
    for report, shots in zip(rows, (SHOTS[:3], SHOTS[3:]), strict=False):
        reporter = reporters[report.township_code]
        parcels = judged_parcels(scene.store, reporter, _project(scene))
        own = parcels[parcels["ledger_id"] == report.ledger_id]
        if own.empty:
            continue
        middle = own.geometry.iloc[0].centroid
        for metres, days in shots:
            place = None if metres is None else (middle.x, middle.y + metres / 111_000)
            day = None if days is None else report.day - timedelta(days=days)
            picture = _picture(chance, place, day and datetime.combine(day, time(15, 20), UTC))
            keep_photo(
                scene.store, reporter, picture, f"IMG_{chance.randint(1000, 9999)}.jpg",
                project_id=scene.project.id, region=reporter.region,
                about=f"daily_report:{report.id}", now=scene.now,
            )  # fmt: skip


def _picture(chance: Random, place: tuple[float, float] | None, taken: datetime | None) -> bytes:
    """Return a small picture of a cleared yard with what a phone writes into it."""
    image = Image.new("RGB", (1280, 960), "#B9CBD8")
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 420), (420, 300), (860, 380), (1280, 310), (1280, 960), (0, 960)], "#7F8F5A")
    draw.rectangle((0, 520, 1280, 960), "#A88E68")
    for _stone in range(420):
        x, y, r = chance.randint(0, 1280), chance.randint(540, 950), chance.randint(2, 16)
        grey = chance.randint(110, 190)
        draw.ellipse((x, y, x + r, y + r // 2), (grey, grey - 12, grey - 28))
    left = chance.randint(150, 800)
    draw.rectangle((left, 330, left + 210, 520), "#8C4A3A")
    draw.polygon([(left - 20, 330), (left + 105, 250), (left + 230, 330)], "#5B5B5B")
    exif = Image.Exif()
    if taken is not None:
        exif.get_ifd(0x8769)[0x9003] = f"{taken:%Y:%m:%d %H:%M:%S}"
    if place is not None:
        lon, lat = (_parts(value) for value in place)
        exif.get_ifd(0x8825).update(
            {1: "N", 2: lat, 3: "E", 4: lon, 16: "T", 17: chance.randint(0, 359)}
        )
    target = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.2)).save(target, "JPEG", quality=80, exif=exif)
    return target.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    minutes = (degrees - int(degrees)) * 60
    return float(int(degrees)), float(int(minutes)), round((minutes - int(minutes)) * 60, 3)


def _contradictions(scene: Scene) -> None:
    """Take in structures read from a newer image: something stands on two cleared parcels."""
    bureau, project = scene.actors["bureau"], _project(scene)
    image_date = scene.now.astimezone(OFFICE_TIME).date() - timedelta(days=IMAGE_DAYS_AGO)
    claims = _cleared_before(scene, image_date - timedelta(days=CLAIMED_DAYS_BEFORE))
    parcels = judged_parcels(scene.store, bureau, project, in_own_crs=True)
    by_township = parcels[parcels["ledger_id"].isin(claims)].groupby("township_code")
    chosen = by_township.head(1).sort_values("area_m2").tail(2)
    if chosen.empty:
        return
    houses = chosen.geometry.representative_point().buffer(5.5, cap_style="square")
    frame = gpd.GeoDataFrame({"LX": ["房屋"] * len(chosen)}, geometry=list(houses), crs=parcels.crs)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "复核影像构筑物.gpkg"
        frame.to_file(path, driver="GPKG", layer="structures")
        read = read_layer(path)
        mapping = recognised(read.understood.columns, STRUCTURE_FIELDS)
        ground = chosen.geometry.buffer(30.0).union_all()
        upload = Upload(LayerKind.STRUCTURES, path, path.name, read, mapping,
                        image_date=image_date, coverage=ground)  # fmt: skip
        keep_layer(scene.store, bureau, project.id, upload, now=scene.now - timedelta(days=2))
    find_contradictions(scene.store, project.id, now=scene.now - timedelta(days=2))
    cards = contradictions_of(scene.store, bureau, project)
    reporters = {actor.region: actor for actor in scene.actors.values()
                 if actor.role is Role.TOWNSHIP_REPORTER}  # fmt: skip
    if len(cards) > 1:
        answer_contradiction(
            scene.store, reporters[cards[-1].region[:9]], cards[-1].id, State.EXPLAINED,
            text="该处为施工方临时工棚，月底前撤离。", now=scene.now - timedelta(days=1),
        )  # fmt: skip


def _cleared_before(scene: Scene, day: object) -> list[int]:
    events = stage_events(scene.store, scene.actors["bureau"], _project(scene))
    done = done_m2(events[events["day"] <= day], confirmed_only=True)
    return [int(one) for one in done.index[done[Step.CLEARED] > 0]]


def _project(scene: Scene) -> Project:
    with scene.store.reading() as connection:
        return one_project(connection, scene.project.id)


PART = writing
