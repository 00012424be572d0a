"""Proposals: versions that were checked and are not in force, compared with what is."""
