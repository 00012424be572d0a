"""Heavy work of the reporting floor: one file a kind, ending in KIND, one line here."""

from parcels.jobs import JobKind, hand_in_job
from reports.heavy import export_check, issue_documents

KINDS: tuple[JobKind, ...] = (export_check.KIND, issue_documents.KIND)

for _kind in KINDS:
    hand_in_job(_kind)
