"""Pieces that several pages show: maps, legends, palettes."""
