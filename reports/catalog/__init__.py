"""What documents say: one file each, ending in DOCUMENT."""

from reports.catalog import weekly_summary

CATALOG = {kind.name: kind for kind in (weekly_summary.DOCUMENT,)}
