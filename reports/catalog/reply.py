"""Reply to a notice, as a document of its own: composed where the notice's papers are."""

from __future__ import annotations

from gis.language import _
from reports.document import DocumentKind
from reports.supervision import papers

DOCUMENT = DocumentKind("reply", _("Reply to a notice"), papers.reply)
