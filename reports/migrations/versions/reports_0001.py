"""Create the reporting loop."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0001"
down_revision = None
branch_labels = ("reports",)
depends_on = "register_0001"


def upgrade() -> None:
    op.create_table(
        "daily_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("receipt_no", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("filed_by", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("machines", sa.Integer(), nullable=False),
        sa.Column("zero_reason", sa.String(length=32), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("help_wanted", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.Column("return_reason", sa.String(length=32), server_default="", nullable=False),
        sa.Column("return_text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_daily_report_filed_by")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_daily_report_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["person.id"], name=op.f("fk_daily_report_reviewed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_report")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_daily_report_idempotency_key")),
        sa.UniqueConstraint(
            "project_id",
            "township_code",
            "day",
            "sequence",
            name=op.f("uq_daily_report_project_id_township_code_day_sequence"),
        ),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_daily_report_receipt_no")),
    )
    with op.batch_alter_table("daily_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_daily_report_day", ["project_id", "day", "township_code"], unique=False
        )
        batch_op.create_index(
            "uq_daily_report_live",
            ["project_id", "township_code", "day"],
            unique=True,
            sqlite_where=sa.text("state IN ('filed', 'confirmed')"),
            postgresql_where=sa.text("state IN ('filed', 'confirmed')"),
        )

    op.create_table(
        "daily_entry",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name=op.f("fk_daily_entry_ledger_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["daily_report.id"], name=op.f("fk_daily_entry_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "ledger_id", "step", name=op.f("pk_daily_entry")),
    )


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
