"""Heavy work of the reporting floor: one file a kind, ending in KIND, one line here."""

from parcels.jobs import JobKind, hand_in_job, hand_in_round
from reports.heavy import (
    acceptance_package,
    contact_sheet,
    export_check,
    export_ledger,
    issue_documents,
    keep_figures,
    keep_layer,
    map_files,
)
from reports.services.follow_notices import look_for_fallen_notices
from reports.services.schedule_documents import look_for_due_documents

KINDS: tuple[JobKind, ...] = (
    keep_layer.KIND,
    acceptance_package.KIND,
    contact_sheet.KIND,
    export_check.KIND,
    export_ledger.KIND,
    issue_documents.KIND,
    keep_figures.KIND,
    map_files.KIND,
)

for _kind in KINDS:
    hand_in_job(_kind)
hand_in_round(look_for_due_documents)
hand_in_round(look_for_fallen_notices)
