"""One file per job; each has five beats: load, allow, decide (pure), save, record."""
