"""What a browser keeps: never shown to the next person at it, never after it has changed."""

from __future__ import annotations

from datetime import datetime

import pytest
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from gis.language import CHINESE, ENGLISH, speaking
from gis.tiles import to_mercator
from parcels.people.actor import Actor
from parcels.people.sessions import Session
from parcels.services.withdraw_parcel import restore_parcel, withdraw_parcel
from parcels.store.engine import Store
from reports.daily import OFFICE_TIME
from reports.services.keep_photo import keep_photo
from tests.builders import NOW, TOWNSHIP_A, County, working_county
from tests.reports.pictures import photo
from tests.ui.test_assets import Answer, ask
from ui import office
from ui.routes import day_map, photos, tiles

ROUTES = Starlette(routes=[*photos.ROUTES, *day_map.ROUTES, *tiles.ROUTES])


@pytest.fixture
def county(store: Store, monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setattr(office, "store", lambda: store)
    return working_county(store)


def session_of(actor: Actor, language: str = CHINESE) -> Session:
    return Session(1, actor, "csrf", language, must_change_password=False, is_demo=False)


def asked(session: Session, path: str, **headers: str) -> Answer:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await ROUTES({**scope, "tracker_session": session}, receive, send)

    return ask(app, path, **headers)


def test_a_photo_is_asked_for_anew_by_whoever_sits_there_next(county: County) -> None:
    taken = datetime(2026, 3, 4, 9, 30, tzinfo=OFFICE_TIME)
    number = keep_photo(
        county.store, county.reporter_a, photo((320, 200), at=(114.0, 35.2), taken=taken), "a.jpg",
        project_id=county.project_id, region=TOWNSHIP_A, about="draft:1", now=NOW,
    )  # fmt: skip
    mine, next_one = session_of(county.reporter_a), session_of(county.reporter_b)
    for path in (f"/files/photo/{number}", f"/files/photo/{number}/small"):
        seen = asked(mine, path)
        assert (seen.status, seen.headers["cache-control"]) == (200, "private, no-cache")
        assert seen.headers["content-type"] == "image/jpeg"
        tag = seen.headers["etag"]
        again = asked(mine, path, if_none_match=f'"other", W/{tag}')
        assert (again.status, again.body) == (304, b"")
        assert asked(mine, path, if_none_match='"other"').body == seen.body
        assert asked(next_one, path, if_none_match=tag).status == 404


def test_each_language_of_the_map_of_days_is_kept_under_its_own_address(county: County) -> None:
    def about(language: str) -> tuple[str, Answer]:
        session = session_of(county.bureau, language)
        with speaking(language):
            root = day_map.days_address(session, county.project, county.project.region)
        return root, asked(session, f"/{root}/about.json")

    chinese, english = about(CHINESE), about(ENGLISH)
    assert chinese[0] != english[0]
    assert (chinese[1].status, english[1].status) == (200, 200)
    assert chinese[1].body != english[1].body
    # whatever the session speaks by now, an address says what it said before
    late = asked(session_of(county.bureau, ENGLISH), f"/{chinese[0]}/about.json")
    assert late.body == chinese[1].body
    unknown = chinese[0].replace(f"/{CHINESE}/", "/tlh/")
    assert asked(session_of(county.bureau), f"/{unknown}/about.json").status == 404


def test_a_withdrawal_is_in_the_next_address_of_a_checks_tiles(county: County) -> None:
    parcel = county.parcels().loc["A1"]
    ledger_id, check_id = int(parcel["ledger_id"]), county.project.adopted_check_id
    assert check_id is not None
    side = 2 * 20_037_508.342789244 / 2**16
    east, north = to_mercator(*parcel.geometry.centroid.coords[0])
    x, y = int(east / side + 2**15), int(2**15 - north / side)

    def tile() -> tuple[str, bytes]:
        address = tiles.check_address(session_of(county.bureau), county.project, check_id)
        seen = asked(session_of(county.bureau), f"/{address.format(z=16, x=x, y=y)}")
        assert seen.status == 200
        return address, seen.body

    before = tile()
    assert tile() == before
    withdraw_parcel(county.store, county.bureau, ledger_id, reason="核减", now=NOW)
    without = tile()
    restore_parcel(county.store, county.bureau, ledger_id, reason="恢复", now=NOW)
    back = tile()
    assert len({before[0], without[0], back[0]}) == 3
    assert before[1] == back[1] != without[1]
