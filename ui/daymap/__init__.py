"""The map that runs through the days: what it draws, how it is coloured, what stands beside it."""
