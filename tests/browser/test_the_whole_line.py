"""An office's first day to its first weekly summary, by clicks only."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from gis.formats import read_layer
from parcels.checking import check
from parcels.columns import PARCEL_FIELDS, recognised
from parcels.demo import DemoFiles
from parcels.frames import parcels_frame, structures_frame
from parcels.people.actor import ROLE_TITLES, Role
from parcels.policy import from_toml
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.services.keep_layer import LAYER_TITLES, LayerKind
from parcels.workflow import STEP_TITLES, Step
from reports.daily import OFFICE_TIME, RETURN_TITLES, ReturnReason
from tests.browser.chromium import PHONE
from tests.browser.clicks import NEW_PASSWORD, Person, shown, zh
from tests.browser.line_check import (
    a_column_is_chosen_by_hand,
    the_four_files_hold_every_parcel,
    the_map_is_coloured_by_verdict_and_a_click_tells_why,
    the_next_layer_is_offered_the_same_columns,
)
from tests.browser.line_looked_at import (
    the_inspector_sees_the_day_on_the_map,
    the_store_holds_two_reports_and_four_confirmed_events,
    the_weekly_summary_says_the_same_on_screen_and_on_paper,
)
from tests.browser.running import Server
from tests.made_once import the_demo_files

Shot = Callable[[Any, str], None]
TOWNSHIP = "999901101"
RETURNED_BECAUSE = "现场核查：两块图斑尚有基础未清除，请核实后重报。"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return the_demo_files(tmp_path_factory)


def verdicts_of(files: DemoFiles) -> dict[Verdict, int]:
    """Count the verdicts as the command line does, with the coverage the page is given."""
    ours, theirs = read_layer(files.parcels), read_layer(files.structures, layer="structures")
    area = read_layer(files.structures, layer="coverage").frame
    mapping = recognised(ours.understood.columns, PARCEL_FIELDS)
    judged = check(
        parcels_frame(ours.frame, mapping, {}),
        structures_frame(theirs.frame, {}),
        from_toml(files.policy),
        coverage=gpd.GeoSeries(area.geometry).to_crs(ours.frame.crs).union_all(),
    ).parcels
    counts = {verdict: int((judged["verdict"] == verdict).sum()) for verdict in Verdict}
    counts[Verdict.UNDETERMINED] += len(ours.rejected)  # kept without an outline, never judged
    return counts


def test_from_an_empty_office_to_the_weekly_summary(
    empty_office: Server,
    files: DemoFiles,
    open_page: Callable[..., Any],
    shot: Shot,
    tmp_path: Path,
) -> None:
    today = datetime.now(OFFICE_TIME).date()
    admin = Person(open_page(), empty_office.address)
    passwords = the_administrator_settles_the_office(admin, empty_office, shot)
    bureau = Person(open_page(), empty_office.address)
    bureau.signs_in("zhouwt", passwords["zhouwt"])
    bureau.is_made_to_change(passwords["zhouwt"])
    the_bureau_founds_the_project(bureau, files, today, shot)
    the_bureau_uploads_and_adopts(bureau, files, shot, tmp_path)

    phone = Person(open_page(**PHONE), empty_office.address)
    phone.signs_in("lqh", passwords["lqh"])
    phone.is_made_to_change(passwords["lqh"])
    yesterday = today - timedelta(days=1)
    first = the_township_reports(phone, yesterday, shot)
    second = the_township_reports(phone, today, shot)
    assert first != second
    a_second_sending_makes_no_second_report(open_page, empty_office, shot)

    the_bureau_confirms_one_and_returns_the_other(bureau, yesterday, today, shot)
    phone.page.reload()
    phone.settles()
    assert RETURNED_BECAUSE in phone.main()
    above = phone.reads(RETURNED_BECAUSE).bounding_box()
    assert above["y"] < 400, "the reason stands on top of the township's page"
    shot(phone.page, "line-phone-returned")

    inspector = Person(open_page(), empty_office.address)
    inspector.signs_in("zhengl", passwords["zhengl"])
    inspector.is_made_to_change(passwords["zhengl"])
    the_inspector_sees_the_day_on_the_map(inspector, yesterday, shot)
    areas = the_store_holds_two_reports_and_four_confirmed_events(empty_office, yesterday)
    the_weekly_summary_says_the_same_on_screen_and_on_paper(
        inspector, yesterday, areas["demolished"], shot
    )


def the_administrator_settles_the_office(admin: Person, office: Server, shot: Shot) -> dict:
    first = office.first_password()
    admin.signs_in("admin", first)
    admin.is_made_to_change(first)
    admin.types(zh("Administrative code (6 digits)"), "999901")
    admin.types(zh("Name of the county"), "禾溪县")
    admin.presses(zh("Settle"))
    people = {
        "zhouwt": ("周文涛", Role.BUREAU_CLERK, "999901"),
        "lqh": ("李秋禾", Role.TOWNSHIP_REPORTER, TOWNSHIP),
        "zhengl": ("郑立", Role.INSPECTOR, "999901"),
    }
    passwords = {}
    for name, (display_name, role, region) in people.items():
        form = admin.page.get_by_test_id("stForm").first
        admin.types(zh("Account"), name, within=form)
        admin.types(zh("Full name"), display_name, within=form)
        admin.chooses(zh("Role"), shown(ROLE_TITLES[role]))
        admin.types(zh("Region (code)"), region, within=form)
        admin.presses(zh("Create"))
        told = admin.page.get_by_test_id("stAlert").filter(has_text=name).first
        told.wait_for()
        admin.settles()
        found = re.search(r"\w{5}-\w{5}-\w{4}7Q", told.inner_text())
        assert found, told.inner_text()
        passwords[name] = found.group()
    shot(admin.page, "line-accounts")
    return passwords


def the_bureau_founds_the_project(
    bureau: Person, files: DemoFiles, today: date, shot: Shot
) -> None:
    bureau.opens("projects")
    for layer, count in (("townships", 5), ("villages", None)):
        bureau.unfolds(zh("Regions: townships and villages"))
        bureau.uploads(files.boundaries)
        bureau.chooses(zh("Layer of the file"), layer)
        bureau.presses(zh("Import regions"))
        said = bureau.page.get_by_test_id("stAlert").first.inner_text()
        assert count is None or f"{count}" in said
    bureau.unfolds(zh("New project"))
    bureau.types(zh("Project code"), "HX-01")
    bureau.types(zh("Project name"), "禾溪县拆旧复垦项目")
    bureau.types(zh("Approved scale (ha)"), "112.68")
    bureau.types(zh("New arable at approval (ha)"), "96.04")
    bureau.dates(zh("Starts on"), today - timedelta(days=9))
    bureau.presses(zh("Create the project"))
    bureau.reads("禾溪县拆旧复垦项目")
    assert str(today - timedelta(days=9)) in bureau.main()
    bureau.presses(zh("New policy version"))
    bureau.types(zh("X: least structure share, such as 30%"), "30%")
    bureau.types(zh("Y: least new arable of a parcel, m²"), "400")
    bureau.presses(zh("Write this version"))
    bureau.reads(zh("Policy v{version} is kept.", version=1))
    shot(bureau.page, "line-project")


def the_bureau_uploads_and_adopts(
    bureau: Person, files: DemoFiles, shot: Shot, folder: Path
) -> None:
    bureau.opens("layers")
    bureau.uploads(files.parcels)
    bureau.reads(zh("What was understood"), seconds=60)
    understood = read_layer(files.parcels)
    kept, rejected = len(understood.frame), len(understood.rejected)
    bureau.reads(
        zh(
            "{rows} rows in the file = {kept} kept + {rejected} rejected.",
            rows=files.parcel_count,
            kept=kept,
            rejected=rejected,
        )
    )
    assert "GB" in bureau.main().upper(), "the encoding is said"
    a_column_is_chosen_by_hand(bureau)
    shot(bureau.page, "line-understood")
    bureau.presses(zh("This is right: keep the layer"))
    told = "{title}: {rows} rows kept."
    titles = {kind: shown(LAYER_TITLES[kind]) for kind in LayerKind}
    bureau.reads(zh(told, title=titles[LayerKind.PARCELS], rows=files.parcel_count), seconds=60)
    bureau.picks(titles[LayerKind.STRUCTURES])
    bureau.uploads(files.structures)
    bureau.reads(zh("What was understood"), seconds=60)
    bureau.chooses(
        zh("Where were structures read? Elsewhere, no structures proves nothing."), "coverage"
    )
    bureau.presses(zh("This is right: keep the layer"))
    built = read_layer(files.structures, layer="structures").understood.rows_in
    bureau.reads(zh(told, title=titles[LayerKind.STRUCTURES], rows=built), seconds=60)
    the_next_layer_is_offered_the_same_columns(bureau, files)
    bureau.tab(zh("2 · Check and adopt"))
    bureau.presses(zh("Check every parcel"))
    cards = bureau.page.locator(".card")
    cards.first.wait_for(timeout=60_000)
    wanted = verdicts_of(files)
    for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNDETERMINED):
        card = cards.filter(has_text=shown(VERDICT_TITLES[verdict])).first.inner_text()
        assert zh("{count} parcels", count=wanted[verdict]) in card
    assert sum(wanted.values()) == files.parcel_count
    shot(bureau.page, "line-checked")
    the_four_files_hold_every_parcel(bureau, wanted, folder)
    the_map_is_coloured_by_verdict_and_a_click_tells_why(bureau, wanted, rejected)
    bureau.opens("versions")
    waiting = "This result is not in force: maps, reports and totals do not rest on it yet."
    bureau.reads(zh(waiting), seconds=120)  # the worker has compared it
    bureau.settles()
    bureau.types(zh("Reason, for adopting or declining"), "首次核查")
    bureau.presses(zh("Adopt"))
    bureau.reads(zh("Adopted: {added} parcels added to the ledger, {gone} withdrawn.",
                    added=files.parcel_count, gone=0), seconds=120)  # fmt: skip


def the_township_reports(phone: Person, day: date, shot: Shot) -> str:
    """Two parcels: agreement signed, then demolished; return the receipt's number."""
    phone.chooses(zh("Day"), re.compile(re.escape(str(day))))
    for step in (Step.AGREEMENT_SIGNED, Step.DEMOLISHED):
        phone.picks(shown(STEP_TITLES[step]))
        for place in range(2):
            ready_parcels(phone).nth(place).tap()
            phone.settles()
    phone.types(zh("People at work"), "12")
    phone.types(zh("Problems"), f"{day} 雨后便道泥泞。")
    shot(phone.page, f"line-phone-form-{day}")
    send = phone.page.get_by_role("button", name=zh("Send the report of {day}", day=day))
    send.scroll_into_view_if_needed()
    send.dblclick()  # an impatient thumb
    phone.reads(zh("The report has arrived"))
    phone.settles()
    told = phone.page.get_by_role("dialog").locator(".receipt b")
    told.wait_for()
    number = str(told.inner_text())
    shot(phone.page, f"line-phone-receipt-{day}")
    phone.presses(zh("Good"))
    phone.page.get_by_role("dialog").wait_for(state="hidden")
    assert phone.page.locator(".receipt b").inner_text() == number
    return number


