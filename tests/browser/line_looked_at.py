"""The line's last scenes: the inspector's map, the weekly summary, and what the store holds."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from openpyxl import load_workbook

from gis.units import format_mu
from parcels.workflow import STEP_TITLES, Step
from reports.periods.period import PeriodKind, first_of
from tests.browser.clicks import Person, shown, zh
from tests.browser.running import Server

Shot = Callable[[Any, str], None]


def the_inspector_sees_the_day_on_the_map(inspector: Person, day: date, shot: Shot) -> None:
    page = inspector.page
    inspector.opens("map")
    inspector.chooses(zh("Township"), "稻香湾镇")
    map_of_days = page.frame_locator("iframe[title*=folium]")  # a frame, or the one after it
    moved = map_of_days.locator(".days-moved")
    moved.get_by_text(re.compile(r"\D0\D")).wait_for()
    map_of_days.get_by_role("button", name=zh("A day back"), exact=True).click()
    moved.get_by_text(re.compile(r"\D2\D")).wait_for()
    holder = page.wait_for_selector("iframe[title*=folium]")
    frame = holder.content_frame()
    heavy = "Object.values(window.map._layers).filter(s => s.getTooltip && s.options.weight === 4)"
    frame.wait_for_function(f"window.map && {heavy}.length === 2", timeout=30_000)
    holder.scroll_into_view_if_needed()
    x, y = frame.evaluate(
        f"""() => {{ const shape = {heavy}[0];
        map.setView(shape.getBounds().getCenter(), 18, {{animate: false}});
        const at = map.latLngToContainerPoint(shape.getBounds().getCenter());
        return [at.x, at.y]; }}"""
    )
    tip = frame.evaluate(
        f"() => {{ const s = {heavy}[0]; s.openTooltip(); const t = s.getTooltip().getElement();"
        "const cells = [...t.querySelectorAll('td')].map(c => c.textContent);"
        "s.closeTooltip(); return cells; }"
    )
    box = holder.bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)
    inspector.reads(zh("Parcel {parcel_no}", parcel_no=tip[0]))
    inspector.settles()
    shown_figures = inspector.main()
    assert tip[2] in shown_figures, "the parcel's area"
    stage_then = [zh("Stage on {day}", day=day), shown(STEP_TITLES[Step.DEMOLISHED])]
    assert re.search(r"[\s：]*".join(map(re.escape, stage_then)), shown_figures), shown_figures
    shot(page, "line-map")


def the_weekly_summary_says_the_same_on_screen_and_on_paper(
    inspector: Person, day: date, demolished_m2: float, shot: Shot
) -> None:
    inspector.opens("weekly")
    inspector.chooses(zh("Week"), re.compile(f"^{first_of(PeriodKind.WEEK, day)}"))
    shot(inspector.page, "line-weekly")
    on_screen = inspector.page.evaluate(
        "[...document.querySelectorAll('.rows tbody tr')].map("
        "row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    with inspector.page.expect_download() as coming:
        inspector.page.get_by_role("link", name=zh("Download as Excel")).click()
    book = load_workbook(io.BytesIO(Path(coming.value.path()).read_bytes()))
    on_paper = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    missing = [row for row in on_screen if not any(says_the_same(row, other) for other in on_paper)]
    assert not missing
    tables = [row for row in on_screen if "稻香湾镇" in row[:4]]
    assert len(tables) >= 4, "completion, ranking, works and reporting each have the township"
    works = next(row for row in on_screen if row[0] == "稻香湾镇" and len(row) > 12)
    assert works.count(format_mu(demolished_m2)) == 4, "signed and demolished: week and total"


def says_the_same(screen: list[str], paper: tuple) -> bool:
    """Tell whether a row of the page and a row of the file hold the same words and figures."""
    return len(paper) >= len(screen) and all(
        _is_same(seen, written) for seen, written in zip(screen, paper, strict=False)
    )


def _is_same(seen: str, written: Any) -> bool:
    if written is None:
        return seen in ("", "—")
    if isinstance(written, str):
        return seen.split() == written.split()
    figure = seen.replace(",", "").removesuffix("%").strip()
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", figure):
        return False
    scale = 100 if seen.endswith("%") else 1
    return abs(float(figure) / scale - written) < 1e-9


def the_store_holds_two_reports_and_four_confirmed_events(
    office: Server, day: date
) -> dict[str, float]:
    """Return the confirmed area of each step, m²."""
    engine = sa.create_engine(f"sqlite:///{office.folder / 'tracker.db'}")
    with engine.connect() as connection:
        states = connection.execute(
            sa.text("SELECT day, state FROM daily_report ORDER BY day")
        ).all()
        events = connection.execute(
            sa.text(
                "SELECT day, step, state, count(*), sum(area_m2) FROM stage_event "
                "GROUP BY day, step, state"
            )
        ).all()
    engine.dispose()
    assert [state for _day, state in states] == ["confirmed", "returned"]
    next_day = str(day + timedelta(days=1))
    assert sorted((str(at), step, state, count) for at, step, state, count, _area in events) == [
        (str(day), "agreement_signed", "confirmed", 2),
        (str(day), "demolished", "confirmed", 2),
        (next_day, "agreement_signed", "void", 2),
        (next_day, "demolished", "void", 2),
    ]
    return {step: area for _at, step, state, _count, area in events if state == "confirmed"}
