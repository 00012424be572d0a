"""Answer sums of work from an index alone."""

from alembic import op

revision = "register_0003_work_sums"
down_revision = "register_0002_settings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_stage_event_sums",
        "stage_event",
        ["ledger_id", "step", "state", "day", "area_m2"],
        unique=False,
    )


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