def ready_parcels(phone: Person) -> Any:
    """The buttons of the parcels of the village in sight."""
    label = zh("Which parcels? Tap each; tap again to take it out.")
    group = phone.page.get_by_test_id("stButtonGroup").filter(has_text=label)
    return group.get_by_role("button")


def a_second_sending_makes_no_second_report(
    open_page: Callable[..., Any], office: Server, shot: Shot
) -> None:
    """Another phone of the same person finds the receipt, not an empty form."""
    other = Person(open_page(**PHONE), office.address)
    other.signs_in("lqh", NEW_PASSWORD)
    other.settles()
    other.page.locator(".receipt").wait_for()
    assert other.page.get_by_role("button", name=re.compile("上报")).count() <= 1
    shot(other.page, "line-phone-second")


def the_bureau_confirms_one_and_returns_the_other(
    bureau: Person, yesterday: date, today: date, shot: Shot
) -> None:
    bureau.opens("confirm")
    bureau.reads(zh("To confirm: {count}", count=2))
    shot(bureau.page, "line-confirm")
    assert f"{yesterday} 雨后便道泥泞。" in bureau.main()
    desk = desk_of(bureau, yesterday)
    bureau.presses(zh("Confirm"), within=desk)
    bureau.reads(zh("To confirm: {count}", count=1))
    bureau.opens_form(zh("Return"), zh("Reason"), within=desk_of(bureau, today))
    bureau.chooses(zh("Reason"), shown(RETURN_TITLES[ReturnReason.NOT_SEEN]))
    bureau.types(zh("What is wrong?"), RETURNED_BECAUSE)
    bureau.presses(zh("Return to the township"))
    bureau.reads(zh("To confirm: {count}", count=0))


def desk_of(bureau: Person, day: date) -> Any:
    """The bordered box of one report."""
    boxes = bureau.page.locator('[data-testid="stVerticalBlock"]').filter(
        has=bureau.page.get_by_role("heading", name=re.compile(str(day)))
    )
    return boxes.last
