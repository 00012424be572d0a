"""Keep the sum of confirmed work by parcel and step, so that no page adds up a year's events.

The database itself keeps it: whoever writes an event cannot forget it. Each time the sum is taken
anew over the few events of that parcel and step, so it never drifts.
"""

import sqlalchemy as sa
from alembic import op

revision = "register_0030_work_total"
down_revision = "register_0020_imagery"
branch_labels = None
depends_on = None

SUMS = (
    "SELECT ledger_id, step, SUM(area_m2) FROM stage_event "
    "WHERE state = 'confirmed' {also} GROUP BY ledger_id, step"
)
OWN = "AND ledger_id = {row}.ledger_id AND step = {row}.step"
# of an event: which of its two versions names the parcel and step whose sum changes
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def upgrade() -> None:
    op.create_table(
        "work_total",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_work_total_ledger_id")),
        sa.PrimaryKeyConstraint("ledger_id", "step", name=op.f("pk_work_total")),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO work_total {SUMS.format(also='')}")
    keep = _on_sqlite if op.get_bind().dialect.name == "sqlite" else _on_postgresql
    for verb, rows in ROWS.items():
        keep(verb, rows)


def _anew(row: str) -> str:
    """Return the statements that take one sum anew; no event left, no row."""
    own = OWN.format(row=row)
    return (
        f"DELETE FROM work_total WHERE {own.removeprefix('AND ')}; "  # noqa: S608  our own words
        f"INSERT INTO work_total {SUMS.format(also=own)}; "
    )


def _on_sqlite(verb: str, rows: tuple[str, ...]) -> None:
    op.execute(
        f"CREATE TRIGGER stage_event_total_{verb.lower()} AFTER {verb} ON stage_event "
        f"BEGIN {''.join(_anew(row) for row in rows)}END"
    )


def _on_postgresql(verb: str, rows: tuple[str, ...]) -> None:
    name = f"stage_event_total_{verb.lower()}"
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {''.join(_anew(row) for row in rows)}RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {verb} ON stage_event FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    raise RuntimeError("restore the backup made before the upgrade instead")
