"""What townships, bureau and inspectors do with a day, done by clicks on the demo county."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from parcels.store.engine import open_store
from parcels.workflow import STEP_TITLES, Step
from reports.acceptance.inspection import GROUND_TITLES, Ground
from reports.daily import OFFICE_TIME, ZERO_TITLES, ZeroReason
from reports.publication.check_code import shown as grouped
from reports.supervision.notice import NOTICE_STATES, NoticeState
from reports.tables import DAILY_REPORT, NOTICE, PHOTO, SNAPSHOT
from tests.browser.chromium import PHONE
from tests.browser.clicks import Person, shown, zh
from tests.browser.running import Server
from tests.reports.pictures import photo

Shot = Callable[[Any, str], None]
OpenPage = Callable[..., Any]
# a browser has no clipboard where a page comes by http from another machine
WITHOUT_HTTPS = "Object.defineProperty(Navigator.prototype, 'clipboard', {value: undefined});"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def rows(demo: Server, wanted: sa.Select) -> list[Any]:
    """Ask the running county's own store."""
    store = open_store(demo.folder)
    try:
        with store.reading() as connection:
            return list(connection.execute(wanted).all())
    finally:
        store.engine.dispose()


def today() -> date:
    return datetime.now(OFFICE_TIME).date()


def takes_the_receipt(phone: Person) -> str:
    """Read the number of the report that has just arrived."""
    told = phone.page.get_by_role("dialog").locator(".receipt b")
    told.wait_for()
    number = str(told.inner_text())
    phone.settles()
    phone.presses(zh("Good"))
    phone.page.get_by_role("dialog").wait_for(state="hidden")
    return number


def parcels_in_sight(phone: Person) -> Any:
    label = zh("Which parcels? Tap each; tap again to take it out.")
    group = phone.page.get_by_test_id("stButtonGroup").filter(has_text=label)
    return group.get_by_role("button")


