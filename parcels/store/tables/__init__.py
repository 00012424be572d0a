"""The register's tables, one file per theme. Codes are text; areas m² at 0.01; geometry WKB in the
layer's own CRS.

What people or files write is ``Text``: only PostgreSQL would enforce a length, mid-job.
"""

from parcels.store.tables.adoption import (
    ADOPTION,
    LEDGER_VERSION,
    SUCCESSION,
    WITHDRAWAL,
    WORK_MOVE,
)
from parcels.store.tables.answerable import ANSWERABLE
from parcels.store.tables.as_built import AS_BUILT, AS_BUILT_ADOPTION
from parcels.store.tables.audit import AUDIT
from parcels.store.tables.checks import CHECK_RUN, FINDING, VERDICT
from parcels.store.tables.imagery import CORRECTION, IMAGERY, JUDGEMENT
from parcels.store.tables.jobs import JOB
from parcels.store.tables.layers import LAYER, PARCEL, STORED_FILE, STRUCTURE
from parcels.store.tables.ledger import (
    LEDGER,
    LEDGER_CARE,
    OPENING_BALANCE,
    STAGE_EVENT,
    WORK_TOTAL,
)
from parcels.store.tables.people import PERSON, SESSION, SIGN_IN_FAILURE
from parcels.store.tables.projects import POLICY, PROJECT, REGION
from parcels.store.tables.proposals import COMPARISON, DECLINED
from parcels.store.tables.settings import SETTING

__all__ = [
    "ADOPTION",
    "ANSWERABLE",
    "AS_BUILT",
    "AS_BUILT_ADOPTION",
    "AUDIT",
    "CHECK_RUN",
    "COMPARISON",
    "CORRECTION",
    "DECLINED",
    "FINDING",
    "IMAGERY",
    "JOB",
    "JUDGEMENT",
    "LAYER",
    "LEDGER",
    "LEDGER_CARE",
    "LEDGER_VERSION",
    "OPENING_BALANCE",
    "PARCEL",
    "PERSON",
    "POLICY",
    "PROJECT",
    "REGION",
    "SESSION",
    "SETTING",
    "SIGN_IN_FAILURE",
    "STAGE_EVENT",
    "STORED_FILE",
    "STRUCTURE",
    "SUCCESSION",
    "VERDICT",
    "WITHDRAWAL",
    "WORK_MOVE",
    "WORK_TOTAL",
]
