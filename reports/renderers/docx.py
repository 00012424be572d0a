"""Documents as Word files in the layout of GB/T 9704, or in the office's own template."""

from __future__ import annotations

import io
from copy import deepcopy

from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docxtpl import DocxTemplate
from markupsafe import Markup, escape

from gis.language import labelled
from reports.clean import clean
from reports.document import Document, Look, Table
from reports.renderers.cells import LEFT, heads, longest_line, numbered, printed, width_of
from reports.renderers.docx_template import (
    BODY,
    CAPTION,
    FACTS,
    HEAD,
    TABLE,
    default_template,
    environment,
)

WIDE_TWIPS, TALL_TWIPS = 14_800, 8_844  # text width of a landscape and of an upright page
WIDE_FROM = 75  # half-width columns that an upright page holds
NARROWEST, WIDEST = 6, 30
SHORT = 20  # rows of a table that stays on one page


def render(document: Document, look: Look) -> bytes:
    """Return the file's bytes; tables wider than an upright page stand on landscape pages."""
    source = look.templates.get(document.name) or look.templates.get("") or default_template()
    template = DocxTemplate(io.BytesIO(source))
    template.render_init()
    letter = document.letter
    pictures = "".join(
        _picture(template, place, picture.title, picture.png)
        for place, picture in enumerate(document.pictures)
    )
    is_wide = any(_width(table) > WIDE_FROM for table in document.tables)
    words = {
        "title": document.title,
        "number": letter.number if letter else "",
        "addressee": labelled(letter.addressee, "") if letter and letter.addressee else "",
        "office": letter.office if letter else "",
        "day": letter.day_words if letter else "",
        "state": document.stamp.state_words,
        "check_code": document.stamp.check_code,
        "audit_head": document.stamp.audit_head[:12],
        "project": document.stamp.project,
    }
    facts = "".join(
        # one block: no line of it stands alone on a page
        _paragraph(
            labelled(label, said), FACTS, "<w:keepNext/>" if at < len(document.facts) else ""
        )
        for at, (label, said) in enumerate(document.facts, start=1)
    )
    twips = WIDE_TWIPS if is_wide else TALL_TWIPS
    tables = "".join(_table(table, twips) for table in document.tables)
    # a letter is a letter first: what it rests on stands after the signature
    blocks = {
        "facts": "" if letter else facts,
        "body": _body(document),
        "pictures": pictures,
        "tables": facts + tables if letter else tables,
    }
    template.render(
        {name: Markup(_text(said)) for name, said in words.items()}  # noqa: S704  escaped there
        | {name: Markup(block) for name, block in blocks.items()},  # noqa: S704
        environment(),
    )
    if is_wide:
        _turn_pages_of_tables(template)
    target = io.BytesIO()
    template.save(target)
    return target.getvalue()


def _text(words: str) -> str:
    """Return text as XML holds it; docxtpl reads back underscores between braces, so none are."""
    return str(escape(clean(words))).replace("_", "&#95;")


def _paragraph(words: str, style: str, properties: str = "") -> str:
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(map(_text, words.split("\n")))
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>'
        f'<w:r><w:t xml:space="preserve">{lines}</w:t></w:r></w:p>'
    )


def _body(document: Document) -> str:
    parts = []
    for head, lines in numbered(document.paragraphs):
        parts += [_paragraph(head, HEAD)] if head else []
        parts += [_paragraph(line, BODY) for line in lines]
    return "".join(parts)


def _picture(template: DocxTemplate, place: int, title: str, png: bytes) -> str:
    inline = template.docx._part.new_pic_inline(io.BytesIO(png), width=Mm(154))
    drawing = f"<w:drawing {nsdecls('w')}>{inline.xml}</w:drawing>".replace(
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', ""
    )
    caption = _paragraph(title, CAPTION)
    return f"<w:p><w:pPr><w:keepNext/></w:pPr><w:r>{drawing}</w:r></w:p>{caption}"


