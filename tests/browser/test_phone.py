"""The daily report under a thumb: 390 pixels, touch, a cut-off in half an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from gis.palette import Paint
from gis.units import format_m2
from parcels.people.actor import Actor, Role, system
from parcels.projects import projects
from parcels.register import judged_parcels
from parcels.store import audit
from parcels.store.engine import Store, open_store
from parcels.store.tables import STAGE_EVENT
from parcels.workflow import STEP_TITLES, EventState, Step
from reports.daily import OFFICE_TIME
from reports.tables import DAILY_ENTRY, DAILY_REPORT, LEADER_REVIEW, REPORT_DRAFT
from tests.browser.chromium import PHONE
from tests.browser.clicks import Person, shown, zh
from tests.browser.running import Server
from ui.components.daily.parcels import IN_REPORT, READY

TOWNSHIP = "999901103"
LEAST_HEIGHT_PX = 40
NO_WIDER = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(scope="module")
def signed(demo: Server) -> Store:
    """Everywhere in one township agreements are signed, so that tearing down comes next."""
    store = open_store(demo.folder, f"sqlite:///{demo.folder / 'tracker.db'}")
    now = datetime.now(UTC)
    county = system("999901")
    with store.reading() as connection:
        signed = set(
            connection.scalars(
                sa.select(STAGE_EVENT.c.ledger_id).where(
                    STAGE_EVENT.c.step == Step.AGREEMENT_SIGNED.value,
                    STAGE_EVENT.c.state != EventState.VOID.value,
                )
            )
        )
    bureau = Actor(None, "bureau", "", Role.BUREAU_CLERK, "999901", "localhost")
    parcels = judged_parcels(store, bureau, projects(store, bureau)[0])
    own = parcels[(parcels["township_code"] == TOWNSHIP) & parcels["area_m2"].notna()]
    with store.writing() as connection:
        for parcel in own[~own["ledger_id"].isin(signed)].itertuples():
            connection.execute(
                sa.insert(STAGE_EVENT).values(
                    ledger_id=int(parcel.ledger_id),
                    step=Step.AGREEMENT_SIGNED.value,
                    day=now.astimezone(OFFICE_TIME).date() - timedelta(days=3),
                    area_m2=parcel.area_m2,
                    state=EventState.CONFIRMED.value,
                    source="agreements",
                    recorded_at=now,
                )
            )
        audit.record(connection, county, "agreements", TOWNSHIP, now=now)
    return store


@pytest.fixture
def phone(open_page: Callable[..., Any], demo: Server, signed: Store) -> Person:
    person = Person(open_page(**PHONE), demo.address)
    person.enters_demo("town3")
    return person


def test_nothing_is_wider_than_the_screen(phone: Person) -> None:
    assert phone.page.evaluate(NO_WIDER)
    phone.unfolds(zh("No progress today"))
    assert phone.page.evaluate(NO_WIDER)


def test_every_button_is_high_enough_for_a_thumb(phone: Person) -> None:
    low = phone.page.evaluate(
        f"""() => [...document.querySelectorAll('[data-testid="stMain"] button')]
        .map(one => [one.innerText, one.getBoundingClientRect()])
        .filter(([words, box]) => words.trim() && box.width && box.height < {LEAST_HEIGHT_PX})
        .map(([words, box]) => `${{words}}: ${{box.height}}`)"""
    )
    assert low == []


def test_a_claim_that_is_refused_loses_nothing_that_was_typed(phone: Person) -> None:
    chosen = tap_a_parcel(phone)
    phone.types(zh("Problems"), "挖机故障，明日修复。")
    area = phone.page.get_by_test_id("stNumberInput").filter(has_text=zh("m² today"))
    field = area.locator("input").first
    field.fill("99999999")
    field.press("Tab")
    phone.settles()
    send(phone).tap()
    phone.settles()
    assert phone.page.get_by_test_id("stAlert").filter(visible=True).count() == 1
    assert field.input_value() == "99999999.00"
    assert phone.page.get_by_label(zh("Problems")).input_value() == "挖机故障，明日修复。"
    assert chosen.get_attribute("aria-pressed") == "true"


def test_what_was_typed_survives_the_next_tap(phone: Person) -> None:
    people = phone.page.get_by_label(zh("People at work"))
    problem = phone.page.get_by_label(zh("Problems"))
    people.fill("12")
    problem.fill("便道被水冲毁")
    tap_a_parcel(phone)
    phone.settles()
    assert people.input_value() == "12"
    assert problem.input_value() == "便道被水冲毁"


def test_a_parcel_tapped_on_the_map_is_in_the_report_and_a_second_tap_takes_it_out(
    phone: Person, signed: Store, shot: Any
) -> None:
    phone.picks(zh("On the map"))
    frame = phone.page.locator("iframe[title*=folium]")
    frame.scroll_into_view_if_needed()
    inside = frame.element_handle().content_frame()
    inside.wait_for_function(f"window.map && {filled(READY)}.length")
    x, y = inside.evaluate(
        f"""() => {{
          const whole = window.map.getBounds();
          const one = {filled(READY)}.find(one => whole.contains(one.getBounds()));
          const at = window.map.latLngToContainerPoint(one.getBounds().getCenter());
          return [at.x, at.y];
        }}"""
    )
    box = frame.bounding_box()
    phone.page.touchscreen.tap(box["x"] + x, box["y"] + y)
    inside.wait_for_function(f"{filled(IN_REPORT)}.length === 1")
    phone.settles()
    shot(phone.page, "phone-map-tapped")
    assert phone.page.get_by_test_id("stNumberInput").filter(has_text=zh("m² today")).count() == 1
    assert len(drafted(signed)) == 1
    phone.page.touchscreen.tap(box["x"] + x, box["y"] + y)
    inside.wait_for_function(f"{filled(IN_REPORT)}.length === 0")
    phone.settles()
    assert drafted(signed) == []


def filled(paint: Paint) -> str:
    """Return the outlines of the map that are drawn so, as the page's script says it."""
    shapes = "Object.values(window.map._layers).filter(layer => layer instanceof L.Polygon)"
    return f"{shapes}.filter(layer => layer.options.fillColor === '{paint.fill}')"


