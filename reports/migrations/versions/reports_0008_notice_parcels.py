"""Keep which parcels a notice names."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0008_notice_parcels"
down_revision = "reports_0007_publication"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_parcel",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name=op.f("fk_notice_parcel_ledger_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_parcel_notice_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "ledger_id", name=op.f("pk_notice_parcel")),
    )
    with op.batch_alter_table("notice_parcel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_parcel_ledger_id"), ["ledger_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
