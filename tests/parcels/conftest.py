"""The demo county's layers, written once a session, without the images that take seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcels.demo import DemoFiles, write_demo


def _no_images(before: Path, after: Path, _county: object) -> None:
    before.touch()
    after.touch()


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parcels.demo.write_images", _no_images)
        return write_demo(tmp_path_factory.mktemp("demo-layers"))
