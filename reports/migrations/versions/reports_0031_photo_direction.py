"""Keep where a photo looks."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0031_photo_direction"
down_revision = "reports_0030_attachments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.add_column(sa.Column("direction", sa.Float(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
