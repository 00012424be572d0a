"""Keep the office's templates and the documents it issued."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0005_documents"
down_revision = "reports_0004_means"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=48), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_sha256"],
            ["stored_file.sha256"],
            name=op.f("fk_document_template_file_sha256"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["person.id"], name=op.f("fk_document_template_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_template")),
    )
    op.create_index(op.f("ix_document_template_document"), "document_template", ["document"])
    op.create_index(op.f("ix_document_template_uploaded_by"), "document_template", ["uploaded_by"])
    op.create_table(
        "issued_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("suffix", sa.String(length=8), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("check_code", sa.String(length=16), server_default="", nullable=False),
        sa.Column("audit_head", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_issued_document_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_issued_document_file_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_issued_document_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_document")),
        sa.UniqueConstraint(
            "project_id", "region", "name", "suffix", "day", "version",
            name=op.f("uq_issued_document_project_id_region_name_suffix_day_version"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_issued_document_project_id"), "issued_document", ["project_id"])
    op.create_index(op.f("ix_issued_document_made_by"), "issued_document", ["made_by"])


def downgrade() -> None:
    op.drop_table("issued_document")
    op.drop_table("document_template")
