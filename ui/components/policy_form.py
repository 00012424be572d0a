"""The form of a policy version: every term that the check asks, none with a value of ours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import streamlit as st

from gis.language import say
from gis.units import format_limit
from parcels.policy import (
    INSIDE_VILLAGE_TITLES,
    NEW_ARABLE_TITLES,
    STRUCTURE_UNIT_TITLES,
    InsideVillage,
    NewArableFrom,
    Policy,
    StructureUnit,
    parse_area,
    parse_share,
)
from ui.components.literal import literally


def policy_form(key: str, present: Policy | None) -> Policy | None:
    """Show the terms, filled from the version in force; return the new version once sent.

    Raises Problem for a term that cannot be.
    """
    with st.form(key):
        _part(
            say("Your office must supply"),
            say("X and Y come from your own document; this software knows no such values."),
        )
        left, right = st.columns(2)
        share = left.text_input(
            say("X: least structure share, such as 30%"),
            value=format_limit(present.min_share) if present else "",
            placeholder=say("required"),
        )
        area = right.text_input(
            say("Y: least new arable of a parcel, m²"),
            value=str(present.min_new_arable_m2) if present else "",
            placeholder=say("required"),
        )
        _part(
            say("Only your office knows it"),
            say(
                "Checks are made without it, but no paper can then name the document or the images."
            ),
        )
        left, right = st.columns(2)
        document = left.text_input(
            say("Document number"), value=present.document_no if present else ""
        )
        in_force = right.date_input(
            say("In force on"), value=present.in_force_on if present else None
        )
        images = left.date_input(
            say("Date of the imagery"), value=present.image_date if present else None
        )
        pixel_m = right.number_input(
            say("One pixel of the imagery (m)"),
            min_value=0.01,
            max_value=100.0,
            value=float(present.pixel_m) if present else 0.5,
            format="%.2f",
            help=say("0.5 m stands for not known. It decides which parcels are near a limit."),
        )
        _part(
            say("How the document is to be read"),
            say("Nothing here is law. Hold each choice against the wording of your document."),
        )
        left, right = st.columns(2)
        source = left.selectbox(
            say("New arable comes from"),
            list(NewArableFrom),
            format_func=lambda one: str(NEW_ARABLE_TITLES[one]),
            index=list(NewArableFrom).index(present.new_arable_from) if present else 0,
        )
        coefficient = right.number_input(
            say("Coefficient of area minus retained land"),
            min_value=0.01,
            max_value=1.0,
            value=float(present.coefficient) if present else 1.0,
            format="%.4f",
        )
        inside = left.selectbox(
            say("Inside a village"),
            list(InsideVillage),
            format_func=lambda one: str(INSIDE_VILLAGE_TITLES[one]),
            index=list(InsideVillage).index(present.inside_village) if present else 0,
        )
        unit = right.selectbox(
            say("The structure rule is asked of"),
            list(StructureUnit),
            format_func=lambda one: str(STRUCTURE_UNIT_TITLES[one]),
            index=list(StructureUnit).index(present.structure_unit) if present else 0,
        )
        classes = left.text_input(
            say("Structure classes that count, separated by commas (empty: all)"),
            value="、".join(present.structure_classes) if present else "",
        )
        touching = right.checkbox(
            say("Touching parcels of one village give their new arable together"),
            value=present.touching_count_as_one if present else False,
        )
        if not st.form_submit_button(say("Write this version"), type="primary"):
            return None
    return Policy(
        parse_share(share),
        parse_area(area),
        document_no=document.strip(),
        in_force_on=in_force if isinstance(in_force, date) else None,
        image_date=images if isinstance(images, date) else None,
        new_arable_from=source or NewArableFrom.NOWHERE,
        inside_village=inside or InsideVillage.ALL,
        coefficient=Decimal(str(coefficient)),
        pixel_m=Decimal(str(pixel_m)),
        structure_classes=_classes(classes),
        structure_unit=unit or StructureUnit.PARCEL,
        touching_count_as_one=touching,
    )


def _part(title: str, words: str) -> None:
    st.markdown(f"**{literally(title)}**")
    st.caption(literally(words))


def _classes(text: str) -> tuple[str, ...]:
    for sign in "，,;；":
        text = text.replace(sign, "、")
    return tuple(name.strip() for name in text.split("、") if name.strip())
