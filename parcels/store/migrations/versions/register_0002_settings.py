"""Keep what an office sets for itself."""

import sqlalchemy as sa
from alembic import op

revision = "register_0002_settings"
down_revision = "register_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name=op.f("fk_setting_changed_by_person")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
