"""What documents say: one file each, ending in DOCUMENT."""

from reports.catalog import (
    bulletin,
    check_report,
    check_result,
    county_daily,
    evidence_cards,
    field_measure,
    interview,
    ledger,
    means,
    notice,
    publication_sheet,
    reply,
    return_visit,
    township_sheet,
    village_acceptance,
    weekly_summary,
)

CATALOG = {
    kind.name: kind
    for kind in (
        bulletin.DOCUMENT,
        check_report.DOCUMENT,
        check_result.DOCUMENT,
        county_daily.DOCUMENT,
        evidence_cards.DOCUMENT,
        field_measure.DOCUMENT,
        interview.DOCUMENT,
        ledger.DOCUMENT,
        means.DOCUMENT,
        notice.DOCUMENT,
        publication_sheet.DOCUMENT,
        reply.DOCUMENT,
        return_visit.DOCUMENT,
        township_sheet.DOCUMENT,
        village_acceptance.DOCUMENT,
        weekly_summary.DOCUMENT,
    )
}
