"""People: accounts, passwords, sessions, roles and rights."""
