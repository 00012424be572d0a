"""The parcels near a limit, as a list to measure by in the field before anyone relies on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd

from gis.findings import KINDS, Finding, message
from gis.language import _, say
from gis.units import format_limit
from parcels.output import share_words
from parcels.policy import Policy
from parcels.projects import Project
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from reports.document import Column, Document, DocumentKind, Kind, Stamp, Table

NEAR = ("near_structure_limit", "near_new_arable_limit")
DEGREES = 6  # 0.1 m: enough to walk there


def compose(project: Project, parcels: gpd.GeoDataFrame, policy: Policy, stamp: Stamp) -> Document:
    """Return the list; ``parcels`` as judged, with outlines in any CRS."""
    near = parcels[parcels["near_limit"] & parcels.geometry.notna()].sort_values(
        ["township_code", "village_code", "row"], kind="stable"
    )  # as one walks: village by village
    limits = say(
        "X = {share}, Y = {area} m². {document}",
        share=format_limit(policy.min_share),
        area=policy.min_new_arable_m2,
        document=policy.document_no,
    )
    about = ((say("Policy"), limits),)
    title = say("Field-measure list of {name}", name=project.name)
    return Document("field_measure", title, stamp, about, (), (_list(near),))


def _list(near: gpd.GeoDataFrame) -> Table:
    columns = (
        Column(say("Township")),
        Column(say("Village")),
        Column(say("Parcel")),
        Column(say("Longitude")),
        Column(say("Latitude")),
        Column(say("Area (m²)"), Kind.AREA_M2),
        Column(say("Structure share")),
        Column(say("New arable (m²)"), Kind.AREA_M2),
        Column(say("Verdict")),
        Column(say("Why to measure")),
        Column(say("What to do")),
        Column(say("Measured (m²)")),
        Column(say("Measured by, on")),
    )
    places = near.geometry.representative_point().to_crs(4490)
    rows = tuple(
        (
            parcel["township"],
            parcel["village"],
            parcel["parcel_no"],
            f"{place.x:.{DEGREES}f}",
            f"{place.y:.{DEGREES}f}",
            parcel["area_m2"],
            share_words(parcel),
            parcel["new_arable_m2"],
            str(VERDICT_TITLES[Verdict(parcel["verdict"])]),
            *_words(parcel["reasons"]),
            "",
            "",
        )
        for parcel, place in zip(near.to_dict("records"), places, strict=True)
    )
    return Table(say("To measure in the field"), columns, rows)


def _words(reasons: list[Mapping[str, Any]]) -> tuple[str, str]:
    chosen = [reason for reason in reasons if reason["code"] in NEAR]
    why = " ".join(message(Finding(reason["code"], values=reason["values"])) for reason in chosen)
    return why, " ".join(str(KINDS[reason["code"]].remedy) for reason in chosen)


DOCUMENT = DocumentKind("field_measure", _("Field-measure list"), compose)
