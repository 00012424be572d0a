"""The plain page: a report from any browser, into the same draft, by the same service."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from starlette.applications import Starlette

from gis.language import CHINESE, ENGLISH, speaking
from parcels.people.actor import Actor
from parcels.people.sessions import Session
from parcels.store.engine import Store
from parcels.workflow import Step
from reports.daily import ReportState, ReturnReason
from reports.drafts import Draft
from reports.periods.period import Period, PeriodKind
from reports.photos import photos_of
from reports.reading import details_of, entries_of, reports_between
from reports.services.freeze import freeze
from reports.services.keep_draft import find_draft, save_draft
from reports.services.review_report import move_report
from tests.builders import DAY, NOW, TOWNSHIP_A, County, at, working_county
from tests.reports.pictures import photo
from tests.reports.test_workbook import blank, filled
from ui import office
from ui.routes import ROUTES

APP = Starlette(routes=list(ROUTES))
SIGNED, DEMOLISHED = Step.AGREEMENT_SIGNED.value, Step.DEMOLISHED.value
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def here(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    made = working_county(store)
    monkeypatch.setattr(office, "store", lambda: store)
    monkeypatch.setattr(office, "now", lambda: NOW)
    with speaking(ENGLISH):
        yield made


def session_of(actor: Actor) -> Session:
    return Session(1, actor, "the-token", ENGLISH, must_change_password=False, is_demo=False)


def ask(
    here: County,
    path: str,
    *,
    fields: Sequence[tuple[str, Any]] | None = None,
    actor: Actor | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, str], str]:
    """Ask the routes as a browser would that the gate has let in."""
    sent = dict(headers or {})
    if fields is not None:
        body, kind = multipart([("csrf", "the-token"), ("project", str(here.project_id)),
                                ("day", str(DAY)), *fields])  # fmt: skip
        sent["content-type"] = kind
    content = body or b""
    if body is not None:
        sent["content-length"] = str(len(content))
    place, _mark, query = path.partition("?")
    scope = {
        "type": "http", "method": "GET" if body is None else "POST", "path": place,
        "raw_path": quote(place).encode(), "query_string": query.encode(), "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "server": ("test", 80), "client": ("10.0.0.1", 1), "root_path": "",
        "tracker_session": session_of(actor or here.reporter_a),
    }  # fmt: skip
    answers: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        answers.append(message)

    asyncio.run(APP(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in answers[0]["headers"]}
    said = b"".join(message.get("body", b"") for message in answers[1:])
    return answers[0]["status"], told, said.decode("utf-8", "replace")


def multipart(fields: Sequence[tuple[str, Any]]) -> tuple[bytes, str]:
    parts = []
    for name, value in fields:
        extra, content = "", str(value).encode()
        if isinstance(value, tuple):
            extra, content = f'; filename="{value[0]}"', value[1]
        head = f'--sep\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + b"--sep--\r\n", "multipart/form-data; boundary=sep"


def ledger_id(here: County, number: str) -> int:
    return int(here.parcels()["ledger_id"][number])


def drafted(here: County) -> Draft:
    return find_draft(here.store, here.reporter_a, here.project_id, TOWNSHIP_A, DAY)


def only_report(here: County) -> dict[Any, Any]:
    [report] = reports_between(here.store, here.bureau, here.project, DAY, DAY).to_dict("records")
    return report


def test_a_report_is_sent_without_any_script(here: County) -> None:
    status, _head, page = ask(here, "/plain/report")
    assert status == 200
    assert "<script" not in page
    assert "A1" in page
    assert "B1" not in page
    fields = [
        ("take", f"{ledger_id(here, 'A1')}:{SIGNED}"), ("workers", "6"), ("machines", "２"),
        ("money:topsoil", "1,200.50"), ("reason:soil", "1"), ("problem", "缺土"),
        ("help_wanted", ""), ("photos", ("a.jpg", photo())), ("photos", ("b.jpg", b"broken")),
        ("do", "save"),
    ]  # fmt: skip
    status, _head, page = ask(here, "/plain/report", fields=fields)
    assert status == 400, "the broken photo is told"
    assert "b.jpg" in page
    assert list(drafted(here).entries.values()) == [900.0], "and cost the figures nothing"
    area = f"area:{ledger_id(here, 'A1')}:{SIGNED}"
    fields = [(area, "450"), ("problem", "缺土"), ("reason:soil", "1"),
              ("money:topsoil", "1200.50"), ("do", "send")]  # fmt: skip
    status, head, _page = ask(here, "/plain/report", fields=fields)
    assert (status, head["location"]) == (303, f"/plain/report?project=1&day={DAY}")
    report = only_report(here)
    assert (report["workers"], report["machines"], report["problem"]) == (6, 2, "缺土")
    kept = entries_of(here.store, here.bureau, here.project, report["id"])
    assert kept["area_m2"].tolist() == [450.0]
    assert details_of(here.store, here.bureau, here.project, report["id"]).money[0].amount_fen == (
        120_050
    )
    about = f"daily_report:{report['id']}"
    assert len(photos_of(here.store, here.bureau, here.project, about)) == 1
    _status, _head, page = ask(here, f"/plain/report?day={DAY}")
    assert report["receipt_no"] in page


def test_sending_twice_makes_one_report(here: County) -> None:
    fields = [("take", f"{ledger_id(here, 'A1')}:{SIGNED}"), ("do", "send")]
    for _twice in range(2):
        ask(here, "/plain/report", fields=fields)
    assert only_report(here)["state"] is ReportState.FILED


def test_ceilings_are_told_line_by_line_and_everything_typed_is_still_there(here: County) -> None:
    area = f"area:{ledger_id(here, 'A1')}:{DEMOLISHED}"
    save_draft(here.store, here.reporter_a, here.project_id, TOWNSHIP_A, DAY,
               {area.replace("area", "entry"): 5.0}, now=NOW)  # fmt: skip
    fields = [(area, "800"), ("workers", "many"), ("problem", HOSTILE), ("do", "send")]
    status, _head, page = ask(here, "/plain/report", fields=fields)
    assert status == 400
    assert page.count('class="error"') == 1, "what cannot be read is told first"
    assert 'value="many"' in page
    assert HOSTILE not in page
    assert drafted(here).text("problem") == HOSTILE
    fields[1] = ("workers", "7")
    status, _head, page = ask(here, "/plain/report", fields=fields)
    assert status == 400
    assert page.count('class="error"') == 2, "the count and one line for the one claim"
    assert "A1" in re.findall(r'class="error"[^>]*>([^<]*)<', page)[1]
    assert 'value="800.00"' in page or 'value="800"' in page
    assert drafted(here).number("workers", 0) == 7
    assert reports_between(here.store, here.bureau, here.project, DAY, DAY).empty


def test_no_progress_takes_one_choice(here: County) -> None:
    ask(here, "/plain/report", fields=[("zero", "rain"), ("do", "send")])
    assert only_report(here)["zero_reason"] == "rain"


def came_back(here: County) -> int:
    """A report of A with work, words and a photo, returned by the bureau; its key."""
    fields = [("take", f"{ledger_id(here, 'A1')}:{SIGNED}"), ("workers", "6"), ("problem", "缺土"),
              ("photos", ("a.jpg", photo())), ("do", "send")]  # fmt: skip
    ask(here, "/plain/report", fields=fields)
    report_id = int(only_report(here)["id"])
    move_report(here.store, here.bureau, report_id, ReportState.RETURNED, now=NOW,
                reason=ReturnReason.FIGURES, text=f"面积多报 {HOSTILE}")  # fmt: skip
    return report_id


@pytest.mark.parametrize("days_later", [0, 12])
def test_what_came_back_stands_on_top_and_is_mended_without_typing_it_again(
    here: County, monkeypatch: pytest.MonkeyPatch, days_later: int
) -> None:
    report_id = came_back(here)
    later = NOW + timedelta(days=days_later)
    monkeypatch.setattr(office, "now", lambda: later)
    _status, _head, page = ask(here, "/plain/report")
    assert page.index("面积多报") < page.index('class="days"')
    assert "Figures are wrong" in page
    assert HOSTILE not in page
    status, head, _page = ask(here, "/plain/report",
                              fields=[("report", report_id), ("do", "mend")])  # fmt: skip
    assert (status, head["location"]) == (303, f"/plain/report?project=1&day={DAY}")
    draft = drafted(here)
    assert (draft.number("workers", 0), draft.text("problem")) == (6, "缺土")
    assert list(draft.entries.values()) == [900.0]
    assert len(photos_of(here.store, here.reporter_a, here.project, draft.about)) == 1
    _status, _head, page = ask(here, head["location"])
    assert "缺土" in page
    ask(here, "/plain/report", fields=[("problem", "已补"), ("do", "send")])
    _status, _head, page = ask(here, "/plain/report")
    assert "面积多报" not in page, "it was answered"


def test_a_returned_day_that_was_frozen_says_whom_to_ask(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = came_back(here)
    evening = at(DAY, 20)
    monkeypatch.setattr(office, "now", lambda: evening)
    freeze(here.store, here.bureau, here.project, Period(PeriodKind.DAY, DAY), now=evening)
    _status, _head, page = ask(here, "/plain/report")
    assert "ask the bureau for an adjustment" in page
    assert 'value="mend"' not in page
    fields = [("report", report_id), ("problem", "x"), ("do", "save")]
    status, _head, page = ask(here, "/plain/report", fields=fields)
    assert status == 400
    assert "is frozen" in page


def test_a_report_is_withdrawn_until_it_is_confirmed_and_by_its_township_only(
    here: County,
) -> None:
    ask(here, "/plain/report", fields=[("take", f"{ledger_id(here, 'A1')}:{SIGNED}"),
                                       ("do", "send")])  # fmt: skip
    report = only_report(here)
    withdraw = [("report", report["id"]), ("do", "withdraw")]
    status, _head, _page = ask(here, "/plain/report", fields=withdraw, actor=here.reporter_b)
    assert status == 400
    assert only_report(here)["state"] is ReportState.FILED
    _status, _head, page = ask(here, f"/plain/report?day={DAY}")
    assert 'value="withdraw"' in page
    assert ask(here, "/plain/report", fields=withdraw)[0] == 303
    assert only_report(here)["state"] is ReportState.WITHDRAWN
    assert list(drafted(here).entries.values()) == [900.0]
    ask(here, "/plain/report", fields=[("do", "send")])
    [_first, second] = reports_between(here.store, here.bureau, here.project, DAY, DAY).to_dict(
        "records"
    )
    move_report(here.store, here.bureau, int(second["id"]), ReportState.CONFIRMED, now=NOW)
    _status, _head, page = ask(here, f"/plain/report?day={DAY}")
    assert 'value="withdraw"' not in page


def test_the_excel_form_goes_out_and_comes_back_by_the_plain_page(here: County) -> None:
    status, head, _body = ask(here, f"/files/report-form/{here.project_id}/{DAY}.xlsx")
    assert status == 200
    assert "spreadsheetml" in head["content-type"]
    whole = f"/files/report-form/{here.project_id}/{DAY}.xlsx"
    assert ask(here, f"{whole}?township={TOWNSHIP_A}", actor=here.bureau)[0] == 200
    assert ask(here, whole, actor=here.bureau)[0] == 404
    status, head, _body = ask(here, f"{whole}?township=419901102")
    assert TOWNSHIP_A in head["content-disposition"], "a township gets its own, whatever it asks"
    bad = filled(blank(here), work={("A1", Step.DEMOLISHED): 5})
    status, _head, page = ask(here, "/plain/report",
                              fields=[("form", ("x.xlsx", bad)), ("do", "excel")])  # fmt: skip
    assert status == 400
    assert "I4" in page, "the cell is named"
    good = filled(blank(here), work={("A1", Step.AGREEMENT_SIGNED): "全"})
    status, _head, _page = ask(here, "/plain/report",
                               fields=[("form", ("x.xlsx", good)), ("do", "excel")])  # fmt: skip
    assert status == 303
    assert only_report(here)["state"] is ReportState.FILED


def test_a_posting_without_the_pages_token_changes_nothing(here: County) -> None:
    body, kind = multipart([("csrf", "guess"), ("project", "1"), ("day", str(DAY)),
                            ("problem", "x"), ("zero", "rain"), ("do", "send")])  # fmt: skip
    status, _head, _page = ask(here, "/plain/report", body=body, headers={"content-type": kind})
    assert status == 400
    assert drafted(here).id == 0
    assert reports_between(here.store, here.bureau, here.project, DAY, DAY).empty


def test_a_parcel_of_another_township_is_not_taken(here: County) -> None:
    ask(here, "/plain/report",
        fields=[("take", f"{ledger_id(here, 'B1')}:{SIGNED}"), ("do", "save")])  # fmt: skip
    assert drafted(here).entries == {}


def test_who_files_no_report_sees_no_form(here: County) -> None:
    _status, _head, page = ask(here, "/plain/report", actor=here.bureau)
    assert "<form" not in page
    ask(here, "/plain/report", fields=[("zero", "rain"), ("do", "send")], actor=here.bureau)
    assert reports_between(here.store, here.bureau, here.project, DAY, DAY).empty


class Balanced(HTMLParser):
    """Counts what is opened and not closed."""

    EMPTY = frozenset({"input", "meta", "link", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_sound_html_in_both_languages(here: County) -> None:
    for code in (CHINESE, ENGLISH):
        actor = replace(here.reporter_a, display_name=HOSTILE)
        with speaking(code):
            _status, _head, page = ask(here, "/plain/report", actor=actor)
        checked = Balanced()
        checked.feed(page)
        assert checked.open == []
        assert HOSTILE not in page


def save_typed(here: County, told: Any, *, token: str = "the-token") -> tuple[int, str]:
    import json

    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    status, _head, said = ask(here, "/report/draft", body=body, headers={"x-form": token})
    return status, said


def test_a_text_is_saved_while_it_is_typed(here: County) -> None:
    told = {"project": here.project_id, "township": TOWNSHIP_A, "day": str(DAY),
            "changes": {"problem": "便道泥泞"}}  # fmt: skip
    status, said = save_typed(here, told)
    assert (status, said) == (200, '{"saved":"16:00"}')
    assert drafted(here).text("problem") == "便道泥泞"
    assert save_typed(here, told, token="guess")[0] == 403
    assert save_typed(here, told | {"township": "419901102"})[0] == 404
    assert save_typed(here, told | {"changes": {"state": "confirmed"}})[0] == 409
    for nonsense in (b"{", b"[]", b'{"project": "x"}', b"[" * 60_000):
        assert save_typed(here, nonsense)[0] == 400
    assert save_typed(here, b" " * 70_000)[0] == 413


def test_a_text_for_a_day_that_was_sent_meanwhile_is_told_so(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    status, said = save_typed(here, {"project": here.project_id, "township": TOWNSHIP_A,
                                     "day": str(DAY), "changes": {"problem": "x"}})  # fmt: skip
    assert status == 409
    assert str(DAY) in said


def test_a_text_that_comes_behind_the_sending_it_went_with_is_saved_not_refused(
    here: County,
) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), problem="便道泥泞", now=at(DAY, 15, 5))
    told = {"project": here.project_id, "township": TOWNSHIP_A, "day": str(DAY)}
    assert save_typed(here, told | {"changes": {"problem": "便道泥泞 "}}) == (
        200, '{"saved":"15:05"}',
    )  # fmt: skip
    for other in ({"problem": "便道已修"}, {"help_wanted": "便道泥泞"}, {"workers": 3}):
        assert save_typed(here, told | {"changes": other})[0] == 409
