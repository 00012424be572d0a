"""Heavy work of the register: one file a kind, ending in KIND, one line here."""

from parcels.heavy import adopt_parcels, check_parcels, cut_imagery
from parcels.jobs import JobKind, hand_in_job

KINDS: tuple[JobKind, ...] = (check_parcels.KIND, cut_imagery.KIND, adopt_parcels.KIND)

for _kind in KINDS:
    hand_in_job(_kind)
