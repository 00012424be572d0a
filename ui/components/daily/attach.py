"""Photos of a draft: each stands for itself, and one that fails costs nothing else."""

from __future__ import annotations

import geopandas as gpd
import streamlit as st

from gis.language import Problem, say
from reports.photos import photos_of
from reports.services.keep_photo import MOST_BYTES, drop_photo, keep_photo
from ui import office
from ui.components.daily.desk import Desk
from ui.components.literal import literally
from ui.components.photos import show_photos

ROUND, FAILED = "photo round", "photos failed"
SUFFIXES = ["jpg", "jpeg", "png", "webp"]


def attach_photos(desk: Desk, outlines: gpd.GeoSeries) -> None:
    """Take photos in, show them, let them be taken off again."""
    kept = (
        photos_of(office.store(), desk.session.actor, desk.project, desk.draft.about)
        if desk.draft.id
        else []
    )
    with st.expander(literally(say("Photos: {count}", count=len(kept))), expanded=bool(kept)):
        turn = st.session_state.setdefault(ROUND, 0)
        files = st.file_uploader(
            say("Take or choose photos"),
            type=SUFFIXES,
            accept_multiple_files=True,
            max_upload_size=MOST_BYTES // 1024**2,
            key=desk.key(f"photos {turn}"),
        )
        if files:
            _keep(desk, files)
            st.session_state[ROUND] = turn + 1
            st.rerun()
        for words in st.session_state.pop(FAILED, []):
            st.error(literally(words))
        show_photos(kept, outlines, desk.day)
        if kept and (chosen := _to_drop(desk, [photo.file_name for photo in kept])) is not None:
            drop_photo(
                office.store(), desk.session.actor, kept[chosen].id, about=desk.draft.about,
                now=office.now(),
            )  # fmt: skip
            st.rerun()


def _keep(desk: Desk, files: list) -> None:
    about = desk.opened().about
    failed = []
    with st.spinner(say("Keeping the photos …")):
        for file in files:
            try:
                keep_photo(
                    office.store(), desk.session.actor, file.getvalue(), file.name,
                    project_id=desk.project.id, region=desk.township, about=about,
                    now=office.now(),
                )  # fmt: skip
            except Problem as problem:
                failed.append(str(problem))
    st.session_state[FAILED] = failed


def _to_drop(desk: Desk, names: list[str]) -> int | None:
    beside = st.container(horizontal=True, vertical_alignment="bottom")
    chosen = beside.selectbox(
        say("Take a photo off"),
        list(range(len(names))),
        index=None,
        format_func=lambda place: f"{place + 1} · {names[place]}",
        key=desk.key(f"drop photo {len(names)}"),
    )
    is_sure = beside.button(say("Take off"), disabled=chosen is None, key="drop photo")
    return chosen if is_sure else None
