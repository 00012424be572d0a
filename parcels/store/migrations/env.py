"""Alembic's entry: runs on the connection that ``migrate`` hands over."""

from typing import Any, Literal

from alembic import context

from parcels.store.schema import Instant

settings = context.config.attributes


def _plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our moments as plain columns: a migration must not change when our code does."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=settings["connection"],
    target_metadata=settings["metadata"],
    render_as_batch=True,
    compare_type=True,
    render_item=_plain_type,
)
with context.begin_transaction():
    context.run_migrations()
