"""The demo county from the air, before the works and after some of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from parcels.demo.imagery import AFTER_TAKEN_ON, BEFORE_TAKEN_ON
from parcels.imagery import Moment
from parcels.services.keep_imagery import cut_imagery, keep_imagery
from reports.demo.scene import Scene


def orthophotos(scene: Scene) -> None:
    """Register both images and cut them, side by side: each takes a child of its own."""
    bureau, now = scene.actors["bureau"], scene.now - timedelta(days=1)
    wanted = (
        (scene.files.before, "立项前正射影像（虚构）", Moment.BEFORE, BEFORE_TAKEN_ON),
        (scene.files.after, "复垦后正射影像（虚构）", Moment.AFTER, AFTER_TAKEN_ON),
    )
    ids = [
        keep_imagery(
            scene.store,
            bureau,
            scene.project.id,
            path,
            file_name=path.name,
            title=title,
            moment=moment,
            taken_on=taken_on,
            now=now,
        )
        for path, title, moment, taken_on in wanted
    ]
    with ThreadPoolExecutor(len(ids)) as pool:
        list(pool.map(lambda one: cut_imagery(scene.store, bureau, one, now=now), ids))


PART = orthophotos
