"""Why a file cannot be read: one table of sentences, so a child sends a code, not a text."""

from __future__ import annotations

from typing import Any

from gis.language import Problem, Text, _

PROBLEMS: dict[str, Text] = {
    "not_found": _("{file} is not there any more. Send it again."),
    "empty_file": _("{file} is empty. Send it again; the copy may have been cut off."),
    "too_large": _(
        "{file} is too large: {size_mb} MB, the limit is {limit_mb} MB."
        " Send one township at a time."
    ),
    "too_heavy": _(
        "{file} took too long or too much memory to read. Split it, or save the layer again"
        " as GeoPackage and send that."
    ),
    "unknown": _(
        "{file} is not a layer that can be read here. Send a zipped shapefile, a GeoPackage"
        " or a GeoJSON file."
    ),
    "vector_of_files": _(
        "{file} only points to other files and holds no shapes. Send the layer itself as a zipped"
        " shapefile or GeoPackage."
    ),
    "mdb": _(
        "{file} is a personal geodatabase (Access). Export the layer from ArcGIS as a shapefile,"
        " zip it and send that."
    ),
    "dwg": _(
        "{file} is a DWG drawing. Save it as DXF (AutoCAD 2000–2018), or as a zipped shapefile,"
        " and send that."
    ),
    "archive": _(
        "{file} is packed as {kind}, which cannot be opened here. Pack the files as .zip"
        " and send that."
    ),
    "spreadsheet": _("{file} is an old Excel file. Save it as .xlsx and send that."),
    "document": _(
        "{file} is a document ({kind}), not a layer. Send a zipped shapefile, a GeoPackage"
        " or a GeoJSON file."
    ),
    "picture": _(
        "{file} is a picture ({kind}), not a layer. Send a zipped shapefile, a GeoPackage"
        " or a GeoJSON file; photos belong to the daily report."
    ),
    "topojson": _("{file} is TopoJSON. Save the layer as GeoJSON or GeoPackage and send that."),
    "no_vertex_columns": _(
        "{file} is a table, but its headings do not name a parcel number, X and Y. List one vertex"
        " a row under these headings, or send the layer as a zipped shapefile."
    ),
    "outline_encoding": _(
        "{file} holds its outlines as {encoding}, which cannot be read here. Save it as GeoParquet"
        " with WKB outlines, or as GeoPackage, and send that."
    ),
    "not_in_gbk": _(
        "{file} cannot be written: the character {character} does not exist in GBK, which the"
        " format prescribes. Replace it and try again."
    ),
    "not_in_zone": _(
        "{file} cannot be written from {name}: the format needs a CGCS2000 Gauss–Krüger zone."
        " Convert the layer first."
    ),
    "not_all_areas": _(
        "{file} cannot be written: row {row} has no area. Leave it out and try again."
    ),
    "no_layer_in_zip": _(
        "{file} holds no layer, only: {members}. Pack .shp, .shx, .dbf and .prj of the layer"
        " together and send that."
    ),
    "bad_zip": _("{file} is a damaged zip. Pack the files again and send that."),
    "locked_zip": _("{file} is locked with a password. Pack it without one and send that."),
    "unsafe_zip": _(
        "{file} is not an ordinary zip ({reason}) and was not opened. Pack the layer's files again"
        " and send that."
    ),
    "damaged": _(
        "{file} is damaged or cut off and cannot be read as {format}. Save the layer again"
        " and send that."
    ),
    "counts_differ": _(
        "{file} does not fit together: {shp} shapes, {shx} index entries, {dbf} table rows."
        " The copy was cut off or files were mixed; export the layer again with all its files."
    ),
    "truncated": _(
        "{file} is cut off: {part} should have {expected} bytes and has {actual}."
        " Export the layer again and send all its files."
    ),
    "no_dbf": _(
        "{file} has no .dbf table, so nothing tells the parcels apart. Send .shp, .shx, .dbf"
        " and .prj of the layer together."
    ),
    "no_shp": _(
        "{file} has a table but no .shp with the shapes. Send .shp, .shx, .dbf and .prj"
        " of the layer together."
    ),
    "not_a_shapefile": _("{file} is no shapefile inside. Export the layer again and send that."),
    "no_such_layer": _("{file} has no layer named {layer}. Its layers: {layers}."),
    "which_layer": _(
        "{file} holds several layers of areas: {layers}. Say which one is meant; on the command"
        " line by --parcels-layer or --structures-layer."
    ),
    "no_layers": _("{file} holds no layer with shapes. Export the parcels' polygon layer."),
    "no_polygons": _(
        "Layer {layer} of {file} holds {kind} and no areas. Send the layer of polygons."
    ),
    "no_rows": _("Layer {layer} of {file} has no rows. Send the layer with its parcels."),
    "bad_encoding": _(
        "The text of {file} is not {encoding}. Leave the encoding to be found from the file."
    ),
    "crs_xian80": _(
        "{file} is in Xi'an 80 ({name}), which is off by tens of metres and cannot be converted"
        " without the county's own parameters. Have the survey office convert it to CGCS2000."
    ),
    "crs_beijing54": _(
        "{file} is in Beijing 54 ({name}), which is off by up to a hundred metres and cannot be"
        " converted without the county's own parameters. Have the survey office convert it"
        " to CGCS2000."
    ),
    "crs_unnamed": _(
        "{file} is in a coordinate system without a known number ({name}). Save it in CGCS2000,"
        " or choose the system it is in."
    ),
    "crs_unknown": _(
        "{file} does not say its coordinate system and the numbers fit several: {candidates}."
        " Add the .prj file or choose one."
    ),
    "crs_no_such_number": _(
        "{file} was not read: there is no coordinate system EPSG:{epsg}. CGCS2000 has 4490, "
        "4513 to 4533 with and 4534 to 4554 without the zone number in front."
    ),
    "crs_absurd": _(
        "The coordinates of {file} fit no known system (from {x}, {y}). Add the .prj file"
        " or choose the system it is in."
    ),
    "crs_mixed_zones": _(
        "{file} mixes zones {zones} in one layer. Send each zone as its own layer,"
        " or all in longitude and latitude."
    ),
    "crs_elsewhere": _(
        "{file} read as {crs} lies outside the project's area, at {place}. No other system"
        " of the list fits either: check that it is the right file."
    ),
    "crs_fits_others": _(
        "{file} read as {crs} lies outside the project's area, at {place}. It would fit as:"
        " {candidates}. Choose one, or mend the .prj file."
    ),
}


