"""A village's acceptance package: one zip in the order a reviewer goes through it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from gis.language import Problem, _, labelled, say
from parcels import register
from parcels.evidence.ground import Ground
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import Level, contains
from parcels.register.checks import adopted_inputs
from parcels.store import audit
from parcels.store.engine import Store, in_chunks
from parcels.store.files import file_path
from parcels.workflow import WHOLE_M2, EventState, Step
from reports.catalog import village_acceptance
from reports.clean import clean
from reports.counted import is_counted, why_not_counted
from reports.daily import OFFICE_TIME
from reports.document import Document
from reports.maps import drawing
from reports.maps.compose import is_drawn, verdict_sheet
from reports.photos.reading import is_sent
from reports.renderers import RENDERERS
from reports.services.coordinate_file import coordinate_file
from reports.services.evidence_cards import cards_document
from reports.services.give_codes import coded
from reports.services.looks import look_of
from reports.services.make_documents import office_name
from reports.services.stamps import stamp_of
from reports.tables import PHOTO

FORBIDDEN = dict.fromkeys(map(ord, '\\/:*?"<>|\r\n\t'), "_")  # in file names on Windows


class Package(NamedTuple):
    """The zip, what it is called, and how many parcels it puts forward."""

    name: str
    content: bytes
    parcels: int


def village_package(
    store: Store,
    actor: Actor,
    project: Project,
    village_code: str,
    *,
    now: datetime,
    progress: Callable[[float, str], None] = lambda _share, _words: None,
) -> Package:
    """Return the papers of a village's parcels that count; the audit row names the village.

    Raises Problem for a village without such parcels, Refused outside the region.
    """
    access.require(actor, Action.EXPORT_MAP, village_code)
    if len(village_code) != Level.VILLAGE or not contains(project.region, village_code):
        raise Problem(_("{area} is no village of this project.", area=village_code))
    ground = Ground(store, actor, project)
    every = ground.parcels[ground.parcels["village_code"] == village_code]
    counts = is_counted(every)
    parcels, others = every[counts], every[~counts]
    if parcels.empty:
        raise Problem(_("No parcel of this village counts; there is nothing to put forward."))
    village = f"{parcels['township'].iloc[0]} {parcels['village'].iloc[0]}".strip()
    document = _document(store, actor, project, village, parcels, others, now)
    look = look_of(store)
    members: dict[str, bytes] = {}
    progress(0.1, document.title)
    members[f"1 {say('Parcel list and self-check')}.pdf"] = RENDERERS["pdf"](document, look)
    members[f"1 {say('Parcel list and self-check')}.xlsx"] = RENDERERS["xlsx"](document, look)
    progress(0.2, say("Map sheet"))
    members[f"2 {say('Map sheet')}.pdf"] = _sheet(store, parcels, village, document, now)
    members[f"3 {say('Boundary coordinates')}.txt"] = _coordinates(
        store, actor, project, parcels, now
    )
    cards = cards_document(
        ground, list(parcels.index), village, now=now,
        tell=lambda share: progress(0.3 + 0.6 * share, say("Images before and after")),
    )  # fmt: skip
    members[f"4 {say('Images before and after')}.pdf"] = RENDERERS["pdf"](cards, look)
    members |= _photos(store, parcels)
    members[f"0 {say('Contents')}.txt"] = _contents(document, sorted(members))
    content = _zipped(members, now)
    with store.writing() as connection:
        subject = f"{project.code} {village_code} {len(parcels)}"
        audit.record(connection, actor, "export_package", subject, now=now, region=village_code)
    return Package(f"{document.title} {now.astimezone(OFFICE_TIME):%Y-%m-%d}.zip", content,
                   len(parcels))  # fmt: skip


def _document(
    store: Store, actor: Actor, project: Project, village: str, parcels: gpd.GeoDataFrame,
    others: gpd.GeoDataFrame, now: datetime,
) -> Document:  # fmt: skip
    with store.reading() as connection:
        policy = adopted_inputs(connection, project, parcels.crs).policy
    here = f"{now.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
    document = village_acceptance.compose(
        village,
        parcels,
        others.assign(why=why_not_counted(others)),
        stamp_of(store, actor, project, cut_off=here, is_taken_out=True, now=now),
        least_m2=float(policy.min_new_arable_m2),
        checked_on=_checked_on(store, actor, project, parcels),
        photos=_photo_counts(store, parcels),
    )
    region = str(parcels["village_code"].iloc[0])
    return coded(store, actor, project, document, region=region, action=Action.EXPORT_MAP, now=now)


def _checked_on(
    store: Store, actor: Actor, project: Project, parcels: pd.DataFrame
) -> Mapping[int, date]:
    """Return ledger id → the day on which the self-check stood on the whole parcel."""
    events = register.stage_events(store, actor, project)
    events = events[
        (events["state"] == EventState.CONFIRMED) & (events["step"] == Step.SELF_CHECKED)
    ]
    area_m2 = dict(zip(parcels["ledger_id"], parcels["area_m2"], strict=True))
    found: dict[int, date] = {}
    for ledger_id, own in events[events["ledger_id"].isin(set(area_m2))].groupby("ledger_id"):
        stands = own["area_m2"].cumsum() >= area_m2[ledger_id] - WHOLE_M2
        if stands.any() and stands.iloc[-1]:
            found[int(ledger_id)] = own["day"][stands].iloc[0]
    return found


def _photo_counts(store: Store, parcels: pd.DataFrame) -> dict[int, int]:
    counts: dict[int, int] = {}
    for ledger_id, _name, _sha256 in _photo_rows(store, parcels):
        counts[ledger_id] = counts.get(ledger_id, 0) + 1
    return counts


def _photo_rows(store: Store, parcels: pd.DataFrame) -> list[tuple[int, str, str]]:
    """Return ledger id, file name and hash of the photos of these parcels, oldest first."""
    columns = (PHOTO.c.ledger_id, PHOTO.c.file_name, PHOTO.c.served_sha256)
    with store.reading() as connection:
        return [
            (int(row.ledger_id), row.file_name, row.served_sha256)
            for some in in_chunks([int(one) for one in parcels["ledger_id"]])
            for row in connection.execute(
                sa.select(*columns)
                .where(PHOTO.c.ledger_id.in_(some), is_sent())
                .order_by(PHOTO.c.id)
            )
        ]


def _photos(store: Store, parcels: pd.DataFrame) -> dict[str, bytes]:
    numbers = dict(zip(parcels["ledger_id"], parcels["parcel_no"], strict=True))
    made: dict[str, bytes] = {}
    for place, (ledger_id, _name, sha256) in enumerate(_photo_rows(store, parcels), start=1):
        number = file_words(numbers[ledger_id])
        name = f"5 {say('Photos')}/{number} {place:03d}.jpg"
        made[name] = file_path(store, sha256).read_bytes()
    return made


def file_words(words: str) -> str:
    """Return words that may stand in a file name: no path, no sign that Windows refuses."""
    return clean(str(words)).translate(FORBIDDEN).strip(" .")[:60] or "_"


def _sheet(
    store: Store, parcels: gpd.GeoDataFrame, village: str, document: Document, now: datetime
) -> bytes:
    code = str(parcels["village_code"].iloc[0])
    regions = register.region_outlines(store, code, Level.VILLAGE)
    drawn = parcels[parcels.geometry.map(is_drawn)]
    sheet = verdict_sheet(
        village, drawn, regions, title=document.title, facts=document.facts,
        office=office_name(store), foot=document.stamp.foot, numbers_of_all=True,
    )  # fmt: skip
    return drawing.pdf(sheet, made_at=now)


def _coordinates(
    store: Store, actor: Actor, project: Project, parcels: gpd.GeoDataFrame, now: datetime
) -> bytes:
    """Return the exchange file of the outlines exactly as the layer has them, in its own zone."""
    own = register.judged_parcels(store, actor, project, in_own_crs=True)
    own = own[own["id"].isin(parcels["id"])]
    return coordinate_file(own, unit=office_name(store), actor=actor, now=now)


def _contents(document: Document, names: list[str]) -> bytes:
    """Return the first paper: what the package is, who took it out, what lies in it."""
    lines = [
        document.title,
        *(labelled(label, words) for label, words in document.facts),
        "",
        *names,
    ]
    return ("\ufeff" + "\r\n".join(clean(line) for line in lines) + "\r\n").encode()


def _zipped(members: Mapping[str, bytes], now: datetime) -> bytes:
    target = io.BytesIO()
    moment = now.astimezone(OFFICE_TIME).timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, moment), members[name],
                             compress_type=zipfile.ZIP_DEFLATED)  # fmt: skip
    return target.getvalue()
