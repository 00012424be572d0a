"""Orthophotos: looked at and cut into tiles in a child process, served from a file of our own."""

from gis.imagery.problems import IMAGERY_PROBLEMS
from gis.imagery.room import Cut, cut_tiles
from gis.imagery.tile_file import TileFile

__all__ = ["IMAGERY_PROBLEMS", "Cut", "TileFile", "cut_tiles"]
