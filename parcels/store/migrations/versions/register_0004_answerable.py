"""Name who answers for a township."""

import sqlalchemy as sa
from alembic import op

revision = "register_0004_answerable"
down_revision = "register_0002_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answerable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=False),
        sa.Column("leader_name", sa.Text(), nullable=False),
        sa.Column("leader_post", sa.Text(), nullable=False),
        sa.Column("leader_phone", sa.Text(), nullable=False),
        sa.Column("deputy_name", sa.Text(), nullable=False),
        sa.Column("deputy_post", sa.Text(), nullable=False),
        sa.Column("deputy_phone", sa.Text(), nullable=False),
        sa.Column("document_task_m2", sa.Float(), nullable=True),
        sa.Column("task_document_no", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.Column("kept_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["kept_by"], ["person.id"], name=op.f("fk_answerable_kept_by")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_answerable_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answerable")),
        sa.UniqueConstraint(
            "project_id", "township_code", name=op.f("uq_answerable_project_id_township_code")
        ),
    )
    with op.batch_alter_table("answerable", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answerable_project_id"), ["project_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