# Values that are words themselves: the child sends the key
WORDS: dict[str, Text] = {
    "points": _("points"),
    "lines": _("lines"),
    "points or lines": _("points or lines"),
    "no outlines": _("no outlines"),
    "damaged outlines": _("damaged outlines"),
    "other shapes": _("shapes of another kind"),
    "too many members": _("too many members"),
    "too large": _("it unpacks to more than 2 GB"),
    "a link": _("a link inside"),
    "swells": _("it swells more than two hundred times"),
    "overlap": _("members lie over one another"),
    "false size": _("a member is larger than it says"),
}


class Unreadable(Exception):
    """Raised where a file is read; becomes a ``Problem`` in the words of ``PROBLEMS``."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def problem(code: str, file: str, values: dict[str, Any]) -> Problem:
    """Return the sentence for a code.

    Every refusal for the coordinate system has ``candidate_codes`` among its values: the EPSG
    numbers a person may choose from, empty where choosing would not help.
    """
    from gis.crs import label

    told: dict[str, Any] = {"file": file, **values}
    for name in ("kind", "reason"):
        told[name] = WORDS.get(str(told.get(name)), told.get(name, ""))
    if code.startswith("crs_"):
        told.setdefault("candidate_codes", [])
        told["candidates"] = Labels(tuple(told["candidate_codes"]))
    if isinstance(told.get("crs"), int):
        told["crs"] = label(told["crs"])
    return Problem(Text(PROBLEMS[code].msgid, told))


MANY_ALIKE = 4  # zones without numbers, one beside the other: told as from … to …


class Labels(tuple[int, ...]):
    """EPSG numbers that show as their names in the reader's language."""

    def __str__(self) -> str:
        from gis.crs import WITHOUT_PREFIX, label, meridian_of

        alike = [code for code in self if code in WITHOUT_PREFIX]
        if len(alike) < MANY_ALIKE or max(alike) - min(alike) != len(alike) - 1:
            return "; ".join(str(label(code)) for code in self)
        first, last = min(alike), max(alike)
        several = _(
            "CGCS2000 3-degree, meridians {west}° to {east}° (EPSG:{first} to {last})",
            west=meridian_of(first), east=meridian_of(last), first=first, last=last,
        )  # fmt: skip
        return "; ".join(str(one) for one in (several, *(label(c) for c in self if c not in alike)))

    def __format__(self, spec: str) -> str:
        return str(self)
