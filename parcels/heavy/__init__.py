"""Heavy work of the register: one file a kind, ending in KIND, one line here."""

from parcels.heavy import (
    adopt_parcels,
    apply_corrections,
    check_parcels,
    compare_versions,
    cut_imagery,
    find_remedies,
    read_layer,
)
from parcels.jobs import JobKind, hand_in_job

KINDS: tuple[JobKind, ...] = (
    read_layer.KIND,
    check_parcels.KIND,
    compare_versions.KIND,
    cut_imagery.KIND,
    adopt_parcels.KIND,
    apply_corrections.KIND,
    find_remedies.KIND,
)

for _kind in KINDS:
    hand_in_job(_kind)
