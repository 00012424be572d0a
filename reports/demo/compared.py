"""The layer that waits, compared with the one in force: last, as other parts would outdate it."""

from __future__ import annotations

from parcels.register import checks
from parcels.services.compare_versions import compare_versions
from reports.demo.scene import Scene


def compared(scene: Scene) -> None:
    """Keep what the newest check would change."""
    bureau = scene.actors["bureau"]
    newest = checks(scene.store, bureau, scene.project)[0]["id"]
    compare_versions(scene.store, bureau, newest, now=scene.now)


PART = compared
