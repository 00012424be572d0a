"""The demo county's layers, written once a run."""

from __future__ import annotations

import pytest

from parcels.demo import DemoFiles
from tests.made_once import the_demo_files


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return the_demo_files(tmp_path_factory)
