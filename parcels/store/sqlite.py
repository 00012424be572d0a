"""The SQLite this project brings along: Debian's is older than the fix of the write-ahead log."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    import pysqlite3.dbapi2 as sqlite3

__all__ = ["sqlite3"]
