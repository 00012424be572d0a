"""The office's own Word template: names fields, cannot run anything, is refused in words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from documents import letter

from gis.language import ENGLISH, Problem, speaking
from reports.document import Look
from reports.renderers import RENDERERS
from reports.renderers.docx_template import FIELDS, default_template, require_template

FULL = ("{{ title }}", "{{p body }}", "{{p tables }}", "{{ state }}")


def template(*lines: str, footer: str = "") -> bytes:
    """A template of these lines."""
    word = docx.Document()
    for line in lines:
        word.add_paragraph(line)
    if footer:
        word.sections[0].footer.paragraphs[0].add_run(footer)
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def with_member(content: bytes, name: str, data: bytes) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return target.getvalue()


def in_english(problem: Problem) -> str:
    with speaking(ENGLISH):
        return str(problem)


def test_ours_passes_its_own_examination() -> None:
    require_template(default_template())


def test_a_template_of_the_office_is_filled_in() -> None:
    own = template("某县自然资源局文件", "{{ title }}（{{ project }}）", *FULL[1:])
    require_template(own)
    for name in ("n", ""):  # its own kind of document, or all of them
        word = docx.Document(io.BytesIO(RENDERERS["docx"](letter(), Look(templates={name: own}))))
        assert word.paragraphs[0].text == "某县自然资源局文件"
        assert word.paragraphs[1].text == f"{letter().title}（P）"
    other = Look(templates={"another": own})
    assert b"PK" in RENDERERS["docx"](letter(), other)
    first = docx.Document(io.BytesIO(RENDERERS["docx"](letter(), other))).paragraphs[0].text
    assert first == letter().title


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("{{ title }}", "{{p body }}", "{{ state }}"), "lacks the field tables"),
        ((*FULL, "{{ salary }}"), "unknown field salary"),
        ((*FULL, "{% for a in title %}x{% endfor %}"), "take out For"),
        ((*FULL, "{{ title.__class__ }}"), "take out Getattr"),
        ((*FULL, "{{ title | upper }}"), "take out Filter"),
        ((*FULL, "{{ range(9) }}"), "take out Call"),
        ((*FULL, "{% set x = 1 %}"), "take out Assign"),
        ((*FULL, "{{ 9 * 9 }}"), "take out Mul"),
        ((*FULL, "{{ title"), "cannot be read"),
        ((*FULL, "{% include 'x' %}"), "take out Include"),
    ],
)
def test_what_would_compute_or_is_not_known_is_refused(lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(Problem) as problem:
        require_template(template(*lines))
    assert said in in_english(problem.value)


def test_a_footer_is_examined_too() -> None:
    with speaking(ENGLISH), pytest.raises(Problem, match="take out Getattr"):
        require_template(template(*FULL, footer="{{ title.x }}"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda whole: b"not a zip", "no Word document"),
        (lambda whole: whole[: len(whole) // 2], "no Word document"),
        (lambda whole: whole + b"\0" * 6_000_000, "larger than"),
        (lambda whole: with_member(whole, "word/vbaProject.bin", b"x"), "macros"),
        (lambda whole: with_member(whole, "word/x.bin", b"0" * 50_000_000), "unpacks"),
        (
            lambda whole: with_member(
                whole, "word/_rels/x.rels", b'<Relationship TargetMode="External"/>'
            ),
            "outside itself",
        ),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(
    spoil: Callable[[bytes], bytes], said: str
) -> None:
    with pytest.raises(Problem) as problem:
        require_template(spoil(default_template()))
    assert said in in_english(problem.value)


def test_an_if_may_ask_for_a_field() -> None:
    require_template(template(*FULL, "{% if check_code %}{{ check_code }}{% endif %}"))


def test_every_field_has_a_title() -> None:
    assert all(str(title) for title in FIELDS.values())
