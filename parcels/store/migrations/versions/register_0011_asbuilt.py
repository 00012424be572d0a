"""Keep as-built surveys."""

import sqlalchemy as sa
from alembic import op

revision = "register_0011_asbuilt"
down_revision = "register_0010_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "as_built_adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_person"], ["person.id"], name=op.f("fk_as_built_adoption_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["layer.id"], name=op.f("fk_as_built_adoption_layer_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_as_built_adoption_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_as_built_adoption")),
    )
    with op.batch_alter_table("as_built_adoption", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_as_built_adoption_layer_id"), ["layer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_as_built_adoption_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "as_built",
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=True),
        sa.Column("new_arable_m2", sa.Float(), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["as_built_adoption.id"], name=op.f("fk_as_built_adoption_id")
        ),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_as_built_ledger_id")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_as_built_parcel_id")),
        sa.PrimaryKeyConstraint("adoption_id", "ledger_id", name=op.f("pk_as_built")),
    )
    with op.batch_alter_table("as_built", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_as_built_ledger_id"), ["ledger_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
