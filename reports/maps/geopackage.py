"""A region's parcels as a GeoPackage that QGIS opens in the colours of our maps."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import pandas as pd
import pyogrio

from gis.language import say
from gis.palette import NOT_STARTED, VERDICTS, WITHDRAWN, Paint
from gis.units import half_up
from parcels.paints import STAGES
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.workflow import STEP_TITLES, Step
from reports.clean import clean
from reports.maps.compose import MapGround

LAYER = "parcels"
MM_A_PIXEL = 0.26
WITHDRAWN_CODE, NOT_STARTED_CODE = "withdrawn", "not_started"


def geopackage(ground: MapGround, *, about: str) -> bytes:
    """Return the file; ``about`` (who took it out, when, what state) is the layer's description.

    Two styles lie in the table ``layer_styles`` that QGIS reads: by stage (in force), by verdict.
    """
    frame = rows_of(ground)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.gpkg"
        frame.to_file(
            path, layer=LAYER, driver="GPKG", engine="pyogrio", geometry_type="Unknown",
            layer_options={"DESCRIPTION": clean(about), "IDENTIFIER": clean(ground.name)},
        )  # fmt: skip
        pyogrio.write_dataframe(_styles(about), path, layer="layer_styles", append=True)
        return path.read_bytes()


def rows_of(ground: MapGround) -> gpd.GeoDataFrame:
    """Return the parcels as files for GIS hold them: ASCII column names, codes as text."""
    parcels = ground.parcels
    stage = [
        WITHDRAWN_CODE if is_out else step.value if step else NOT_STARTED_CODE
        for step, is_out in zip(ground.stage, parcels["is_withdrawn"], strict=True)
    ]
    table = pd.DataFrame(
        {
            "parcel_no": [clean(str(one)) for one in parcels["parcel_no"]],
            "township": [clean(str(one)) for one in parcels["township"]],
            "village": [clean(str(one)) for one in parcels["village"]],
            "area_m2": [_cents(one) for one in parcels["area_m2"]],
            "new_arable": [_cents(one) for one in parcels["new_arable_m2"]],
            "verdict": [str(one) for one in parcels["verdict"]],
            "verdict_zh": [str(VERDICT_TITLES[Verdict(one)]) for one in parcels["verdict"]],
            "stage": stage,
            "stage_zh": [str(STEP_TITLES[step]) if step else "" for step in ground.stage],
            "moved": [bool(one) for one in ground.moved],
            "day": [str(ground.day)] * len(parcels),
        },
        index=parcels.index,
    )
    return gpd.GeoDataFrame(table, geometry=parcels.geometry, crs=parcels.crs)


def _cents(area_m2: float) -> float | None:
    return None if pd.isna(area_m2) else float(half_up(area_m2, 2))


def _styles(about: str) -> pd.DataFrame:
    stages = [(NOT_STARTED_CODE, NOT_STARTED)]
    stages += [(step.value, STAGES[step.value]) for step in Step]
    stages += [(WITHDRAWN_CODE, WITHDRAWN)]
    verdicts = [(one.value, VERDICTS[one.value]) for one in Verdict]
    rows = [("stage", _qml("stage", stages), True), ("verdict", _qml("verdict", verdicts), False)]
    return pd.DataFrame(
        [
            {
                "f_table_catalog": "", "f_table_schema": "", "f_table_name": LAYER,
                "f_geometry_column": "geom", "styleName": name, "styleQML": qml, "styleSLD": "",
                "useAsDefault": is_default, "description": clean(about), "owner": "", "ui": "",
                "update_time": "",
            }
            for name, qml, is_default in rows
        ]
    )  # fmt: skip


def _qml(column: str, paints: Sequence[tuple[str, Paint]]) -> str:
    """Return a QGIS style: one category a value, fill and line as on our maps."""
    categories = "".join(
        f'<category value={quoteattr(value)} symbol="{place}" label={quoteattr(_title(value))} '
        'render="true"/>'
        for place, (value, _paint) in enumerate(paints)
    )
    symbols = "".join(_symbol(place, paint) for place, (_value, paint) in enumerate(paints))
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.28" styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(column)}>'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def _title(value: str) -> str:
    named = {WITHDRAWN_CODE: say("Withdrawn"), NOT_STARTED_CODE: say("Not started")}
    named |= {step.value: str(title) for step, title in STEP_TITLES.items()}
    named |= {one.value: str(title) for one, title in VERDICT_TITLES.items()}
    return named[value]


def _symbol(place: int, paint: Paint) -> str:
    options = {
        "color": _rgba(paint.fill, paint.opacity),
        "outline_color": _rgba(paint.outline, 1.0),
        "outline_width": f"{paint.weight_px * MM_A_PIXEL:.2f}",
        "outline_style": "solid" if paint.dash is None else "dash",
        "style": "solid",
    }
    told = "".join(
        f'<Option name="{name}" type="QString" value="{escape(value)}"/>'
        for name, value in options.items()
    )
    return (
        f'<symbol type="fill" name="{place}" alpha="1"><layer class="SimpleFill" enabled="1">'
        f'<Option type="Map">{told}</Option></layer></symbol>'
    )


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"
