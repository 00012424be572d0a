"""Every address and page, with dead sessions and as strangers of every role: nothing leaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.browser.canary import CANARY, OURS_ASKED_FOR, STRANGERS, dead_sessions, plant
from tests.browser.choices import every_word
from tests.browser.doors import OPEN, addresses, door_of, every_route, opened
from tests.browser.running import Server, fill_with_the_demo_county, running
from tests.browser.wire import Answer, ask, enter_demo
from tests.prove.proof import Proof
from ui.pages import PAGES

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
ENDS_THE_SESSION = ("/account/sign-out",)


def prove(least: int, folder: Path) -> str:
    """Try every door and page; fail when that are fewer probes than ``least``."""
    place = folder / "var"
    fill_with_the_demo_county(place)
    plant(place)
    with running(place) as server, ThreadPoolExecutor(4) as pool:
        shut = list(pool.map(lambda one: _dead(server, *one), _dead_probes(server)))
        keys = {name: enter_demo(server.address, name) for name in STRANGERS}
        theirs = [
            said
            for place, cookies in enumerate(keys.values())
            for said in pool.map(partial(_other, server, cookies), _probes(is_whole=not place))
        ]
        seen = [said for name in STRANGERS for said in _pages(server, name, keys[name])]
    probes = len(shut) + len(theirs) + len(seen)
    wrong = [said for said in (*shut, *theirs, *seen) if said and not said.isdigit()]
    assert not wrong, wrong[:5]
    assert probes >= least, f"only {probes} probes"
    answers = Counter(theirs)
    assert answers["200"] >= 20, "some of it is theirs"
    return (
        f"{probes:,} probes ({len(shut):,} with a session that is none, ended, expired or "
        f"invented; {len(theirs):,} addresses and {len(seen):,} pages with their tabs, choices and "
        f"switches as {len(STRANGERS)} strangers: reporter, leader and village of another "
        "township, every office of another county): 0 opened, 0 words of the other township"
    )


def _pages(server: Server, name: str, cookies: Mapping[str, str]) -> Iterator[str]:
    """Open every page and take every choice that it offers."""
    for page in PAGES:
        for choice, received in every_word(server.address, cookies, page.slug, OURS_ASKED_FOR):
            is_silent = CANARY.encode() not in received
            yield "200" if is_silent else f"{name} {page.slug} {choice}: the canary sings"


def _probes(*, is_whole: bool) -> Iterator[tuple[str, str]]:
    """Give every address with every method, or as it is asked for."""
    for path in every_route():
        for address in addresses(path):
            for method in METHODS if is_whole else METHODS[:1]:
                yield method, address


def _dead_probes(server: Server) -> Iterator[tuple[str, Mapping[str, str], str, str, bool]]:
    for which, cookies in dead_sessions(server).items():
        for path in every_route():
            for address in addresses(path):
                for method in METHODS:
                    yield which, cookies, method, address, door_of(path) == OPEN


def _dead(
    server: Server, which: str, cookies: Mapping[str, str], method: str, address: str, is_open: bool
) -> str:
    answer = ask(server.address, address, method=method, cookies=cookies)
    if not is_open and CANARY in opened(answer.body):  # the demo's sign-in offers names by intent
        return f"{which} {method} {address}: the canary sings"
    is_shut = answer.status == 401 and answer.body in (b"", b"sign in first")
    return "" if is_open or is_shut else f"{which} {method} {address}: {answer.status}"


def _other(server: Server, mine: Mapping[str, str], probe: tuple[str, str]) -> str:
    method, address = probe
    if address in ENDS_THE_SESSION:
        return ""
    answer: Answer = ask(server.address, address, method=method, cookies=mine)
    # a form too old is answered with the sign-in page, where the demo offers names by intent
    if not address.startswith("/account/") and CANARY in opened(answer.body):
        return f"{method} {address}: the canary sings"
    return str(answer.status) if answer.status < 500 else f"{method} {address}: {answer.status}"


PROOF = Proof("leaks", "Every door, tried with every key", prove, quick=0, long=14_000)
