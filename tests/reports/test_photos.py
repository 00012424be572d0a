"""Photos: kept small and bare, compared where they say something, never in the figures' way."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from gis.language import Problem
from parcels.people.access import Refused
from parcels.people.actor import Actor, Role
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, STORED_FILE
from reports.daily import OFFICE_TIME
from reports.photos import Agreement, Photo, compared, photo_file, photos_of
from reports.photos.reading import photos_near_parcel
from reports.services.keep_photo import MOST_BYTES, drop_photo, keep_photo, taken_at
from reports.tables import PHOTO
from tests.builders import DAY, NOW, TOWNSHIP_A, County, person, working_county
from tests.reports.pictures import photo

ABOUT = "draft:7"


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def keep(here: County, content: bytes, name: str = "a.jpg", **how: object) -> int:
    wanted = {"project_id": here.project_id, "region": TOWNSHIP_A, "about": ABOUT, "now": NOW}
    actor = how.pop("actor", here.reporter_a)
    assert isinstance(actor, Actor)
    return keep_photo(here.store, actor, content, name, **(wanted | how))  # type: ignore[arg-type]


def kept(here: County, about: str = ABOUT) -> list[Photo]:
    return photos_of(here.store, here.reporter_a, here.project, about)


def test_a_photo_is_kept_small_and_without_any_metadata(here: County) -> None:
    content = photo(
        (3000, 2000), at=(114.0, 35.2), taken=datetime(2026, 3, 4, 9, 30, tzinfo=OFFICE_TIME)
    )
    number = keep(here, content, "C:\\fake\\现场.jpg")
    for is_small, most in ((False, 1600), (True, 320)):
        served = photo_file(here.store, here.reporter_a, number, is_small=is_small)
        image = Image.open(served)
        assert max(image.size) == most
        assert not image.getexif()
        assert b"SECRET-MAKER" not in served.read_bytes()
    [one] = kept(here)
    assert (one.file_name, one.width, one.height) == ("现场.jpg", 1600, 1067)
    assert one.taken_at == datetime(2026, 3, 4, 9, 30, tzinfo=OFFICE_TIME)
    assert (round(one.lon or 0, 5), round(one.lat or 0, 5)) == (114.0, 35.2)


def test_a_photo_taken_near_a_parcel_stands_on_its_map_with_where_it_looks(here: County) -> None:
    near, sent = (113.99, 35.19, 114.01, 35.21), {"about": "daily_report:1"}
    keep(here, photo(at=(114.0, 35.2), looks=225.5), **sent)
    keep(here, photo(at=(114.0, 35.3), looks=10.0, colour="#a57"), **sent)
    keep(here, photo(colour="#57a"), **sent)
    keep(here, photo(at=(114.0, 35.2), colour="#57b"))  # in a draft, which nobody else sees
    [one] = photos_near_parcel(here.store, here.reporter_a, here.project, 0, near)
    assert one.direction == 225.5
    assert photos_near_parcel(here.store, here.reporter_b, here.project, 0, near) == []


def test_a_photo_without_exif_says_nothing_and_contradicts_nothing(here: County) -> None:
    keep(here, photo())
    [one] = kept(here)
    assert (one.taken_at, one.lon, one.lat) == (None, None, None)
    found = compared(one, list(here.parcels().geometry), DAY)
    assert (found.place, found.time) == (Agreement.UNKNOWN, Agreement.UNKNOWN)
    assert not found.is_doubtful


@pytest.mark.parametrize(
    ("moved_m", "place"),
    [(0, Agreement.AGREES), (150, Agreement.AGREES), (500, Agreement.NEARBY),
     (1500, Agreement.DIFFERS)],
)  # fmt: skip
def test_a_place_is_compared_with_the_parcel(here: County, moved_m: int, place: Agreement) -> None:
    outline = here.parcels().loc["A1", "geometry"]
    middle = outline.centroid
    keep(here, photo(at=(middle.x, middle.y - moved_m / 111_000), taken=NOW.replace(tzinfo=None)))
    found = compared(kept(here)[0], [outline], DAY)
    assert found.place is place
    assert found.is_doubtful == (place is Agreement.DIFFERS)


@pytest.mark.parametrize(
    ("days", "time"),
    [(0, Agreement.AGREES), (-1, Agreement.NEARBY), (-9, Agreement.DIFFERS)],
)
def test_a_time_is_compared_with_the_day(here: County, days: int, time: Agreement) -> None:
    keep(here, photo(taken=datetime(2026, 3, 4, 10, tzinfo=OFFICE_TIME) + timedelta(days=days)))
    assert compared(kept(here)[0], [], DAY).time is time


def test_a_moment_with_an_offset_is_taken_by_it() -> None:
    assert taken_at("2026:03:04 01:00:00", "+00:00") == datetime(2026, 3, 4, 1, tzinfo=UTC)
    for nonsense in ("0000:00:00 00:00:00", "yesterday", "", "2026:13:40 99:00:00"):
        assert taken_at(nonsense, "") is None
    assert taken_at("2026:03:04 01:00:00", "east") is None


def bomb(width: int = 40_000, height: int = 40_000) -> bytes:
    """A PNG of a few bytes that claims 1.6 thousand million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + rows


