"""Keep what figures rested on when: adoptions, successors, moved work, withdrawals, openings."""

import sqlalchemy as sa
from alembic import op

revision = "register_0010_versions"
down_revision = "register_0004_answerable"
branch_labels = None
depends_on = None

# what was adopted before these tables were there is history too
BEFORE = (
    "INSERT INTO adoption (project_id, check_id, at, by_person, reason, summary) "
    "SELECT project_id, id, adopted_at, adopted_by, reason, '{}' FROM check_run "
    "WHERE adopted_at IS NOT NULL AND adopted_by IS NOT NULL ORDER BY adopted_at",
    "INSERT INTO ledger_version (adoption_id, ledger_id, parcel_id, change) "
    "SELECT (SELECT max(adoption.id) FROM adoption WHERE adoption.check_id = check_run.id), "
    "ledger.id, ledger.parcel_id, 'added' FROM ledger "
    "JOIN project ON project.id = ledger.project_id "
    "JOIN check_run ON check_run.id = project.adopted_check_id "
    "JOIN parcel ON parcel.id = ledger.parcel_id AND parcel.layer_id = check_run.parcel_layer_id "
    "WHERE EXISTS (SELECT 1 FROM adoption WHERE adoption.check_id = check_run.id)",
    "INSERT INTO withdrawal (ledger_id, at, reason) "
    "SELECT id, withdrawn_at, withdrawn_reason FROM ledger WHERE withdrawn_at IS NOT NULL",
)


def upgrade() -> None:
    op.create_table(
        "opening_balance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["by_person"], ["person.id"], name=op.f("fk_opening_balance_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_opening_balance_file_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_opening_balance_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["person.id"], name=op.f("fk_opening_balance_undone_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_balance")),
    )
    with op.batch_alter_table("opening_balance", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_opening_balance_by_person"), ["by_person"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_opening_balance_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("previous_check_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_adoption_by_person")),
        sa.ForeignKeyConstraint(["check_id"], ["check_run.id"], name=op.f("fk_adoption_check_id")),
        sa.ForeignKeyConstraint(
            ["previous_check_id"], ["check_run.id"], name=op.f("fk_adoption_previous_check_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_adoption_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
    )
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adoption_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_adoption_by_person"), ["by_person"], unique=False)
        batch_op.create_index(batch_op.f("ix_adoption_project_id"), ["project_id"], unique=False)

    op.create_table(
        "ledger_care",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("leader", sa.Text(), server_default="", nullable=False),
        sa.Column("responsible", sa.Text(), server_default="", nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("correction", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("return_visit", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name=op.f("fk_ledger_care_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name=op.f("fk_ledger_care_ledger_id")
        ),
        sa.PrimaryKeyConstraint("ledger_id", name=op.f("pk_ledger_care")),
    )
    with op.batch_alter_table("ledger_care", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_care_changed_by"), ["changed_by"], unique=False)

    op.create_table(
        "ledger_version",
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoption.id"], name=op.f("fk_ledger_version_adoption_id")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name=op.f("fk_ledger_version_ledger_id")
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.id"], name=op.f("fk_ledger_version_parcel_id")
        ),
        sa.PrimaryKeyConstraint("adoption_id", "ledger_id", name=op.f("pk_ledger_version")),
    )
    with op.batch_alter_table("ledger_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_version_ledger_id"), ["ledger_id"], unique=False
        )

    op.create_table(
        "succession",
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("from_ledger_id", sa.Integer(), nullable=False),
        sa.Column("to_ledger_id", sa.Integer(), nullable=False),
        sa.Column("common_m2", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoption.id"], name=op.f("fk_succession_adoption_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_ledger_id"], ["ledger.id"], name=op.f("fk_succession_from_ledger_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_ledger_id"], ["ledger.id"], name=op.f("fk_succession_to_ledger_id")
        ),
        sa.PrimaryKeyConstraint(
            "adoption_id", "from_ledger_id", "to_ledger_id", name=op.f("pk_succession")
        ),
    )
    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_succession_from_ledger_id"), ["from_ledger_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_succession_to_ledger_id"), ["to_ledger_id"], unique=False
        )

    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoption.id"], name=op.f("fk_withdrawal_adoption_id")
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_withdrawal_by_person")),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_withdrawal_ledger_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_withdrawal_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_withdrawal_by_person"), ["by_person"], unique=False)
        batch_op.create_index(batch_op.f("ix_withdrawal_ledger_id"), ["ledger_id"], unique=False)

    op.create_table(
        "work_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("from_ledger_id", sa.Integer(), nullable=False),
        sa.Column("to_ledger_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoption.id"], name=op.f("fk_work_move_adoption_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_ledger_id"], ["ledger.id"], name=op.f("fk_work_move_from_ledger_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_ledger_id"], ["ledger.id"], name=op.f("fk_work_move_to_ledger_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_move")),
    )
    with op.batch_alter_table("work_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_move_adoption_id"), ["adoption_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_work_move_from_ledger_id"), ["from_ledger_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_work_move_to_ledger_id"), ["to_ledger_id"], unique=False
        )

    for statement in BEFORE:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
