"""Freeze figures: snapshots nobody can change, the steps of their chain, adjustments."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0007_publication"
down_revision = "reports_0006_supervision"
branch_labels = None
depends_on = None

KEPT = ("snapshot", "snapshot_step", "period_words", "adjustment")


def upgrade() -> None:
    op.add_column(
        "daily_report",
        sa.Column("is_for_township", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "period_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_period_words_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_period_words_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_words")),
    )
    with op.batch_alter_table("period_words", schema=None) as batch_op:
        batch_op.create_index(
            "ix_period_words_period", ["project_id", "kind", "first"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_period_words_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "leader_review",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_leader_review_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["daily_report.id"], name=op.f("fk_leader_review_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_leader_review")),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("cut_off_at", sa.DateTime(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("audit_head", sa.String(length=64), nullable=False),
        sa.Column("frozen_by", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["check_run.id"], name=op.f("fk_snapshot_check_id")),
        sa.ForeignKeyConstraint(["frozen_by"], ["person.id"], name=op.f("fk_snapshot_frozen_by")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_snapshot_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["snapshot.id"], name=op.f("fk_snapshot_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("code", name=op.f("uq_snapshot_code")),
        sa.UniqueConstraint(
            "project_id",
            "kind",
            "first",
            "version",
            name=op.f("uq_snapshot_project_id_kind_first_version"),
        ),
    )
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.create_index("ix_snapshot_days", ["project_id", "first", "last"], unique=False)
        batch_op.create_index(batch_op.f("ix_snapshot_project_id"), ["project_id"], unique=False)

    op.create_table(
        "adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("old_m2", sa.Float(), nullable=False),
        sa.Column("new_m2", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_after_freeze", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_adjustment_ledger_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_adjustment_person_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_adjustment_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["daily_report.id"], name=op.f("fk_adjustment_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
    )
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_adjustment_day", ["project_id", "day", "township_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_adjustment_ledger_id"), ["ledger_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjustment_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjustment_report_id"), ["report_id"], unique=False)

    op.create_table(
        "snapshot_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_snapshot_step_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name=op.f("fk_snapshot_step_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot_step")),
        sa.UniqueConstraint(
            "snapshot_id", "link", "region", name=op.f("uq_snapshot_step_snapshot_id_link_region")
        ),
    )
    with op.batch_alter_table("snapshot_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_snapshot_step_snapshot_id"), ["snapshot_id"], unique=False
        )

    for table in KEPT:
        _refuse_changes(table)


def _refuse_changes(table: str) -> None:
    """Let the database itself refuse to change or delete a row that was written."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed'); END"
            )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table}: rows are never changed'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_is_kept()"
    )


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