def test_a_day_without_progress_is_one_tap_and_one_with_work_two(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    phone = Person(open_page(**PHONE), demo.address)
    phone.enters_demo("town2")
    last = f"{zh('Last report {day}: {work}', day='', work='').split(' ')[0]}"
    assert last in phone.main(), "the form starts from the report before"
    phone.unfolds(zh("No progress today"))
    phone.presses(shown(ZERO_TITLES[ZeroReason.RAIN]))  # the one tap
    zero = takes_the_receipt(phone)
    phone.reads(zh("No progress: {reason}", reason=shown(ZERO_TITLES[ZeroReason.RAIN])))
    shot(phone.page, "loop-phone-zero")

    phone.presses(zh("Withdraw and report again"))
    phone.picks(shown(STEP_TITLES[Step.DEMOLISHED]))
    words = parcels_in_sight(phone).first.inner_text()
    parcels_in_sight(phone).first.tap()  # one
    phone.settles()
    phone.reads(zh("In this report: {count} entries, {mu} mu", count=1, mu="").split("，")[0])
    help_wanted = f"{today()} 需协调渣土消纳场地。"
    phone.types(zh("Help wanted"), help_wanted)
    phone.presses(zh("Send the report of {day}", day=today()))  # two
    work = takes_the_receipt(phone)
    assert work != zero
    assert words.partition(" ")[0] in phone.main()
    shot(phone.page, "loop-phone-sent")
    states = rows(
        demo,
        sa.select(DAILY_REPORT.c.receipt_no, DAILY_REPORT.c.state, DAILY_REPORT.c.zero_reason)
        .where(DAILY_REPORT.c.receipt_no.in_([zero, work]))
        .order_by(DAILY_REPORT.c.id),
    )
    assert [tuple(one) for one in states] == [(zero, "withdrawn", "rain"), (work, "filed", "")]
    help_is_answered_and_found_by_all(demo, open_page, phone, help_wanted, shot)


def help_is_answered_and_found_by_all(
    demo: Server, open_page: OpenPage, phone: Person, question: str, shot: Shot
) -> None:
    bureau = Person(open_page(), demo.address)
    bureau.enters_demo("bureau")
    bureau.opens("guidance")
    box = bureau.page.get_by_test_id("stVerticalBlock").filter(has_text=question).last
    bureau.opens_form(zh("Answer"), zh("Answer"), within=box)
    words = bureau.page.get_by_role("textbox", name=zh("Answer"), exact=True)
    words.fill("渣土运至城北消纳场，运单由局里统一开具。")
    bureau.types(zh("Topic on the list"), "渣土消纳")
    bureau.presses(zh("Send the answer"))
    bureau.reads(zh("The answer is sent."))
    phone.page.reload()
    phone.settles()
    phone.reads(zh("Answers to your calls: {count}", count=1))

    other = Person(open_page(**PHONE), demo.address)
    other.enters_demo("town1")
    other.opens("guidance")
    assert question not in other.main(), "a question stays with the township that asked it"
    other.types(zh("Search"), "消纳场")
    other.reads("运单由局里统一开具")
    assert zh("Start-up money") not in other.main()
    shot(other.page, "loop-phone-answers")


def test_a_returned_report_is_mended_and_sent_again(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    newest = sa.select(sa.func.max(DAILY_REPORT.c.day)).where(DAILY_REPORT.c.state == "returned")
    [[day]] = rows(demo, newest)
    phone = Person(open_page(**PHONE), demo.address)
    phone.enters_demo("town5")
    mend = zh("Mend the report of {day} and send it again", day=day)
    phone.presses(mend)
    phone.reads(zh("In this report: {count} entries, {mu} mu", count="", mu="").split(" ")[0])
    phone.types(zh("Problems"), "已按退回意见现场复核并重新丈量。")
    phone.presses(zh("Send the report of {day}", day=day))
    lower = re.escape(zh("Lower these {count} claims to their ceilings", count="@"))
    later = phone.page.get_by_role("button", name=re.compile(lower.replace("@", r"\d+")))
    later.wait_for()  # what it claims was claimed by later reports
    later.scroll_into_view_if_needed()
    shot(phone.page, "loop-phone-too-much")
    later.tap()
    phone.settles()
    assert later.count() == 0
    phone.unfolds(zh("No progress today"))  # all of it was claimed since: nothing is left of it
    phone.presses(shown(ZERO_TITLES[ZeroReason.OTHER]))
    number = takes_the_receipt(phone)
    shot(phone.page, "loop-phone-mended")
    assert phone.page.get_by_role("button", name=mend).count() == 0, "answered, it stands no more"

    bureau = Person(open_page(), demo.address)
    bureau.enters_demo("bureau")
    bureau.opens("confirm")
    bureau.reads(zh("To confirm: {count}", count="").split("：")[0])
    [[state, is_late]] = rows(
        demo,
        sa.select(DAILY_REPORT.c.state, DAILY_REPORT.c.is_late).where(
            DAILY_REPORT.c.receipt_no == number
        ),
    )
    assert (state, is_late) == ("filed", True)


def test_a_notice_is_answered_with_a_document_that_the_inspector_opens(
    demo: Server, open_page: OpenPage, shot: Shot, tmp_path: Path
) -> None:
    wanted = sa.select(NOTICE.c.id, NOTICE.c.township_code).where(NOTICE.c.state == "open")
    number, township = next((i, t) for i, t in rows(demo, wanted) if t.endswith("104"))
    phone = Person(open_page(**PHONE), demo.address)
    phone.enters_demo(f"town{township[-1]}")
    phone.opens("supervision")
    phone.opens_form(zh("Reply"), zh("Progress and cause"))
    plan = tmp_path / "整改方案.pdf"
    plan.write_bytes(PDF)
    phone.uploads(plan)
    phone.reads(zh("{file} is attached.", file=plan.name))
    phone.opens_form(zh("Reply"), zh("Progress and cause"))
    phone.types(zh("Progress and cause"), "漏报系网络故障，已补报。")
    phone.types(zh("Measures"), "明确专人每日十六时前上报。")
    shot(phone.page, "loop-phone-reply")
    phone.page.get_by_role("button", name=zh("Reply"), exact=True).filter(visible=True).last.click()
    phone.settles()
    phone.reads(shown(NOTICE_STATES[NoticeState.REPLIED]))

    inspector = Person(open_page(), demo.address)
    inspector.enters_demo("inspector")
    inspector.opens("supervision")
    for fold in inspector.page.locator("details").filter(has_text=zh("What has happened")).all():
        fold.locator("summary").click()
    link = inspector.page.get_by_role("link", name=plan.name)
    link.wait_for()
    answer = inspector.page.request.get(f"{demo.address}{link.get_attribute('href')}")
    assert answer.body() == PDF
    assert "明确专人每日十六时前上报。" in inspector.main()
    [[state]] = rows(demo, sa.select(NOTICE.c.state).where(NOTICE.c.id == number))
    assert state == "replied"


def test_a_visit_on_site_goes_on_where_another_phone_left_it(
    demo: Server, open_page: OpenPage, shot: Shot, tmp_path: Path
) -> None:
    first = Person(open_page(**PHONE), demo.address)
    first.enters_demo("inspector")
    first.opens("acceptance")
    first.unfolds(zh("Begin an inspection on site"))
    first.presses(zh("Begin"))
    first.page.get_by_role("radio", name=zh("Not accepted"), exact=True).click()
    first.settles()
    first.types(zh("What to mend"), "南侧墙基未清，三日内清完。")
    first.reads(zh("What you fill in is saved; you can go on with this visit on any device."))
    first.page.close()

    second = Person(open_page(**PHONE), demo.address)
    second.enters_demo("inspector")
    second.opens("acceptance")
    mend = second.page.get_by_label(zh("What to mend"), exact=True)
    assert mend.input_value() == "南侧墙基未清，三日内清完。"
    rubble = shown(GROUND_TITLES[Ground.RUBBLE])
    second.adds(zh("Ground of refusal"), rubble)
    shot(second.page, "loop-phone-visit")
    (tmp_path / "rubble.jpg").write_bytes(photo())
    second.uploads(tmp_path / "rubble.jpg")
    about = sa.select(PHOTO.c.ledger_id).where(PHOTO.c.file_name == "rubble.jpg")
    [[photographed]] = rows(demo, about.where(PHOTO.c.about.startswith("acceptance:")))
    assert photographed, "the photo is of this parcel, not of the visit alone"
    second.presses(zh("Keep this result"))
    second.reads(zh("{parcel} is kept.", parcel="@").split("@")[1])
    second.presses(zh("End the inspection"))
    second.reads("南侧墙基未清，三日内清完。")
    assert rubble in second.main()
    shot(second.page, "loop-phone-to-mend")


def test_holidays_are_pasted_and_no_report_is_expected_then(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    bureau = Person(open_page(), demo.address)
    bureau.enters_demo("bureau")
    bureau.opens("calendar")
    first = today() + timedelta(days=20)
    label = zh("Holidays and working weekends, pasted from the notice or from Excel")
    bureau.types(label, f"{first} 至 {first + timedelta(days=1)} 测试节 休\n胡言乱语")
    bureau.presses(zh("Take the list over"))
    bureau.reads(zh("{count} days kept, {rejected} lines not understood.", count=2, rejected=1))
    bureau.page.reload()
    bureau.settles()
    for day in (first, first + timedelta(days=1)):
        bureau.reads(str(day))
    shot(bureau.page, "loop-calendar")


def the_bulletin_is_copied(leader: Person) -> None:
    """Press Streamlit's own button and paste elsewhere, as into a chat group."""
    leader.unfolds(zh("Bulletin of the day, to copy into a chat group"))
    text = leader.page.get_by_test_id("stCode").filter(visible=True)
    text.hover()
    text.locator("button").click()
    leader.page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('textarea'), {id: 'chat'}))"
    )
    leader.page.focus("#chat")
    leader.page.keyboard.press("Control+V")
    pasted = leader.page.input_value("#chat")
    assert zh("Internal material, not approved for publication") in pasted
    assert pasted.strip() == text.inner_text().strip()


def test_a_check_code_typed_in_shows_its_figure_down_to_parcels(
    demo: Server, open_page: OpenPage, shot: Shot
) -> None:
    [[code]] = rows(demo, sa.select(SNAPSHOT.c.code).where(SNAPSHOT.c.kind == "week").limit(1))
    leader = Person(open_page(), demo.address)
    leader.page.add_init_script(WITHOUT_HTTPS)
    leader.enters_demo("leader")
    the_bulletin_is_copied(leader)
    leader.opens("publish")
    leader.types(zh("Check code on a document"), grouped(code).lower())
    leader.reads(zh("Where the figures come from"))
    leader.reads(zh("the frozen figure"))
    assert re.search(r"\d+\.\d\d", leader.main())
    shot(leader.page, "loop-derivation")
    leader.types(zh("Check code on a document"), "0000-0000")
    leader.reads(zh("No check code holds “{sign}”; look at the document again.", sign="0"))
    assert zh("Where the figures come from") not in leader.main()
