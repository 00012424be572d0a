"""Orthophotos: register a file or an address with its date, see it, take it out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import streamlit as st

from gis.language import _, say
from parcels.heavy import cut_imagery
from parcels.imagery import MOMENT_TITLES, STATE_TITLES, Image, Moment, images
from parcels.imagery.image import ADDRESSES
from parcels.jobs import OPEN
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.services.jobs import find_jobs, submit_job
from parcels.services.keep_imagery import (
    INBOX,
    keep_address,
    keep_imagery,
    laid_files,
    remove_imagery,
)
from parcels.settings import setting
from reports.document import Column, Kind
from ui import office, reading
from ui.components import maps
from ui.components.job_progress import show_job
from ui.components.literal import literally, tell
from ui.components.tables import show_rows
from ui.pages.page import Figures, Page, Section
from ui.routes.imagery import image_address

HEIGHT_PX = 460
SUFFIXES = ["tif", "tiff", "mbtiles", "zip"]
SAID = "imagery said"


def show(session: Session) -> None:
    """Show a project's images, one on a map, and the form for a new one."""
    project = reading.chosen_project(session)
    if project is None:
        st.info(say("There is no project yet; create one on the page of projects."))
        return
    tell(SAID)
    _cutting(session, project)
    present = images(office.store(), session.actor, project)
    if present:
        _table(present)
        _map(session, present)
    else:
        st.info(say("No orthophoto yet: register one of before and one of after the works."))
    with st.expander(say("Register an orthophoto"), expanded=not present):
        _register(session, project)


def _cutting(session: Session, project: Project) -> None:
    open_jobs = find_jobs(
        office.store(), session.actor, project_id=project.id, kinds=[cut_imagery.KIND],
        states=[*OPEN], most=3,
    )  # fmt: skip
    for job in open_jobs:
        show_job(session, job["id"])
    newest = st.session_state.get("imagery job")
    if newest and newest not in [job["id"] for job in open_jobs]:
        del st.session_state["imagery job"]
        show_job(session, newest)


def _table(present: list[Image]) -> None:
    columns = (
        Column(say("Image")), Column(say("Shows")), Column(say("Taken on")),
        Column(say("Pixel (m)"), Kind.MU), Column(say("File or address")), Column(say("State")),
    )  # fmt: skip
    rows = [
        (
            image.title,
            str(MOMENT_TITLES[image.moment]),
            image.taken_on,
            "—" if image.pixel_m is None else f"{image.pixel_m:.2f}",
            image.address or image.file_name,
            f"{STATE_TITLES[image.state]} {image.words}".strip(),
        )
        for image in present
    ]
    show_rows(columns, rows)


def _map(session: Session, present: list[Image]) -> None:
    shown = {image.id: image for image in present if image.is_ready}
    if not shown:
        return
    chosen = st.segmented_control(
        say("On the map"),
        list(shown),
        format_func=lambda key: literally(f"{shown[key].taken_on} {shown[key].title}"),
        default=next(iter(shown)),
        key="imagery shown",
    )
    if chosen is None:
        return
    image = shown[chosen]
    bounds = image.bounds_lonlat or _bounds_of_parcels(session)
    if bounds is not None:
        words = f"{image.title} {image.taken_on}"
        group = maps.tiles_group(
            image_address(session, image),
            key=f"image {image.id}",
            max_native_zoom=image.max_zoom or 18,
            source=words,
        )
        base = maps.base_map(bounds, height=HEIGHT_PX)
        maps.show(base, [group], key=f"imagery map {image.id}", height=HEIGHT_PX)
    with st.popover(say("Take this image out")):
        reason = st.text_input(say("Reason"), key=f"remove image {image.id}")
        if st.button(say("Take out"), key=f"remove now {image.id}", disabled=not reason.strip()):
            remove_imagery(office.store(), session.actor, image.id, reason=reason, now=office.now())
            st.session_state[SAID] = say("{title} is no longer shown.", title=image.title)
            st.rerun()


def _bounds_of_parcels(session: Session) -> tuple[float, float, float, float] | None:
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        return None
    parcels = reading.judged_parcels(session, project)
    bounds = tuple(float(side) for side in parcels.total_bounds)
    return bounds if len(bounds) == 4 and bounds[0] == bounds[0] else None


