"""What documents say: one file each, ending in DOCUMENT."""

from reports.catalog import (
    check_result,
    county_daily,
    field_measure,
    township_sheet,
    weekly_summary,
)

CATALOG = {
    kind.name: kind
    for kind in (
        check_result.DOCUMENT,
        county_daily.DOCUMENT,
        field_measure.DOCUMENT,
        township_sheet.DOCUMENT,
        weekly_summary.DOCUMENT,
    )
}
