"""Every page for every role, in both languages, on a wide screen and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gis.language import CHINESE, ENGLISH, LANGUAGES
from parcels.people.access import may
from parcels.people.actor import Actor, Role
from tests.browser.chromium import PHONE
from tests.browser.clicks import EXCEPTION, Person, shown, zh
from tests.browser.maps import DAYS, Map
from tests.browser.running import Server
from tests.browser.wire import SESSION, sign_out
from ui.pages import PAGES
from ui.pages.page import Figures

ACCOUNTS = {
    "bureau": Role.BUREAU_CLERK,
    "inspector": Role.INSPECTOR,
    "leader": Role.APPROVER,
    "reviewer": Role.FIGURE_REVIEWER,
    "admin": Role.ADMINISTRATOR,
    "town5": Role.TOWNSHIP_REPORTER,
    "head1": Role.TOWNSHIP_LEADER,
}
# The same page looks the same to every county reader: one of them is enough on the phone.
ON_THE_PHONE = ("bureau", "admin", "town5")
IN_ENGLISH = ("bureau", "admin", "town5")
FAILED = {CHINESE: "页面出现故障", ENGLISH: "This page failed"}
NO_WIDER = "document.documentElement.scrollWidth <= window.innerWidth"


def pages_of(role: Role) -> list[Any]:
    actor = Actor(1, "x", "x", role, "999901", "test")
    return [page for page in PAGES if may(actor, page.action)]


def test_every_role_has_somebody_who_opens_its_pages() -> None:
    assert set(ACCOUNTS.values()) == set(Role)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_role_opens_all_its_pages_and_no_other(
    demo: Server, open_page: Callable[..., Any], shot: Callable[[Any, str], None], name: str
) -> None:
    role = ACCOUNTS[name]
    person = Person(open_page(), demo.address)
    person.enters_demo(name)
    mine = pages_of(role)
    links = person.page.locator('[data-testid="stSidebarNavLink"]')
    slugs = [link.get_attribute("href").rsplit("/", 1)[-1] for link in links.all()]
    assert slugs == [page.slug for page in mine]
    for code in LANGUAGES if name in IN_ENGLISH else (CHINESE,):
        if code != CHINESE:
            _speak(person, code)
        for page in mine:
            person.opens(page.slug)
            _is_well(person, page, code)
            shot(person.page, f"1280-{code}-{name}-{page.slug}")


@pytest.mark.parametrize("name", ON_THE_PHONE)
def test_a_role_opens_its_pages_on_a_phone(
    demo: Server, open_page: Callable[..., Any], shot: Callable[[Any, str], None], name: str
) -> None:
    person = Person(open_page(**PHONE), demo.address)
    person.enters_demo(name)
    for code in LANGUAGES if name == "town5" else (CHINESE,):  # English is looked at wide
        if code != CHINESE:
            _speak(person, code)
        for page in pages_of(ACCOUNTS[name]):
            person.page.goto(f"{demo.address}/{page.slug}")
            person.settles()
            _is_well(person, page, code)
            assert person.page.evaluate(NO_WIDER), "nothing is wider than the screen"
            shot(person.page, f"390-{code}-{name}-{page.slug}")


def test_an_address_leads_to_its_page_and_back_to_the_one_before(demo: Server, page: Any) -> None:
    person = Person(page, demo.address)
    person.enters_demo("bureau")
    titles = {one.slug: shown(one.title) for one in PAGES}
    page.goto(f"{demo.address}/weekly")
    page.get_by_role("heading", level=1, name=titles["weekly"]).wait_for()
    person.settles()
    person.opens("overview")
    page.get_by_role("heading", level=1, name=titles["overview"]).wait_for()
    page.go_back()
    page.get_by_role("heading", level=1, name=titles["weekly"]).wait_for()
    person.settles()


def test_a_deep_address_survives_signing_in(demo: Server, page: Any) -> None:
    page.goto(f"{demo.address}/overview")
    page.wait_for_url("**/account/sign-in?back=/overview")
    assert page.locator('input[name="back"]').get_attribute("value") == "/overview"


def test_a_page_whose_session_has_ended_says_so_and_leads_to_sign_in(
    demo: Server, page: Any, shot: Callable[[Any, str], None]
) -> None:
    person = Person(page, demo.address)
    person.enters_demo("leader")
    kept = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    sign_out(demo.address, {SESSION: kept[SESSION]})
    page.locator('[data-testid="stSidebarNavLink"][href$="/weekly"]').click()
    person.reads(zh("Your session has ended"))
    assert zh("What you had sent is kept; what was not sent yet has to be entered again.") in (
        person.main()
    )
    shot(page, "session-ended")
    page.get_by_role("link", name=zh("Sign in again")).click()
    page.wait_for_url("**/account/sign-in*")
    shot(page, "sign-in")


def _speak(person: Person, code: str) -> None:
    """Choose a language as people do: on the page of one's account."""
    person.page.goto(f"{person.address}/account/me")
    person.page.click(f'button[name="language"][value="{code}"]')
    person.settles()


def _is_well(person: Person, page: Any, code: str) -> None:
    title = shown(page.title, code)
    person.page.get_by_role("heading", level=1, name=title, exact=True).wait_for()
    words = person.main()
    assert FAILED[code] not in words
    assert person.page.locator(EXCEPTION).count() == 0
    if page.figures is Figures.WORKING:
        assert person.page.locator(".calibre.working").count() == 1, "working figures are marked"
    if page.slug == "map":
        drawn = Map(person, DAYS)  # a picture without its parcels shows nothing
        drawn.frame.locator(".days-card").first.wait_for()
    if code == ENGLISH:
        return
    assert "None" not in words
    assert "nan" not in words
