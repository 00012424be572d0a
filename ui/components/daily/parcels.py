"""Which parcels, by list or on the map: the server finds what lies under a tap."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import streamlit as st
from shapely.geometry import Point

from gis.language import say
from gis.palette import WITHDRAWN, Paint
from gis.units import format_m2, half_up
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES, Step, earlier
from reports.drafts import entry_key
from reports.room import first_step, left_m2
from ui.components import maps
from ui.components.daily.desk import Desk, follow
from ui.components.legend import legend
from ui.components.literal import literally
from ui.reading import Reportable

MOST_PILLS = 80  # above this a list to search in is quicker than buttons
MAP_HEIGHT_PX = 420
STEP, VILLAGE, HOW, AROUND = "report step", "report village", "report how", "report around"
READY = Paint("#FFFFFF", outline="#1F5A8C", weight_px=1.6)
IN_REPORT = Paint("#1F5A8C", outline="#0F3557", weight_px=2.0, opacity=0.75)


def choose_parcels(desk: Desk, known: Reportable, done_before: Mapping[Step, int]) -> None:
    """Let parcels be tapped into the report and out of it.

    ``done_before``: on how many parcels each step was done in the report before.
    """
    parcels, done = known.parcels, known.done
    basket = desk.draft.entries
    if STEP not in st.session_state:
        st.session_state[STEP] = first_step(known.ready, basket, done_before)
    chosen = st.pills(
        say("Which step was done?"),
        list(REPORTED_BY_TOWNSHIP),
        format_func=lambda s: str(STEP_TITLES[s]),
        required=True,
        key=STEP,
    )
    step = chosen or REPORTED_BY_TOWNSHIP[0]
    room = left_m2(parcels, done, basket, step)
    how = st.segmented_control(
        say("Choose parcels"),
        ["list", "map"],
        format_func=lambda k: say("From the list") if k == "list" else say("On the map"),
        default="list",
        key=HOW,
    )
    if how == "map":
        _on_map(desk, parcels, room, step)
        return
    ready = parcels[room > 0]
    if ready.empty:
        before = earlier(step)
        after = STEP_TITLES[before] if before else "—"
        words = say("No parcel is ready for this step; “{step}” comes first.", step=after)
        st.caption(literally(words))
        return
    villages = ready.groupby(["village_code", "village"])["is_counted"].agg(["sum", "size"])
    villages = villages.sort_values(["sum", "size"], ascending=False, kind="stable")
    names = {code: f"{name or code} {int(n)}" for (code, name), n in villages["size"].items()}
    if st.session_state.get(VILLAGE) not in names:
        begun = ready.index.isin([one for one, drafted in basket if drafted is step])
        own = [code for code in ready.loc[begun, "village_code"] if code in names]
        st.session_state[VILLAGE] = next(iter([*own, *names]))
    village = st.pills(
        say("In which village? The number of parcels that are ready stands beside it."),
        list(names),
        format_func=lambda code: literally(names[code]),
        required=True,
        key=VILLAGE,
    )
    own = ready[ready["village_code"] == village]
    newest_first = known.last_moved.reindex(own.index).sort_values(ascending=False, kind="stable")
    _of_village(desk, own.loc[newest_first.index], room, step)


def _of_village(desk: Desk, ready: pd.DataFrame, room: pd.Series, step: Step) -> None:
    basket = desk.draft.entries
    counted = dict(zip(ready.index, ready["is_counted"], strict=True))
    order = sorted(counted, key=lambda one: not counted[one])
    numbers, why = ready["parcel_no"].to_dict(), ready["why_not"].to_dict()
    titles = {
        key: f"{numbers[key] or '—'} · {format_m2(room[key])} m²"
        + ("" if counted[key] else f" · {say('not counted: {why}', why=why[key])}")
        for key in order
    }
    key = desk.key(f"parcels {step} {ready['village_code'].iloc[0]}")
    # the draft is the truth: the buttons follow it on every run
    follow(key, [one for one in order if (one, step) in basket])

    def change() -> None:
        chosen = set(st.session_state[key])
        inside = {one for one in order if (one, step) in basket}
        out = {_entry(one, step): None for one in inside - chosen}
        into = {_entry(one, step): _whole(room, one) for one in chosen - inside}
        desk.save(out | into)

    label = say("Which parcels? Tap each; tap again to take it out.")
    if len(order) > MOST_PILLS:
        st.multiselect(label, order, format_func=titles.__getitem__, key=key, on_change=change)
    else:
        st.pills(
            label,
            order,
            selection_mode="multi",
            format_func=lambda one: literally(titles[one]),
            key=key,
            on_change=change,
        )
    counting = [one for one in order if counted[one]]
    words = say("All {count} parcels of this village that count", count=len(counting))
    if len(counting) > 1 and st.button(literally(words), key="whole village", width="stretch"):
        missing = [one for one in counting if (one, step) not in basket]
        desk.save({_entry(one, step): _whole(room, one) for one in missing})
        st.rerun()


def _on_map(desk: Desk, parcels: gpd.GeoDataFrame, room: pd.Series, step: Step) -> None:
    """Show the township; a tap puts a parcel into the report or takes it out, the view stays."""
    drawn = parcels[~maps.cannot_be_drawn(parcels)]
    if drawn.empty:
        st.caption(say("No parcels here."))
        return
    basket = desk.draft.entries
    inside = pd.Series([(one, step) in basket for one in drawn.index], index=drawn.index)
    is_ready = room.reindex(drawn.index) > 0
    fill = pd.Series([READY if ready else WITHDRAWN for ready in is_ready], index=drawn.index)
    fill = fill.where(~inside, IN_REPORT)
    shown = drawn.assign(room_words=[format_m2(max(room[one], 0.0)) for one in drawn.index])
    tooltip = [
        (say("Parcel"), "parcel_no"),
        (say("Village"), "village"),
        (say("Open for this step (m²)"), "room_words"),
    ]
    legend(
        [
            (IN_REPORT, say("In this report")),
            (READY, say("Ready for this step")),
            (WITHDRAWN, say("Not ready, or done")),
        ],
        str(STEP_TITLES[step]),
    )
    near, key = _near(drawn, is_ready)
    group = maps.parcels_group(shown, fill=fill, tooltip=tooltip, key="report parcels")
    click = maps.show(
        maps.base_map(near.total_bounds, height=MAP_HEIGHT_PX),
        [group, maps.lasso_group()],
        key=f"report map {desk.project.id} {key}",
        height=MAP_HEIGHT_PX,
    )
    if click is None or not click.is_new:
        return
    if click.lasso:
        around = maps.inside_lasso(drawn, click) & is_ready & ~inside
        desk.save({_entry(one, step): _whole(room, one) for one in drawn.index[around]})
        st.rerun()
    place = Point(click.lon, click.lat)
    hit = drawn.index[drawn.sindex.query(place, "intersects")]
    if not len(hit):
        st.caption(say("No parcel lies there; tap inside an outline."))
        return
    one = int(min(hit, key=lambda index: drawn.at[index, "area_m2"]))
    if inside[one]:
        desk.save({_entry(one, step): None})
    elif is_ready[one]:
        desk.save({_entry(one, step): _whole(room, one)})
    else:
        number = drawn.at[one, "parcel_no"]
        words = say("Parcel {parcel_no} is done, or not ready for this step.", parcel_no=number)
        st.warning(literally(words))
        return
    st.rerun()


def _near(drawn: gpd.GeoDataFrame, is_ready: pd.Series) -> tuple[gpd.GeoDataFrame, str]:
    """Return the parcels to look at first: a village's; a township is small on a phone."""
    ready = drawn[is_ready].groupby("village_code").size().sort_values(ascending=False)
    names = dict(zip(drawn["village_code"], drawn["village"], strict=True))
    codes = [*ready.index, *(code for code in names if code not in ready.index)]
    if st.session_state.get(AROUND) not in {*codes, ""}:
        st.session_state[AROUND] = codes[0]
    code = st.selectbox(
        say("Look at"),
        [*codes, ""],
        format_func=lambda c: names[c] or c if c else say("The whole township"),
        key=AROUND,
    )
    return (drawn[drawn["village_code"] == code], code) if code else (drawn, "all")


def _entry(ledger_id: int, step: Step) -> str:
    return entry_key(int(ledger_id), step)


def _whole(room: pd.Series, ledger_id: int) -> float:
    return float(half_up(room[ledger_id], 2))
