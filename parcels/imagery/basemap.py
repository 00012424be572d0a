"""What lies under every map where the office wants it: nothing, tiles inside the net, Tianditu.

Orthophotos of files (GeoTIFF, MBTiles, tile folders) are registered on their own page; this is the
ground an office has everywhere. None is needed. GCJ-02 maps are never offered: they lie 500 m off.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

import sqlalchemy as sa

from gis.imagery.remote import ask_tile, require_template, server_of
from gis.language import Problem, Text, _
from parcels.settings import Kind, Setting, hand_in_setting, setting

GROUP = _("Basemap")
NONE, ADDRESS, TIANDITU = "none", "address", "tianditu"
SOURCES: dict[str, Text] = {
    NONE: _("None"),
    ADDRESS: _("Tiles inside the network (XYZ, TMS or WMTS)"),
    TIANDITU: _("Tianditu, by the office's own key"),
}
SOURCE = hand_in_setting(
    Setting(
        "basemap_source", _("Basemap under the maps"), Kind.CHOICE, NONE, group=GROUP,
        choices=SOURCES,
        note=_("Fetched by this server; browsers ask nobody else. The maps work without it."),
    )
)  # fmt: skip
TEMPLATE = hand_in_setting(
    Setting(
        "basemap_address", _("Tile address inside the network"), Kind.WORDS, "", group=GROUP,
        most=400,
        note=_(
            "With {z}, {x} and {y}, or {-y} where rows count from the south (TMS). A WMTS in Web "
            "Mercator: …&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}."
        ),
    )
)  # fmt: skip
BASE = hand_in_setting(
    Setting(
        "tianditu_base", _("Base address of Tianditu"), Kind.WORDS, "https://t0.tianditu.gov.cn",
        group=GROUP,
        note=_("The public one, or that of the provincial node in the government network."),
    )
)  # fmt: skip
LAYER = hand_in_setting(
    Setting(
        "tianditu_layer", _("Layer of Tianditu"), Kind.CHOICE, "img", group=GROUP,
        choices={"img": _("Imagery"), "vec": _("Street map"), "ter": _("Terrain")},
    )
)  # fmt: skip
KEY = hand_in_setting(
    Setting(
        "tianditu_key", _("The office's own key of Tianditu"), Kind.WORDS, "", group=GROUP,
        note=_("One for servers: this server asks for the tiles, not the browsers."),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Basemap:
    """Where tiles come from; ``host`` may lie outside the network because the office says so."""

    template: str
    host: str

    @property
    def version(self) -> str:
        """Return what changes when the source does."""
        return hashlib.sha256(self.template.encode()).hexdigest()[:12]

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a picture, None where there is none; raises Problem where it cannot be had."""
        return ask_tile(self.template, z, x, y, known_host=self.host)

    def require_whole(self) -> None:
        """Raise Problem for an address of which no tile can be asked."""
        _require_web(self.template)
        if not self.host:
            require_template(self.template)


def basemap(connection: sa.Connection) -> Basemap | None:
    """Return the office's basemap; None where it has none, said too little or mistyped it."""
    try:
        return wanted_basemap(connection)
    except Problem:
        return None  # whoever tries the basemap reads what is wrong; the maps work without it


def wanted_basemap(connection: sa.Connection) -> Basemap | None:
    """Return what the office has set, None for too little; raises Problem for no address."""
    source = setting(connection, SOURCE.name)
    if source == ADDRESS and (template := setting(connection, TEMPLATE.name)):
        return Basemap(template, "")
    key, base = setting(connection, KEY.name), setting(connection, BASE.name).rstrip("/")
    if source != TIANDITU or not key or not base:
        return None
    layer = setting(connection, LAYER.name)
    asked = (
        f"{base}/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
        f"&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}"
        f"&TILECOL={{x}}&tk={quote(key)}"
    )
    return Basemap(asked, _host_of(base))


def _host_of(base: str) -> str:
    """Return the host of an address to which a path can be added; raises Problem for another."""
    _require_web(base)
    if re.search(r"[\s?#@\\]", base):
        raise Problem(
            _(
                "“{address}” is no base address: write it without a user name, “?” and “#”.",
                address=base[:120],
            )
        )
    _parts, host, _port = server_of(base)
    return host


def _require_web(address: str) -> None:
    if not address.lower().startswith(("http://", "https://")):
        raise Problem(_("“{address}” is no web address: it begins with http:// or https://.",
                        address=address.split("/")[0]))  # fmt: skip


def is_unfinished(connection: sa.Connection) -> bool:
    """Tell whether a source is chosen whose address or key is still missing."""
    return setting(connection, SOURCE.name) != NONE and wanted_basemap(connection) is None
