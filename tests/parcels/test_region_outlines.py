"""Boundaries as maps ask for them, where none was imported too."""

from __future__ import annotations

from parcels.regions import Level
from parcels.register import region_outlines
from parcels.store.engine import Store
from tests.builders import COUNTY, county


def test_a_level_without_any_outline_still_has_codes_that_can_be_asked(store: Store) -> None:
    """An office may have imported no boundary of its villages; its maps ask for them anyway."""
    here = county(store)
    regions = region_outlines(here.store, COUNTY, Level.VILLAGE)
    assert regions[regions["code"].str.startswith(COUNTY)].empty
