"""What the reading of a layer can notice, for the findings table."""

from __future__ import annotations

from gis.findings import FindingKind, register
from gis.language import _

KINDS = (
    FindingKind(
        "null_geometry",
        "rejected",
        _("No outline"),
        _("Row {row} has no outline, so there is no place to show on the map."),
        _("Draw the parcel or delete the row, then send the layer again."),
    ),
    FindingKind(
        "broken_geometry",
        "rejected",
        _("Outline cannot be read"),
        _(
            "The outline of row {row} is damaged: it does not read as closed rings of three "
            "corners."
        ),
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
        _("The {vertices} vertices of row {row} enclose no area: 0 m² measured, more expected."),
        _("Draw the parcel again or delete the row."),
    ),
    FindingKind(
        "not_finite",
        "rejected",
        _("Impossible coordinates"),
        _("{vertices} vertices of row {row} have coordinates that are no usable numbers."),
        _("Draw the parcel again."),
    ),
    FindingKind(
        "too_tangled",
        "rejected",
        _("Outline crosses itself too often"),
        _(
            "The outline of row {row} has {vertices} vertices and crosses itself more than {limit} "
            "times."
        ),
        _("Draw the parcel again, or split it."),
    ),
    FindingKind(
        "repaired_outline",
        "repaired",
        _("Outline mended"),
        _(
            "The outline of row {row} crossed or touched itself and was mended: {before_m2} m² as "
            "drawn, {after_m2} m² as mended, difference {gap_m2} m²."
        ),
        _("Look at the mended outline; draw it again where it is not what was meant."),
    ),
    FindingKind(
        "parts_dropped",
        "repaired",
        _("Points or lines left out"),
        _("Row {row} holds {parts} points or lines beside its areas; only the areas were kept."),
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
        _("The outline of row {row} has curves, which were replaced by edges of half a degree."),
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
        _(
            "The text in {column} of row {row} was cut at the column's width of {width} bytes, in "
            "the middle of a character: {text}"
        ),
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
        _(
            "The text in {column} of row {row} fits no encoding; characters that cannot be read "
            "show as �: {text}"
        ),
        _("Correct the text in the source."),
    ),
    FindingKind(
        "line_unreadable",
        "doubt",
        _("Line cannot be read"),
        _("Line {line} of the file fits no encoding; what cannot be read shows as �: {text}"),
        _("Correct the text in the source."),
    ),
    FindingKind(
        "more_alike",
        "doubt",
        _("More of the same"),
        _("{rows} more rows have the finding “{alike}”; they are not listed one by one."),
        _("Mend the cause in the source and send the layer again."),
    ),
    FindingKind(
        "vertices_missing",
        "rejected",
        _("Vertices missing"),
        _("Row {row} announces {told} vertices, but only {found} are in the file."),
        _("The file was cut off or edited; export it again."),
    ),
    FindingKind(
        "vertices_sorted",
        "repaired",
        _("Vertices put in order"),
        _("The vertices of row {row} were not in the order of their numbers and were sorted."),
        _("Look at the outline on the map."),
    ),
    FindingKind(
        "values_vary",
        "doubt",
        _("More than one value a parcel"),
        _(
            "The column {column} has different values within the parcel of row {row}: {text} was "
            "kept, {other} stands there too."
        ),
        _("Correct the column in the source if it matters."),
    ),
    FindingKind(
        "rows_without_number",
        "doubt",
        _("Rows without a parcel number"),
        _("{rows} rows stand above the first parcel number and belong to no parcel."),
        _("Give every vertex its parcel's number."),
    ),
    FindingKind(
        "digits_lost",
        "doubt",
        _("Digits lost in Excel"),
        _(
            "{column} of row {row} is a number of more than 15 digits, {text}; Excel has cut its "
            "end off."
        ),
        _("Format the column as text in the source and enter the codes again."),
    ),
    FindingKind(
        "column_left_out",
        "doubt",
        _("Column left out"),
        _("The column {column} holds {kind} and was not read."),
        _("Nothing to do if the column is not needed."),
    ),
    FindingKind(
        "drawing_left_out",
        "doubt",
        _("Parts of the drawing left out"),
        _("{rows} points, texts and other parts of the drawing are no outlines and were left out."),
        _("Nothing to do if the parcels are complete."),
    ),
    FindingKind(
        "number_unreadable",
        "doubt",
        _("Number cannot be read"),
        _("{column} of row {row} holds “{text}”, which is no number or date; it is left empty."),
        _("Correct them in the source if they matter."),
    ),
    FindingKind(
        "length_disagrees",
        "doubt",
        _("Header disagrees with the shapes"),
        _("The .shp header announces {told} bytes, but the shapes reach to byte {found}."),
        _("All shapes were read; compare their number with the source."),
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
        _(
            "The outline of row {row} lies at {lon}° east, {lat}° north; the project's area is "
            "{limits}."
        ),
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
