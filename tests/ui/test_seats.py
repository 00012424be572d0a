"""Pages are made a few at a time: who has begun goes first, who comes is told."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gis.language import Problem
from ui.shell.seats import Seats


def test_no_more_pages_than_seats_are_made_at_once() -> None:
    seats, counted, now, most = Seats(3, 2), threading.Lock(), [0], [0]

    def runs(newcomer: bool) -> None:
        with seats.taken(newcomer=newcomer, in_line=lambda: None):
            with counted:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.005)
            with counted:
                now[0] -= 1

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(runs, [False, True] * 20))
    assert (most[0], now[0]) == (3, 0)


def test_whoever_has_begun_passes_a_crowd_of_newcomers() -> None:
    seats, over = Seats(3, 2), threading.Event()
    order: list[str] = []

    def comes() -> None:
        with seats.taken(newcomer=True, in_line=lambda: None):
            over.wait(10)
            order.append("newcomer")

    with ThreadPoolExecutor(8) as pool:
        for _one in range(8):
            pool.submit(comes)
        with seats.taken(newcomer=False, in_line=lambda: None):
            order.append("begun")
        over.set()
    assert order == ["begun", *["newcomer"] * 8]


def test_a_newcomer_is_told_of_the_line_and_refused_in_words_after_that() -> None:
    seats, told = Seats(2, 1, say_so_after_s=0.01, patience_s=0.05), []
    with (
        seats.taken(newcomer=True, in_line=lambda: None),
        pytest.raises(Problem, match="一分钟后"),
        seats.taken(newcomer=True, in_line=lambda: told.append(1)),
    ):
        pass
    assert told == [1]
    with seats.taken(newcomer=True, in_line=lambda: told.append(2)):
        assert told == [1], "the seat is free again and nobody has to wait"


def test_who_has_begun_waits_for_as_long_as_it_takes() -> None:
    seats, told = Seats(1, 1, say_so_after_s=0.01, patience_s=0.02), []

    def goes_on() -> None:
        with seats.taken(newcomer=False, in_line=lambda: told.append(1)):
            told.append(2)

    with ThreadPoolExecutor(1) as pool:
        with seats.taken(newcomer=True, in_line=lambda: None):
            going = pool.submit(goes_on)
            time.sleep(0.2)
            assert told == [1]
        going.result(5)
    assert told == [1, 2]


def test_a_page_that_fails_leaves_its_seat() -> None:
    seats = Seats(1, 1, say_so_after_s=0.01, patience_s=0.02)
    with pytest.raises(ZeroDivisionError), seats.taken(newcomer=True, in_line=lambda: None):
        raise ZeroDivisionError
    with seats.taken(newcomer=True, in_line=lambda: pytest.fail("the seat is still held")):
        pass
