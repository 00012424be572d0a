"""Shapes: files, coordinate systems, survey area, structure cover. Knows no township."""