def cut_off() -> bytes:
    return photo((900, 900), kind="PNG")[:200]


def no_picture() -> bytes:
    return b"<svg onload=alert(1)>" * 40


def a_gif() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (9, 9)).save(target, "GIF")
    return target.getvalue()


def heic() -> bytes:
    return b"\0\0\0\x18ftypheic" + b"\0" * 400


@pytest.mark.parametrize("make", [bomb, cut_off, no_picture, a_gif, heic])
def test_what_is_no_good_photo_is_refused_by_name_and_leaves_nothing(
    here: County, make: Callable[[], bytes]
) -> None:
    with here.store.reading() as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(AUDIT))
    with pytest.raises(Problem, match=r"odd\.jpg"):
        keep(here, make(), "odd.jpg")
    assert kept(here) == []
    with here.store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(AUDIT)) == before


def test_an_empty_and_an_oversized_file_are_refused_before_anything_opens_them(
    here: County,
) -> None:
    for content in (b"", b"x" * (MOST_BYTES + 1)):
        with pytest.raises(Problem):
            keep(here, content)


def test_a_picture_on_its_side_is_put_upright(here: County) -> None:
    image = Image.new("RGB", (400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif)
    keep(here, target.getvalue())
    [one] = kept(here)
    assert (one.width, one.height) == (200, 400)


def test_the_same_picture_of_the_same_thing_is_kept_once(here: County) -> None:
    assert keep(here, photo()) == keep(here, photo(), "again.jpg")
    assert len(kept(here)) == 1


def test_a_picture_that_showed_something_else_before_says_so(here: County) -> None:
    keep(here, photo(), about="daily_report:3")
    keep(here, photo(), now=NOW + timedelta(hours=1))
    assert kept(here)[0].seen_elsewhere == "daily_report:3"
    assert kept(here, "daily_report:3")[0].seen_elsewhere == ""


def test_another_townships_photo_is_neither_listed_nor_served_nor_attached(here: County) -> None:
    number = keep(here, photo(), about="daily_report:7")
    assert photos_of(here.store, here.reporter_b, here.project, ABOUT) == []
    with pytest.raises(Problem):
        photo_file(here.store, here.reporter_b, number, is_small=True)
    with pytest.raises(Refused):
        keep(here, photo(), actor=here.reporter_b)
    leader = person(here.store, "boss", Role.APPROVER)
    assert photo_file(here.store, leader, number, is_small=True).is_file()
    with pytest.raises(Refused):
        keep(here, photo(), actor=leader)


def test_a_photo_can_name_a_parcel_of_its_own_township_only(here: County) -> None:
    ids = here.parcels()["ledger_id"]
    keep(here, photo(), ledger_id=int(ids["A1"]))
    assert kept(here)[0].ledger_id == int(ids["A1"])
    with pytest.raises(Problem):
        keep(here, photo(colour="red"), ledger_id=int(ids["B1"]))


def test_a_photo_of_a_draft_can_be_taken_off_and_one_that_was_sent_cannot(here: County) -> None:
    drafted = keep(here, photo())
    sent = keep(here, photo(), about="daily_report:1")
    with pytest.raises(Problem):
        drop_photo(here.store, here.reporter_a, sent, about="daily_report:1", now=NOW)
    with pytest.raises(Refused):
        drop_photo(here.store, here.reporter_b, drafted, about=ABOUT, now=NOW)
    drop_photo(here.store, here.reporter_a, drafted, about=ABOUT, now=NOW)
    assert kept(here) == []
    with here.store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(PHOTO)) == 1
        assert connection.scalar(sa.select(sa.func.count()).select_from(STORED_FILE)) >= 2


def test_a_drafts_photo_is_its_townships_alone_until_the_report_is_sent(here: County) -> None:
    number = keep(here, photo())
    assert photo_file(here.store, here.reporter_a, number, is_small=True).is_file()
    with pytest.raises(Problem):
        photo_file(here.store, here.bureau, number, is_small=True)
    sent = keep(here, photo(), about="daily_report:7")
    assert photo_file(here.store, here.bureau, sent, is_small=True).is_file()
