"""What documents say: one file each, ending in DOCUMENT."""

from reports.catalog import (
    bulletin,
    check_result,
    county_daily,
    field_measure,
    ledger,
    means,
    notice,
    township_sheet,
    weekly_summary,
)

CATALOG = {
    kind.name: kind
    for kind in (
        bulletin.DOCUMENT,
        check_result.DOCUMENT,
        county_daily.DOCUMENT,
        field_measure.DOCUMENT,
        ledger.DOCUMENT,
        means.DOCUMENT,
        notice.DOCUMENT,
        township_sheet.DOCUMENT,
        weekly_summary.DOCUMENT,
    )
}
