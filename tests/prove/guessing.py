"""Before the cut-off somebody guesses, sprays and fails for every township: all still sign in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa

from parcels.services.sign_in import ADDRESS_FAILURES_ALLOWED, FAILURES_ALLOWED
from parcels.store.engine import open_store
from parcels.store.tables import AUDIT
from tests.prove.client import sign_in
from tests.prove.county import PASSWORD, found_county
from tests.prove.forked import nursery
from tests.prove.proof import Proof

GUESSES = 8  # of each name, from one address
ATTACKER, SPRAYER = "127.0.66.1", "127.0.66.2"


def prove(townships: int, folder: Path) -> str:
    """Attack that many townships' accounts, then let all of them sign in from their own offices."""
    store = open_store(folder / "var")
    towns = found_county(store, townships=townships, parcels=1).towns
    sprayed = max(townships * 2, ADDRESS_FAILURES_ALLOWED + 40 if townships >= 30 else 0)
    names = [f"nobody{place}" for place in range(sprayed)]
    with nursery().running(folder / "var") as server, ThreadPoolExecutor(8) as pool:

        def fails(source: str, name: str, guess: str) -> bool:
            try:
                sign_in(server.address, name, guess, source=source)
            except PermissionError:
                return True
            return False

        tries = [(ATTACKER, name, f"guess-{turn}") for turn in range(GUESSES) for name in towns]
        tries += [(SPRAYER, name, "Chuntian-2026") for name in names]
        # a right guess that comes after too many wrong ones opens nothing either
        tries += [(ATTACKER, name, PASSWORD) for name in towns]
        assert all(pool.map(lambda one: fails(*one), tries)), "a guess came through"
        offices = [f"127.0.1.{place + 1}" for place in range(townships)]
        entered = pool.map(
            lambda pair: sign_in(server.address, pair[0], PASSWORD, source=pair[1]),
            zip(towns, offices, strict=True),
        )
        assert len(list(entered)) == townships
    with store.reading() as connection:
        rows = connection.execute(sa.select(AUDIT.c.person, AUDIT.c.address, AUDIT.c.action)).all()
    store.engine.dispose()
    _require_limits([(row.person, row.address) for row in rows if row.action == "sign_in_refused"])
    throttled = sum(row.action == "sign_in_throttled" for row in rows)
    assert throttled
    return (
        f"{len(tries)} guesses for {townships} townships and {sprayed} other names from two "
        f"addresses: none of a name tested more than {FAILURES_ALLOWED} times, none of an address "
        f"more than {ADDRESS_FAILURES_ALLOWED}; then {townships} of {townships} signed in"
    )


def _require_limits(tested: Sequence[tuple[str, str]]) -> None:
    pairs, addresses = Counter(tested), Counter(address for _name, address in tested)
    assert tested, "nothing was tested at all"
    assert max(pairs.values()) <= FAILURES_ALLOWED, pairs.most_common(3)
    assert max(addresses.values()) <= ADDRESS_FAILURES_ALLOWED, addresses


PROOF = Proof(
    "guessing", "Guessing and spraying before the cut-off", prove, quick=3, long=30, on_postgres=30
)
