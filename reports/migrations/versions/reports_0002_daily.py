"""The daily report whole: drafts, photos, money, reasons, corrections, contradictions."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0002_daily"
down_revision = "reports_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_report_draft_project_id")
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_report_draft_saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_report_draft_idempotency_key")),
        sa.UniqueConstraint(
            "project_id",
            "township_code",
            "day",
            name=op.f("uq_report_draft_project_id_township_code_day"),
        ),
    )
    op.create_table(
        "daily_problem",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["daily_report.id"], name=op.f("fk_daily_problem_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "reason", name=op.f("pk_daily_problem")),
    )
    op.create_table(
        "contradiction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("claimed_m2", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("image_date", sa.Date(), nullable=False),
        sa.Column("standing_m2", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name=op.f("fk_contradiction_ledger_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_contradiction_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contradiction")),
        sa.UniqueConstraint(
            "ledger_id", "step", "source", name=op.f("uq_contradiction_ledger_id_step_source")
        ),
    )
    with op.batch_alter_table("contradiction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contradiction_ledger_id"), ["ledger_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contradiction_project_id"), ["project_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contradiction_region"), ["region"], unique=False)
        batch_op.create_index(batch_op.f("ix_contradiction_state"), ["state"], unique=False)

    op.create_table(
        "photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("original_sha256", sa.String(length=64), nullable=False),
        sa.Column("served_sha256", sa.String(length=64), nullable=False),
        sa.Column("small_sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.Column("kept_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["kept_by"], ["person.id"], name=op.f("fk_photo_kept_by")),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_photo_ledger_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_photo_project_id")),
        sa.ForeignKeyConstraint(
            ["served_sha256"], ["stored_file.sha256"], name=op.f("fk_photo_served_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["small_sha256"], ["stored_file.sha256"], name=op.f("fk_photo_small_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_about"), ["about"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_photo_original_sha256"), ["original_sha256"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_photo_project_id"), ["project_id"], unique=False)

    op.create_table(
        "contradiction_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contradiction_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_person"], ["person.id"], name=op.f("fk_contradiction_answer_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["contradiction_id"],
            ["contradiction.id"],
            name=op.f("fk_contradiction_answer_contradiction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contradiction_answer")),
    )
    with op.batch_alter_table("contradiction_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contradiction_answer_contradiction_id"),
            ["contradiction_id"],
            unique=False,
        )

    with op.batch_alter_table("daily_entry", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("correction_reason", sa.String(length=32), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("correction_text", sa.Text(), server_default="", nullable=False)
        )


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
