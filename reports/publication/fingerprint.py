"""What a document says, as one hash: the same words and figures give the same in every format."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from reports.document import Document


def fingerprint(document: Document) -> str:
    """Return the SHA-256 of everything said; when it was made, and by whom, is left out.

    So whoever makes the same document again gets the same code, and another figure another one.
    Pictures count by their titles: they are drawn from the figures.
    """
    stamp, letter = document.stamp, document.letter
    found = hashlib.sha256()

    def tell(*said: Any) -> None:
        found.update(json.dumps(said, ensure_ascii=False, default=str).encode())

    tell(document.name, document.title, stamp.project, stamp.basis, stamp.cut_off, stamp.state)
    tell(document.about, document.paragraphs)
    if letter:
        tell(letter.number, letter.addressee, letter.office, letter.day)
    for table in document.tables:
        tell(table.title, table.note, [(c.group, c.title, c.kind) for c in table.columns])
        for cells in table.rows:  # one by one: a ledger has 50 000
            tell(*cells)
    tell([picture.title for picture in document.pictures])
    tell([(card.title, card.facts, card.lines) for card in document.cards])
    return found.hexdigest()
