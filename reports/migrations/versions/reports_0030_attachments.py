"""Keep documents that people attach; let a visit on site be taken up again."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0030_attachments"
down_revision = "reports_0008_notice_parcels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.Column("kept_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_attachment_file_sha256")
        ),
        sa.ForeignKeyConstraint(["kept_by"], ["person.id"], name=op.f("fk_attachment_kept_by")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_attachment_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("about", "file_sha256", name=op.f("uq_attachment_about_file_sha256")),
    )
    op.create_index(op.f("ix_attachment_about"), "attachment", ["about"])
    op.create_index(op.f("ix_attachment_project_id"), "attachment", ["project_id"])
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("draft", sa.JSON(), server_default="{}", nullable=False))
    op.execute("UPDATE inspection SET ended_at = recorded_at")  # none of them is under way


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
