"""What the reading of a layer can notice, for the findings table."""

from __future__ import annotations

from gis.findings import FindingKind, register
from gis.language import _

KINDS = (
    FindingKind(
        "null_geometry",
        "rejected",
        _("No outline"),
        _("Row {row} has no outline."),
        _("Draw the parcel or delete the row, then send the layer again."),
    ),
    FindingKind(
        "broken_geometry",
        "rejected",
        _("Outline cannot be read"),
        _("The outline of row {row} is damaged."),
        _("Draw the parcel again."),
    ),
    FindingKind(
        "not_polygon",
        "rejected",
        _("Not an area"),
        _("Row {row} is a point or a line, not an area."),
        _("Send areas; put points and lines into a layer of their own."),
    ),
    FindingKind(
        "no_area_left",
        "rejected",
        _("No area"),
        _("The outline of row {row} encloses no area."),
        _("Draw the parcel again or delete the row."),
    ),
    FindingKind(
        "not_finite",
        "rejected",
        _("Impossible coordinates"),
        _("Row {row} has coordinates that are no usable numbers."),
        _("Draw the parcel again."),
    ),
    FindingKind(
        "too_tangled",
        "rejected",
        _("Outline crosses itself too often"),
        _("The outline of row {row} has {vertices} vertices and crosses itself too often."),
        _("Draw the parcel again, or split it."),
    ),
    FindingKind(
        "repaired_outline",
        "repaired",
        _("Outline mended"),
        _("The outline of row {row} crossed or touched itself and was mended."),
        _("Look at the mended outline; draw it again where it is not what was meant."),
    ),
    FindingKind(
        "parts_dropped",
        "repaired",
        _("Points or lines left out"),
        _("Row {row} mixes areas with points or lines; only the areas were kept."),
        _("Nothing to do if the areas are complete."),
    ),
    FindingKind(
        "repeated_vertices",
        "repaired",
        _("Repeated vertices"),
        _("{vertices} repeated vertices of row {row} were left out; the shape is the same."),
        _("Nothing to do."),
    ),
    FindingKind(
        "z_dropped",
        "repaired",
        _("Heights left out"),
        _("{rows} outlines carry heights or measures, which were left out."),
        _("Nothing to do; areas are measured in the plane."),
    ),
    FindingKind(
        "curve_linearised",
        "repaired",
        _("Curves drawn as lines"),
        _("{rows} outlines have curves, which were replaced by short straight edges."),
        _("Check the areas, or send the layer with its curves already resolved."),
    ),
    FindingKind(
        "axes_swapped",
        "repaired",
        _("North and east exchanged"),
        _("The layer writes north before east; the two were exchanged."),
        _("Nothing to do if the layer lies where it should."),
    ),
    FindingKind(
        "column_renamed",
        "repaired",
        _("Column renamed"),
        _("The column {column} is called {name} here, because the name is taken or empty."),
        _("Choose it under its new name."),
    ),
    FindingKind(
        "deleted_rows",
        "doubt",
        _("Deleted rows"),
        _("{rows} rows are marked as deleted in the table and were not read."),
        _("Nothing to do if they were deleted on purpose."),
    ),
    FindingKind(
        "cut_text",
        "doubt",
        _("Text cut off"),
        _("The text in {column} of row {row} was cut at the column's width: {text}"),
        _("Widen the column in the source, or send a GeoPackage."),
    ),
    FindingKind(
        "text_guessed",
        "doubt",
        _("Encoding uncertain"),
        _("The encoding of the text is a guess ({encoding})."),
        _("Look at the sample names; choose the encoding if they are wrong."),
    ),
    FindingKind(
        "encoding_overruled",
        "doubt",
        _("Wrong encoding declared"),
        _("The file says {declared}, but its text is {encoding} and was read as such."),
        _("Nothing to do if the sample names are right."),
    ),
    FindingKind(
        "text_unreadable",
        "doubt",
        _("Text cannot be read"),
        _("The text in {column} of row {row} fits no encoding; unreadable characters show as �."),
        _("Correct the text in the source."),
    ),
    FindingKind(
        "number_unreadable",
        "doubt",
        _("Number cannot be read"),
        _("The column {column} has {rows} entries that are no numbers; they are left empty."),
        _("Correct them in the source if they matter."),
    ),
    FindingKind(
        "index_rebuilt",
        "doubt",
        _("Index file missing"),
        _("The .shx file was missing and was built again from the shapes."),
        _("Nothing to do."),
    ),
    FindingKind(
        "crs_overruled",
        "doubt",
        _("Declared coordinate system does not fit"),
        _("The file says {declared}, but the numbers fit {used}, which was used."),
        _("Check on the map that the layer lies where it should."),
    ),
    FindingKind(
        "outside_extent",
        "doubt",
        _("Outside the project's area"),
        _("{rows} outlines lie outside the project's area."),
        _("Check whether they belong to this project."),
    ),
    FindingKind(
        "other_layers",
        "doubt",
        _("More layers in the file"),
        _("The file holds more layers that were not read: {layers}"),
        _("Choose the layer if another one is meant."),
    ),
)

register(KINDS)
