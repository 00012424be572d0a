"""A region's parcels as KML for phones: coordinates leave the office, so a setting allows it."""

from __future__ import annotations

from xml.sax.saxutils import escape

import shapely
from shapely.geometry.base import BaseGeometry

from gis.language import _, say
from gis.palette import Paint
from gis.units import format_m2
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.settings import Kind, Setting, hand_in_setting
from parcels.workflow import STEP_TITLES
from reports.clean import clean
from reports.maps.compose import MapGround, is_drawn, paints
from reports.maps.sheet import Colour

KML_ALLOWED = hand_in_setting(
    Setting(
        "maps.kml",
        _("Offer maps as KML for phones"),
        Kind.YES_NO,
        default=False,
        group=_("Maps"),
        note=_("A KML file holds coordinates that any phone shows; they are controlled."),
    )
)
DECIMALS = 7


def kml(ground: MapGround, colour: Colour, *, about: str) -> bytes:
    """Return the file; ``about`` says who took it out, when and what state the figures have."""
    chosen = paints(ground, colour)
    styles = {paint: f"s{place}" for place, paint in enumerate(dict.fromkeys(chosen))}
    places = []
    for parcel, paint, step in zip(
        ground.parcels.to_dict("records"), chosen, ground.stage, strict=True
    ):
        if not is_drawn(parcel["geometry"]):
            continue
        told = (
            f"{parcel['township']} {parcel['village']}",
            say("Area (m²)") + f" {format_m2(parcel['area_m2'])}",
            str(STEP_TITLES[step]) if step else say("Not started"),
            str(VERDICT_TITLES[Verdict(parcel["verdict"])]),
        )
        places.append(
            f"<Placemark><name>{_text(parcel['parcel_no'])}</name>"
            f"<description>{_text(chr(10).join(told))}</description>"
            f"<styleUrl>#{styles[paint]}</styleUrl>{_shape(parcel['geometry'])}</Placemark>"
        )
    looks = "".join(_style(name, paint) for paint, name in styles.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>{_text(ground.name)}</name><description>{_text(about)}</description>"
        f"{looks}{''.join(places)}</Document></kml>\n"
    ).encode()


def _text(words: object) -> str:
    return escape(clean(str(words)))


def _style(name: str, paint: Paint) -> str:
    return (
        f'<Style id="{name}"><LineStyle><color>{_colour(paint.outline, 1.0)}</color>'
        f"<width>{max(1.0, paint.weight_px):g}</width></LineStyle>"
        f"<PolyStyle><color>{_colour(paint.fill, paint.opacity)}</color></PolyStyle></Style>"
    )


def _colour(colour: str, opacity: float) -> str:
    """Return a colour as KML has it: opacity, blue, green, red."""
    return f"{round(opacity * 255):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()


def _shape(outline: BaseGeometry) -> str:
    parts = []
    for part in shapely.get_parts(outline):
        if part.geom_type != "Polygon":
            continue
        holes = "".join(
            f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in part.interiors
        )
        parts.append(
            f"<Polygon><outerBoundaryIs>{_ring(part.exterior)}</outerBoundaryIs>{holes}</Polygon>"
        )
    return f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"


def _ring(ring: BaseGeometry) -> str:
    corners = " ".join(
        f"{lon:.{DECIMALS}f},{lat:.{DECIMALS}f}" for lon, lat in shapely.get_coordinates(ring)
    )
    return f"<LinearRing><coordinates>{corners}</coordinates></LinearRing>"
