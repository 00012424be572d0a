"""Keep the office's working calendar."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0003_calendar"
down_revision = "reports_0002_daily"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_week",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_week")),
        sa.UniqueConstraint("region", "since", name=op.f("uq_calendar_week_region_since")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("region", "day", name=op.f("uq_calendar_day_region_day")),
    )


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