def _widths(table: Table) -> list[int]:
    return [
        min(max(longest_line(c, table, at), -(-width_of(c.title) // 2) + 2, NARROWEST), WIDEST)
        for at, c in enumerate(table.columns)
    ]


def _width(table: Table) -> int:
    return sum(_widths(table))


def _table(table: Table, twips: int) -> str:
    """Return caption and table; the head is said again on every page, no row is torn."""
    widths = _widths(table)
    each = [twips * width // sum(widths) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in each)
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="666666"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = (("top", 28), ("left", 57), ("bottom", 28), ("right", 57))
    sides = "".join(f'<w:{side} w:w="{twips}" w:type="dxa"/>' for side, twips in margins)
    rows = [_head_rows(table, each)]
    first_total = len(table.rows) - table.totals
    # a table that a page holds is not torn: each row but the last stays with the next
    keep = "<w:keepNext/>" if len(table.rows) <= SHORT else ""
    for at, cells in enumerate(table.rows):
        made = "".join(
            _cell(printed(value, column.kind), width, "left" if column.kind in LEFT else "right",
                  is_bold=at >= first_total, keep=keep if at + 1 < len(table.rows) else "")
            for column, value, width in zip(table.columns, cells, each, strict=True)
        )  # fmt: skip
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{made}</w:tr>")
    return (
        _paragraph(table.title, CAPTION)
        + f'<w:tbl><w:tblPr><w:tblW w:w="{sum(each)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{border}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{sides}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        + (_paragraph(table.note, FACTS) if table.note else "<w:p/>")
    )


def _head_rows(table: Table, widths: list[int]) -> str:
    grouped = heads(table.columns)
    has_groups = any(group for group, _columns in grouped)
    upper = lower = ""
    at = 0
    for group, columns in grouped:
        for place, column in enumerate(columns):
            width = widths[at + place]
            if not group:
                merge = '<w:vMerge w:val="restart"/>' if has_groups else ""
                upper += _cell(column.title, width, "center", merge, is_head=True)
                lower += _cell("", width, "center", "<w:vMerge/>", is_head=True)
            else:
                lower += _cell(column.title, width, "center", is_head=True)
        if group:
            whole = sum(widths[at : at + len(columns)])
            span = f'<w:gridSpan w:val="{len(columns)}"/>'
            upper += _cell(group, whole, "center", span, is_head=True)
        at += len(columns)
    again = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    second = f"<w:tr>{again}{lower}</w:tr>" if has_groups else ""
    return f"<w:tr>{again}{upper}</w:tr>{second}"


def _cell(
    words: str, width: int, align: str, merge: str = "", *,
    is_bold: bool = False, is_head: bool = False, keep: str = "",
) -> str:  # fmt: skip
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8EEF4"/>' if is_head else ""
    bold = "<w:rPr><w:b/></w:rPr>" if is_bold or is_head else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(map(_text, words.split("\n")))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}{shade}'
        f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{TABLE}"/>{keep}'
        f'<w:jc w:val="{align}"/></w:pPr><w:r>{bold}<w:t xml:space="preserve">{lines}</w:t></w:r>'
        "</w:p></w:tc>"
    )


def _turn_pages_of_tables(template: DocxTemplate) -> None:
    """End the upright pages before the first table's caption and turn those after it."""
    body = template.docx.element.body
    last = body.find(qn("w:sectPr"))
    tables = body.findall(qn("w:tbl"))
    if last is None or not tables:
        return
    caption = tables[0].getprevious()
    upright = caption.makeelement(qn("w:p"), {})
    properties = upright.makeelement(qn("w:pPr"), {})
    properties.append(deepcopy(last))
    upright.append(properties)
    caption.addprevious(upright)
    size = last.find(qn("w:pgSz"))
    width, height = size.get(qn("w:w")), size.get(qn("w:h"))
    size.set(qn("w:w"), height)
    size.set(qn("w:h"), width)
    size.set(qn("w:orient"), "landscape")
    margin = last.find(qn("w:pgMar"))
    for side in ("top", "bottom", "left", "right"):
        margin.set(qn(f"w:{side}"), "1020")
    margin.set(qn("w:footer"), "510")
