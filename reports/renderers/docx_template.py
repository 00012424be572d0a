"""The Word template of official documents: ours by GB/T 9704, or the office's own.

A template names fields and nothing more: ``{{ title }}``, ``{{p body }}`` for whole paragraphs.
What would compute (loops, calls, filters) is refused: a file from outside cannot run anything.
"""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

from docx import Document as WordDocument
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from gis.language import Problem, Text, _, language, say

FANGSONG, XIAOBIAOSONG, HEITI = "仿宋_GB2312", "方正小标宋简体", "黑体"
BODY, HEAD, TABLE, FACTS, CAPTION = (
    "OfficialBody", "OfficialHead", "OfficialTable", "OfficialFacts", "OfficialCaption",
)  # fmt: skip
FIELDS: dict[str, Text] = {
    "title": _("The document's title"),
    "number": _("The number, such as 〔2026〕第1号"),
    "addressee": _("To whom it goes"),
    "facts": _("Project, cut-off, versions and state; whole paragraphs: {{p facts }}"),
    "body": _("The paragraphs; whole paragraphs: {{p body }}"),
    "pictures": _("Charts and maps; whole paragraphs: {{p pictures }}"),
    "tables": _("The tables; whole paragraphs: {{p tables }}"),
    "office": _("The office that signs"),
    "day": _("The day it is signed"),
    "state": _("Publication state"),
    "check_code": _("Check code"),
    "audit_head": _("Head of the audit chain"),
    "project": _("Project"),
}
WHOLE = frozenset({"facts", "body", "pictures", "tables"})
REQUIRED = frozenset({"title", "body", "tables", "state"})
MOST_BYTES, MOST_UNPACKED, MOST_MEMBERS = 5_000_000, 40_000_000, 500
ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not)


def environment() -> SandboxedEnvironment:
    """Return Jinja as templates may use it: escaping, sandboxed."""
    return SandboxedEnvironment(autoescape=True)


def require_template(content: bytes) -> None:
    """Raise Problem unless this Word file names known fields only, the required ones among them."""
    _require_plain_zip(content)
    try:
        template = DocxTemplate(io.BytesIO(content))
        template.init_docx()
        parts = [template.patch_xml(template.get_xml())]
        parts += [
            template.patch_xml(template.get_part_xml(part))
            for kind in (template.HEADER_URI, template.FOOTER_URI)
            for _relation, part in template.get_headers_footers(kind)
        ]
    except Exception as error:  # whatever the library trips over: it is not what it should be
        raise Problem(_("This is no Word document (.docx) that can be used.")) from error
    named: set[str] = set()
    for text in parts:
        try:
            tree = environment().parse(text)
        except TemplateSyntaxError as error:
            raise Problem(
                _("A field of the template cannot be read: {error}", error=error.message)
            ) from error
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, ALLOWED):
                raise Problem(
                    _(
                        "A template may name fields and ask “if” only; take out {what}.",
                        what=type(node).__name__,
                    )
                )
            if isinstance(node, nodes.Name):
                named.add(node.name)
    if unknown := sorted(named - set(FIELDS)):
        raise Problem(_("The template names the unknown field {name}.", name=unknown[0]))
    if missing := sorted(REQUIRED - named):
        raise Problem(_("The template lacks the field {name}.", name=missing[0]))


def _require_plain_zip(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise Problem(_("The template is larger than {mb} MB.", mb=MOST_BYTES // 1_000_000))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            relations = [
                archive.read(member)
                for member in members
                if member.filename.endswith(".rels") and member.file_size < MOST_BYTES
            ]
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise Problem(_("This is no Word document (.docx) that can be used.")) from error
    if unpacked > MOST_UNPACKED or len(members) > MOST_MEMBERS:
        raise Problem(_("The template unpacks to more than a template can hold."))
    if any("vbaProject" in member.filename for member in members):
        raise Problem(_("The template holds macros; save it as .docx without them."))
    if any(b'TargetMode="External"' in text for text in relations):
        raise Problem(_("The template points to files or pages outside itself; take them out."))


def default_template() -> bytes:
    """Return our template in the reader's language."""
    return _template(language())


@cache
def _template(_language: str) -> bytes:
    """Return our template by GB/T 9704: A4, top 37 mm, left 28 mm, 22 lines of 28 characters."""
    word = WordDocument()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(18)
    _styles(word)
    title = _line(word, "{{ title }}", FANGSONG, 22, face=XIAOBIAOSONG, align="center")
    title.paragraph_format.space_after = Pt(10)
    _where_said(word, "number", align="center")
    _where_said(word, "addressee")
    for field in ("facts", "body", "pictures"):
        word.add_paragraph(f"{{{{p {field} }}}}")
    for field in ("office", "day"):
        signed = _where_said(word, field, align="right")
        signed.paragraph_format.right_indent = Pt(64)  # four characters in
        if field == "office":
            signed.paragraph_format.space_before = Pt(29)  # a line free above the signature
    word.add_paragraph("{{p tables }}")
    _footer(word)
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def _styles(word: Word) -> None:
    _set_face(word.styles["Normal"], FANGSONG, 16)
    for name, face, size in (
        (BODY, FANGSONG, 16), (HEAD, HEITI, 16), (TABLE, FANGSONG, 9),
        (FACTS, FANGSONG, 11), (CAPTION, HEITI, 12),
    ):  # fmt: skip
        style = word.styles.add_style(name, 1)
        _set_face(style, face, size)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        if name in (BODY, HEAD):
            style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            style.paragraph_format.line_spacing = Pt(28.95)
            style.paragraph_format.first_line_indent = Pt(32)
        if name == CAPTION:
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
            style.paragraph_format.space_before = Pt(8)
            style.paragraph_format.keep_with_next = True
        if name == HEAD:
            style.paragraph_format.keep_with_next = True
        if name == FACTS:
            style.font.color.rgb = RGBColor(0x55, 0x55, 0x55)


def _set_face(style: object, face: str, size: float) -> None:
    style.font.name, style.font.size = "Times New Roman", Pt(size)  # type: ignore[attr-defined]
    style.element.get_or_add_rPr().get_or_add_rFonts().set(  # type: ignore[attr-defined]
        qn("w:eastAsia"), face
    )


def _line(
    word: Word,
    words: str,
    normal: str,
    size: float,
    *,
    face: str = "",
    is_bold: bool = False,
    align: str = "left",
) -> Paragraph:
    paragraph = word.add_paragraph()
    run = paragraph.add_run(words)
    run.font.size, run.font.bold, run.font.name = Pt(size), is_bold, "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face or normal)
    paragraph.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
    }[align]  # fmt: skip
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _where_said(word: Word, field: str, *, align: str = "left") -> Paragraph:
    """Add a field's line; a document without it has no empty line in its place."""
    word.add_paragraph(f"{{%p if {field} %}}")
    paragraph = _line(word, f"{{{{ {field} }}}}", FANGSONG, 16, align=align)
    word.add_paragraph("{%p endif %}")
    return paragraph


def _footer(word: Word) -> None:
    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.style = word.styles[FACTS]
    paragraph.add_run("{{ state }} · {{ check_code }} · {{ audit_head }}    ")
    for code in re.split("(NUMPAGES|PAGE)", say("page {n} of {m}", n="PAGE", m="NUMPAGES")):
        if code not in ("PAGE", "NUMPAGES"):
            paragraph.add_run(code)
            continue
        for kind, text in (("begin", ""), ("", code), ("end", "")):
            run = paragraph.add_run()
            if kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
            else:
                mark = OxmlElement("w:instrText")
                mark.text = text
            run._element.append(mark)
