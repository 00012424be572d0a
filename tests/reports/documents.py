"""Small documents for tests of the renderers."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

from PIL import Image

from reports.document import Column, Document, Kind, Letter, Picture, Stamp, Table

STAMP = Stamp("P", "v1", datetime(2026, 3, 11, 9, 5, tzinfo=UTC), "0123456789abcdef" * 4)
HOSTILE = (
    "=1+1", '=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(1)", "=cmd|' /C calc'!A0",
    "http://example.test/", "<script>alert(1)</script>", "&amp; &lt; ]]>", "_x0041_", "'quoted",
    "0012", "1e5", "TRUE", "{{ title }}", "{% for a in b %}", "{_{ x }_}", "#import \"x.typ\"",
    "$ x $ *bold* _under_ `raw` // no \\n", "</w:t></w:r></w:p>", "🏠 房屋 𠮷", "\u202eabc",
    "مرحبا 你好",
)  # fmt: skip


def document(*columns: Column, rows: tuple[tuple[Any, ...], ...] = (), **parts: Any) -> Document:
    """A document of one table; everything else by name."""
    given: dict[str, Any] = {
        "name": "n", "title": "Title", "stamp": STAMP, "about": (), "paragraphs": (),
        "tables": (Table("Table", columns, rows, parts.pop("totals", 0)),) if columns else (),
    }  # fmt: skip
    return Document(**given | parts)


def letter(**parts: Any) -> Document:
    """A notice with everything a letter has, a picture and two tables, one of them wide."""
    narrow = Table("窄表", (Column("乡镇"), Column("面积（亩）", Kind.MU)), (("甲镇", 2000.0),))
    wide = Table(
        "宽表",
        tuple(Column(f"第{n}列面积（亩）", Kind.MU, group=f"组{n // 2}") for n in range(16)),
        tuple(tuple(float(n * 667 + k) for n in range(16)) for k in range(40)),
        totals=1,
    )
    given: dict[str, Any] = {
        "title": "关于加快拆旧复垦进度的督办单",
        "paragraphs": (("存在问题", "进度滞后。\n资金闲置。"), ("有关要求", "限期整改。")),
        "tables": (narrow, wide),
        "pictures": (Picture("进度曲线（亩）", png()),),
        "letter": Letter("〔2026〕第3号", "甲镇人民政府", "某县自然资源局", date(2026, 3, 11)),
    }
    return document(**given | parts)


def jpeg() -> bytes:
    """A small photo."""
    target = io.BytesIO()
    Image.new("RGB", (60, 80), "#7a5").save(target, "JPEG")
    return target.getvalue()


def png(width: int = 60, height: int = 30) -> bytes:
    """A small picture."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), "#3070b0").save(target, "PNG")
    return target.getvalue()
