"""The store: engine, transactions, tables, migrations, audit. SQLite, or PostgreSQL by URL."""
