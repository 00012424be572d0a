"""Correcting a parcel's inputs, and what the check would say then; a verdict is never typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from gis.language import say
from parcels.evidence.ground import Ground
from parcels.judgement.correcting import drawn_outline, drawn_structures, new_arable, preview
from parcels.judgement.reading import pending
from parcels.judgement.vocabulary import INPUT_TITLES, Input
from parcels.output import share_words
from parcels.people.sessions import Session
from parcels.policy import StructureUnit
from parcels.projects import region_names
from parcels.register import adopted_inputs, judged_parcels
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.services.correct_inputs import correct_input
from ui import office
from ui.components import maps
from ui.components.drawing import draw, features_of
from ui.components.literal import literally
from ui.routes.imagery import image_address

HEIGHT_PX = 430


def correct(session: Session, ground: Ground, index: Any, said: str) -> None:
    """Offer to correct the inputs of one parcel; ``said`` is where the answer is left."""
    parcel_id = int(ground.parcels.loc[index, "id"])
    what = st.segmented_control(
        say("Correct an input"),
        list(Input),
        format_func=lambda one: str(INPUT_TITLES[one]),
        key=f"correct {parcel_id}",
    )
    if what is None:
        st.caption(say("Choose what is wrong; the verdict is computed again from it."))
        return
    after = ASK[what](session, ground, index)
    reason = st.text_input(say("Reason, such as what the image shows"), key=f"why {parcel_id}")
    if st.button(say("Record the correction"), disabled=not (reason.strip() and after)):
        wanted = after() if after else {}
        correct_input(
            office.store(), session.actor, ground.project.id, parcel_id, what, wanted,
            reason=reason, now=office.now(),
        )  # fmt: skip
        st.session_state[said] = say("Recorded; it counts in the next layer version.")
        st.rerun()


def foretell(session: Session, ground: Ground, index: Any) -> None:
    """Say what the check would say with the corrections recorded for this parcel."""
    waiting = pending(ground.history(index)[1])
    if waiting.empty:
        return
    own = judged_parcels(office.store(), session.actor, ground.project, in_own_crs=True)
    parcel = own[own["id"] == ground.parcels.loc[index, "id"]]
    structures = ground.structures(index)[["row", "class", "geometry"]].to_crs(own.crs)
    with office.store().reading() as connection:
        inputs = adopted_inputs(connection, ground.project, own.crs)
    if inputs.policy.structure_unit is StructureUnit.BLOCK or inputs.policy.touching_count_as_one:
        st.info(say("The rules take parcels together; the new check will tell."))
        return
    wanted = waiting.assign(row=parcel["row"].iloc[0]).to_dict("records")
    found = preview(
        parcel, structures, wanted, inputs.policy,
        coverage=inputs.coverage, villages=inputs.villages,
    )  # fmt: skip
    words = say(
        "With {count} corrections the check would say: {verdict}, share {share}.",
        count=len(waiting),
        verdict=VERDICT_TITLES[Verdict(found["verdict"])],
        share=share_words(dict(found) | {"min_share": inputs.policy.min_share}),
    )
    st.info(literally(words))


def _structures(session: Session, ground: Ground, index: Any) -> Callable[[], Any] | None:
    structures, parcel = ground.structures(index), ground.parcel(index)
    drawn = _map(session, ground, index, features_of(structures), "structures")
    if drawn is None:
        return None
    return lambda: drawn_structures(drawn, structures, parcel)


def _outline(session: Session, ground: Ground, index: Any) -> Callable[[], Any] | None:
    parcel = ground.parcel(index)
    drawn = _map(session, ground, index, features_of(parcel[["row", "geometry"]]), "outline")
    return None if drawn is None else lambda: drawn_outline(drawn, parcel)


def _village(session: Session, ground: Ground, index: Any) -> Callable[[], Any] | None:
    with office.store().reading() as connection:
        every = region_names(connection, ground.project.region)
    names = {code: name for code, name in every.items() if len(code) == 12}
    present = ground.parcels.loc[index, "village_code"]
    chosen = st.selectbox(
        say("Village"), sorted(names), key=f"village of {index}",
        index=sorted(names).index(present) if present in names else None,
        format_func=lambda code: f"{names[code]}（{code}）",
    )  # fmt: skip
    return None if chosen in (None, present) else lambda: {"village_code": chosen}


def _new_arable(session: Session, ground: Ground, index: Any) -> Callable[[], Any] | None:
    parcel = ground.parcels.loc[index]
    value = st.number_input(
        say("New arable (m²)"), min_value=0.0, value=None, step=1.0, format="%.2f",
        key=f"arable of {index}",
    )  # fmt: skip
    return None if value is None else lambda: new_arable(float(parcel["area_m2"]), float(value))


def _map(
    session: Session, ground: Ground, index: Any, features: list[dict[str, Any]], key: str
) -> list[dict[str, Any]] | None:
    parcel = ground.parcel(index)
    groups = []
    if ground.images:
        chosen = st.segmented_control(
            say("Image below"), list(ground.images),
            format_func=lambda moment: literally(f"{ground.images[moment].taken_on}"),
            default=next(iter(ground.images)), key=f"below {key} {index}",
        )  # fmt: skip
        image = ground.images[chosen] if chosen else None
        if image is not None:
            groups.append(
                maps.tiles_group(
                    image_address(session, image), key="image", max_native_zoom=image.max_zoom or 18
                )
            )
    if key == "structures":
        line = maps.boundaries_group(parcel.assign(shown=""), "shown")
        groups.append(line)
    west, south, east, north = parcel.total_bounds
    margin = max(east - west, north - south) * 0.2
    bounds = (west - margin, south - margin, east + margin, north + margin)
    return draw(bounds, groups, features, key=f"draw {key} {index}", height=HEIGHT_PX)


ASK: Mapping[Input, Callable[[Session, Ground, Any], Callable[[], Any] | None]] = {
    Input.STRUCTURES: _structures,
    Input.VILLAGE: _village,
    Input.NEW_ARABLE: _new_arable,
    Input.OUTLINE: _outline,
}