def _register(session: Session, project: Project) -> None:
    with office.store().reading() as connection:
        may_address = setting(connection, ADDRESSES.name)
    ways = ["upload", "laid", *(["address"] if may_address else [])]
    titles = {
        "upload": say("Upload"),
        "laid": say("A file laid on the server"),
        "address": say("An address in the network"),
    }
    way = st.segmented_control(
        say("Where is it?"), ways, format_func=titles.__getitem__, default="upload", key="img way"
    )
    left, middle, right = st.columns(3)
    title = left.text_input(say("Name, such as its source"), key="img title")
    moment = middle.segmented_control(
        say("It shows the ground"), list(Moment), format_func=lambda m: str(MOMENT_TITLES[m]),
        default=Moment.BEFORE, key="img moment",
    )  # fmt: skip
    taken_on = right.date_input(
        say("Taken on"), value=None, max_value=office.today(), key="img date"
    )
    if way == "address":
        _address(session, project, title, moment, taken_on)
        return
    crs = st.number_input(
        say("EPSG number, only for an image that does not say its coordinate system"),
        value=None, min_value=1024, max_value=32767, step=1, key="img crs",
    )  # fmt: skip
    with _file(way) as found:
        if found is None or moment is None or not isinstance(taken_on, date):
            return
        path, name = found
        if st.button(say("Register the image"), type="primary", disabled=not title.strip()):
            image_id = keep_imagery(
                office.store(), session.actor, project.id, path, file_name=name, title=title,
                moment=moment, taken_on=taken_on, crs=crs, now=office.now(),
            )  # fmt: skip
            st.session_state["imagery job"] = submit_job(
                office.store(), session.actor, cut_imagery.KIND, project_id=project.id,
                region=project.region, wanted={"imagery_id": image_id}, now=office.now(),
            )  # fmt: skip
            st.rerun()


@contextmanager
def _file(way: str | None) -> Iterator[tuple[Path, str] | None]:
    """Give the chosen file and its name; an upload lies in a folder of its own until then."""
    if way == "laid":
        laid = {path.name: path for path in laid_files(office.store())}
        if not laid:
            folder = office.store().folder / INBOX
            st.caption(
                literally(
                    say("Lay large files into the folder {folder} first.", folder=folder.name)
                )
            )
            yield None
            return
        name = st.selectbox(say("File"), list(laid), key="img laid")
        yield (laid[name], name) if name in laid else None
        return
    label = say("GeoTIFF, MBTiles, or a zipped folder of tiles")
    upload = st.file_uploader(literally(label), type=SUFFIXES, key="img upload")
    if upload is None:
        yield None
        return
    with tempfile.TemporaryDirectory(dir=office.store().folder, prefix=".upload_") as folder_name:
        path = Path(folder_name) / "image"
        path.write_bytes(upload.getbuffer())
        yield path, Path(upload.name).name


def _address(
    session: Session, project: Project, title: str, moment: Moment | None, taken_on: object
) -> None:
    address = st.text_input(
        say("Tile address, its parts in braces"), key="img address",
        placeholder="…/{z}/{x}/{y}",
    )  # fmt: skip
    max_zoom = st.number_input(say("Finest zoom level"), 8, 22, 18, key="img zoom")
    is_told = bool(title.strip() and address.strip()) and isinstance(taken_on, date)
    if st.button(say("Register the address"), type="primary", disabled=not is_told):
        assert isinstance(taken_on, date)  # noqa: S101  asked above
        keep_address(
            office.store(), session.actor, project.id, address, title=title,
            moment=moment or Moment.BEFORE, taken_on=taken_on, max_zoom=int(max_zoom),
            now=office.now(),
        )  # fmt: skip
        st.session_state[SAID] = say("{title} is registered.", title=title)
        st.rerun()


PAGE = Page(
    slug="imagery",
    title=_("Orthophotos"),
    icon=":material/satellite_alt:",
    action=Action.KEEP_IMAGERY,
    section=Section.PARCELS,
    show=show,
    figures=Figures.NONE,
)