def drafted(store: Store) -> list[str]:
    """Return the entries that the township's draft of the day holds."""
    wanted = sa.select(REPORT_DRAFT.c.content).where(REPORT_DRAFT.c.township_code == TOWNSHIP)
    with store.reading() as connection:
        drafts = connection.scalars(wanted).all()
    return [key for content in drafts for key in content if key.startswith("entry:")]


def test_two_taps_report_a_parcel_demolished(phone: Person, signed: Store, shot: Any) -> None:
    step = phone.page.get_by_role("radio", name=shown(STEP_TITLES[Step.DEMOLISHED]))
    assert step.get_attribute("aria-checked") == "true", "what comes next is chosen already"
    words = tap_a_parcel(phone).inner_text()  # the first tap
    send(phone).tap()  # the second
    receipt = phone.page.get_by_role("dialog").locator(".receipt b")
    receipt.wait_for()
    shot(phone.page, "phone-receipt")
    with signed.reading() as connection:
        entries = connection.execute(
            sa.select(DAILY_ENTRY.c.step, DAILY_ENTRY.c.area_m2)
            .join(DAILY_REPORT, DAILY_REPORT.c.id == DAILY_ENTRY.c.report_id)
            .where(DAILY_REPORT.c.receipt_no == receipt.inner_text())
        ).all()
    assert [entry.step for entry in entries] == [Step.DEMOLISHED.value]
    assert f"{format_m2(entries[0].area_m2)} m²" in words


def tap_a_parcel(phone: Person) -> Any:
    label = zh("Which parcels? Tap each; tap again to take it out.")
    group = phone.page.get_by_test_id("stButtonGroup").filter(has_text=label)
    parcel = group.get_by_role("button").first
    parcel.tap()
    phone.settles()
    return parcel


def send(phone: Person) -> Any:
    today = datetime.now(OFFICE_TIME).date()
    return phone.page.get_by_role("button", name=zh("Send the report of {day}", day=today))


def test_the_townships_leader_reviews_the_report_with_one_tap(
    open_page: Callable[..., Any], demo: Server, signed: Store
) -> None:
    leader = Person(open_page(**PHONE), demo.address)
    leader.enters_demo("head1")
    leader.presses(zh("I have reviewed this report"))
    receipt = leader.page.locator(".receipt b").inner_text()
    leader.reads(zh("Your review of {receipt} is noted.", receipt=receipt))
    reviewed = sa.select(DAILY_REPORT.c.receipt_no).join(
        LEADER_REVIEW, LEADER_REVIEW.c.report_id == DAILY_REPORT.c.id
    )
    with signed.reading() as connection:
        assert connection.scalars(reviewed).all() == [receipt]
