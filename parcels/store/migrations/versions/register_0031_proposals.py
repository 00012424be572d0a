"""Keep what a proposal changes, and proposals that were declined."""

import sqlalchemy as sa
from alembic import op

revision = "register_0031_proposals"
down_revision = "register_0030_work_total"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("previous_check_id", sa.Integer(), nullable=True),
        sa.Column("taken_out", sa.String(length=64), nullable=False),
        sa.Column("work", sa.String(length=96), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=True),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_comparison_by_person")),
        sa.ForeignKeyConstraint(
            ["check_id"], ["check_run.id"], name=op.f("fk_comparison_check_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_comparison_file_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["previous_check_id"], ["check_run.id"], name=op.f("fk_comparison_previous_check_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison")),
    )
    with op.batch_alter_table("comparison", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comparison_by_person"), ["by_person"], unique=False)
        batch_op.create_index(batch_op.f("ix_comparison_check_id"), ["check_id"], unique=False)

    op.create_table(
        "declined",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_declined_by_person")),
        sa.ForeignKeyConstraint(["check_id"], ["check_run.id"], name=op.f("fk_declined_check_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declined")),
        sa.UniqueConstraint("check_id", name=op.f("uq_declined_check_id")),
    )
    with op.batch_alter_table("declined", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declined_by_person"), ["by_person"], unique=False)


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
