"""Keep inspections, guidance and notices."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0006_supervision"
down_revision = "reports_0005_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declined_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=False),
        sa.Column("fact", sa.String(length=16), nullable=False),
        sa.Column("rung", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_person"], ["person.id"], name=op.f("fk_declined_proposal_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_declined_proposal_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declined_proposal")),
    )
    with op.batch_alter_table("declined_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_declined_proposal_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "inspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_inspection_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_inspection_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspection_project_id"), ["project_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_inspection_township_code"), ["township_code"], unique=False
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=16), nullable=False),
        sa.Column("fact", sa.String(length=16), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("cut_off", sa.DateTime(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("answerable", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("extension_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_notice_issued_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_notice_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "region",
            "office",
            "year",
            "sequence",
            name=op.f("uq_notice_region_office_year_sequence"),
        ),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notice_township_code"), ["township_code"], unique=False
        )

    op.create_table(
        "guidance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("first_report_id", sa.Integer(), nullable=False),
        sa.Column("last_report_id", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("is_for_all", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_guidance_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["first_report_id"], ["daily_report.id"], name=op.f("fk_guidance_first_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["last_report_id"], ["daily_report.id"], name=op.f("fk_guidance_last_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_guidance_project_id")
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_guidance_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance")),
        sa.UniqueConstraint("first_report_id", name=op.f("uq_guidance_first_report_id")),
    )
    with op.batch_alter_table("guidance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guidance_project_id"), ["project_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_guidance_township_code"), ["township_code"], unique=False
        )

    op.create_table(
        "notice_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), server_default="", nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_person"], ["person.id"], name=op.f("fk_notice_step_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_step_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_step")),
    )
    with op.batch_alter_table("notice_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_step_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "inspection_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("to_mend", sa.Text(), nullable=False),
        sa.Column("mend_by", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("struck_at", sa.DateTime(), nullable=True),
        sa.Column("struck_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_result_inspection_id")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name=op.f("fk_inspection_result_ledger_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_result")),
    )
    with op.batch_alter_table("inspection_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_inspection_result_inspection_id"), ["inspection_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_inspection_result_ledger_id"), ["ledger_id"], unique=False
        )
        batch_op.create_index(
            "uq_inspection_result_standing",
            ["inspection_id", "ledger_id"],
            unique=True,
            sqlite_where=sa.text("struck_at IS NULL"),
            postgresql_where=sa.text("struck_at IS NULL"),
        )


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
