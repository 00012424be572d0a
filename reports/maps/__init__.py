"""Maps that leave the office: sheets to print, one offline page, files for GIS and phones."""
