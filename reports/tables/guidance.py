"""Technical guidance: who took up a township's call for help, by when, and what was answered."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store import tables as register  # noqa: F401  the foreign keys' other ends
from parcels.store.schema import METADATA, Instant, id_column, to_column

GUIDANCE = sa.Table(
    "guidance",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("township_code", sa.String(9), nullable=False, index=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("first_report_id", sa.ForeignKey("daily_report.id"), nullable=False),
    sa.Column("last_report_id", sa.ForeignKey("daily_report.id"), nullable=False),
    sa.Column("taken_by", sa.ForeignKey("person.id")),
    sa.Column("due", sa.Date),
    sa.Column("answered_by", sa.ForeignKey("person.id")),
    sa.Column("answered_at", Instant),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("topic", sa.Text, nullable=False, server_default=""),
    sa.Column("is_for_all", sa.Boolean, nullable=False),
    sa.UniqueConstraint("first_report_id"),
)
