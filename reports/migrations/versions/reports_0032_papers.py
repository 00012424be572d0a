"""Keep letters and published figures as they were issued, and what a check code leads to."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0032_papers"
down_revision = "reports_0031_photo_direction"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issued_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("notice_step_id", sa.Integer(), nullable=True),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("suffix", sa.String(length=8), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("check_code", sa.String(length=16), nullable=False),
        sa.Column("audit_head", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_issued_paper_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_step_id"], ["notice_step.id"], name=op.f("fk_issued_paper_notice_step_id")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name=op.f("fk_issued_paper_snapshot_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_issued_paper_file_sha256")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_issued_paper_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_paper")),
        sa.UniqueConstraint(
            "notice_step_id", "name", "suffix",
            name=op.f("uq_issued_paper_notice_step_id_name_suffix"),
        ),
        sa.UniqueConstraint(
            "snapshot_id", "region", "name", "suffix",
            name=op.f("uq_issued_paper_snapshot_id_region_name_suffix"),
        ),
    )  # fmt: skip
    for column in ("project_id", "notice_step_id", "snapshot_id", "check_code", "made_by"):
        op.create_index(op.f(f"ix_issued_paper_{column}"), "issued_paper", [column])
    op.create_table(
        "document_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cut_off", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("audit_head", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_document_code_project_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_document_code_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_code")),
        sa.UniqueConstraint("code", name=op.f("uq_document_code_code")),
    )
    for column in ("project_id", "content_sha256", "made_by"):
        op.create_index(op.f(f"ix_document_code_{column}"), "document_code", [column])


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
