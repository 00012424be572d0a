"""Reading the register: layers, verdicts and the ledger as frames, always within one region."""

from parcels.register.care import cared_for
from parcels.register.checks import (
    Inputs,
    adopted_inputs,
    adopted_versions,
    checks,
    finding_counts,
    findings,
)
from parcels.register.events import stage_events
from parcels.register.history import (
    adoptions,
    believed_parcels,
    in_force_at,
    newest_versions,
    withdrawal_mark,
)
from parcels.register.layers import (
    layer_coverage,
    layer_parcels,
    layer_structures,
    layers,
    region_outlines,
    structures_under,
)
from parcels.register.ledger import ledger_rows
from parcels.register.ledger_ids import ledger_ids, parcel_numbers
from parcels.register.life import parcel_life
from parcels.register.measured import measured_parcels
from parcels.register.proposals import comparison_of, declined_checks, find_comparison
from parcels.register.reading import LONLAT
from parcels.register.remedies import newest_remedies
from parcels.register.verdicts import (
    drawn_outlines,
    drawn_parcels,
    judged_parcels,
    judged_rows,
    verdict_rows,
)
from parcels.register.work import judged_figures, new_arable_by_day, work_sums

__all__ = [
    "LONLAT",
    "Inputs",
    "adopted_inputs",
    "adopted_versions",
    "adoptions",
    "believed_parcels",
    "cared_for",
    "checks",
    "comparison_of",
    "declined_checks",
    "drawn_outlines",
    "drawn_parcels",
    "find_comparison",
    "finding_counts",
    "findings",
    "in_force_at",
    "judged_figures",
    "judged_parcels",
    "judged_rows",
    "layer_coverage",
    "layer_parcels",
    "layer_structures",
    "layers",
    "ledger_ids",
    "ledger_rows",
    "measured_parcels",
    "new_arable_by_day",
    "newest_remedies",
    "newest_versions",
    "parcel_life",
    "parcel_numbers",
    "region_outlines",
    "stage_events",
    "structures_under",
    "verdict_rows",
    "withdrawal_mark",
    "work_sums",
]
