"""The acts of every day's reporting: whatever they change, layers and ledger stay as they were.

A screen that shows parcels need not read them again because a report came in; at the cut-off thirty
do. Kept true by ``tests/reports/test_leaves_layers.py``.
"""

from __future__ import annotations

from reports.daily import ReportState

LEAVE_LAYERS = (
    "file_report",
    *(f"report_{state.value}" for state in ReportState if state is not ReportState.FILED),
    "review_as_leader",
    "keep_photo",
    "drop_photo",
)
