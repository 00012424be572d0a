"""What documents say: one file each, ending in DOCUMENT."""

from reports.catalog import check_result, field_measure, weekly_summary

CATALOG = {
    kind.name: kind
    for kind in (check_result.DOCUMENT, field_measure.DOCUMENT, weekly_summary.DOCUMENT)
}
