"""How documents look: one file a format."""

from reports.document import Renderer
from reports.renderers import csv, docx, pdf, xlsx

RENDERERS: dict[str, Renderer] = {
    "xlsx": xlsx.render,
    "docx": docx.render,
    "pdf": pdf.render,
    "csv": csv.render,
}
MEDIA_TYPES: dict[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
}
