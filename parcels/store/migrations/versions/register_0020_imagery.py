"""Keep orthophotos, judgements by imagery and corrections of inputs."""

import sqlalchemy as sa
from alembic import op

revision = "register_0020_imagery"
down_revision = "register_0011_asbuilt"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imagery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("moment", sa.String(length=16), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("chosen_crs", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("tiles_sha256", sa.String(length=64), nullable=True),
        sa.Column("max_zoom", sa.Integer(), nullable=True),
        sa.Column("pixel_m", sa.Float(), nullable=True),
        sa.Column("crs", sa.Integer(), nullable=True),
        sa.Column("west", sa.Float(), nullable=True),
        sa.Column("south", sa.Float(), nullable=True),
        sa.Column("east", sa.Float(), nullable=True),
        sa.Column("north", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_imagery_created_by")),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_imagery_file_sha256")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_imagery_project_id")),
        sa.ForeignKeyConstraint(
            ["tiles_sha256"], ["stored_file.sha256"], name=op.f("fk_imagery_tiles_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imagery")),
    )
    with op.batch_alter_table("imagery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imagery_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_imagery_project_id"), ["project_id"], unique=False)

    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("parcel_no", sa.Text(), nullable=False),
        sa.Column("input", sa.String(length=16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=False),
        sa.Column("second_at", sa.DateTime(), nullable=True),
        sa.Column("second_person", sa.Integer(), nullable=True),
        sa.Column("second_words", sa.Text(), server_default="", nullable=False),
        sa.Column("applied_layer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["applied_layer_id"], ["layer.id"], name=op.f("fk_correction_applied_layer_id")
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_correction_by_person")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_correction_parcel_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_correction_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_person"], ["person.id"], name=op.f("fk_correction_second_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_by_person"), ["by_person"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_parcel_id"), ["parcel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_project_id"), ["project_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_correction_village_code"), ["village_code"], unique=False
        )

    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("parcel_no", sa.Text(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("before_shows", sa.JSON(), nullable=False),
        sa.Column("after_shows", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.Text(), server_default="", nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_person", sa.Integer(), nullable=False),
        sa.Column("second_at", sa.DateTime(), nullable=True),
        sa.Column("second_person", sa.Integer(), nullable=True),
        sa.Column("second_words", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["after_id"], ["imagery.id"], name=op.f("fk_judgement_after_id")),
        sa.ForeignKeyConstraint(["before_id"], ["imagery.id"], name=op.f("fk_judgement_before_id")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_judgement_by_person")),
        sa.ForeignKeyConstraint(["check_id"], ["check_run.id"], name=op.f("fk_judgement_check_id")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_judgement_parcel_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_judgement_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_person"], ["person.id"], name=op.f("fk_judgement_second_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
    )
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judgement_by_person"), ["by_person"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgement_fingerprint"), ["fingerprint"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgement_parcel_id"), ["parcel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgement_project_id"), ["project_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_judgement_village_code"), ["village_code"], unique=False
        )


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
