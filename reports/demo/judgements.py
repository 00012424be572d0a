"""What a judge read from the images: explained, confirmed, sent back; inputs corrected."""

from __future__ import annotations

from datetime import timedelta

import geopandas as gpd
from shapely.geometry import box

from parcels.evidence.ground import Ground
from parcels.heavy import find_remedies
from parcels.imagery import Moment
from parcels.judgement.queue import queue
from parcels.judgement.vocabulary import Input, Shows
from parcels.rules.verdicts import Verdict
from parcels.services.correct_inputs import correct_input
from parcels.services.jobs import submit_job
from parcels.services.record_judgement import record_judgement, second_word
from parcels.worker import Worker
from reports.demo.scene import Scene

READINGS = (
    ((Shows.BUILT, Shows.HARDENED), (Shows.LEVELLED,), "院落大、房屋少，占比不足属实，建议裁切。"),
    ((Shows.BUILT,), (Shows.ARABLE,), "影像显示房屋已拆除复垦，面积以实测为准。"),
    ((Shows.HARDENED,), (Shows.RUBBLE,), "晒场为主，附属房已塌，瓦砾未清。"),
    ((Shows.BUILT, Shows.EARTH_HEAPED), (Shows.UNFINISHED,), "拆除未尽，北侧厢房仍在。"),
    ((Shows.NOTHING_TOLD,), (), "树冠遮挡，需现场复核。"),
)
JUDGED = 15


def judged_by_imagery(scene: Scene) -> None:
    """Judge the first of the queue, let the inspector look at some, correct two inputs."""
    store, project = scene.store, scene.project
    bureau, inspector = scene.actors["bureau"], scene.actors["inspector"]
    ground = Ground(store, bureau, project)
    images = ground.images
    order = queue(ground.parcels, set())
    at = scene.now - timedelta(hours=20)
    for place, index in enumerate(order[:JUDGED]):
        before, after, words = READINGS[place % len(READINGS)]
        key = record_judgement(
            store, bureau, project.id, int(ground.parcels.loc[index, "id"]),
            before_shows=before, after_shows=after, explanation=words,
            before_id=images[Moment.BEFORE].id,
            after_id=images[Moment.AFTER].id if after else None, now=at,
        )  # fmt: skip
        if place % 5 < 2:
            second_word(
                store,
                inspector,
                "judgement",
                key,
                agrees=True,
                words="",
                now=at + timedelta(hours=2),
            )
        elif place == 4:
            second_word(
                store, inspector, "judgement", key, agrees=False, now=at + timedelta(hours=2),
                words="整治后影像可辨，请补充研判。",
            )  # fmt: skip
    _correct(scene, ground, order)
    submit_job(
        store, bureau, find_remedies.KIND, project_id=project.id, region=project.region,
        wanted={"margin": "0", "check_id": project.adopted_check_id}, now=scene.now,
    )  # fmt: skip
    worker = Worker(store, clock=lambda: scene.now)
    worker.run_next()
    worker.close()


def _correct(scene: Scene, ground: Ground, order: list[int]) -> None:
    """Add a house that the reader overlooked, and mend a figure of new arable."""
    bureau, now = scene.actors["bureau"], scene.now - timedelta(hours=3)
    parcels = ground.parcels.loc[order]
    failing = parcels[parcels["structure_verdict"] == Verdict.FAIL]
    lacking = failing.iloc[0]
    middle = lacking.geometry.representative_point()
    house = gpd.GeoSeries([box(middle.x - 8e-5, middle.y - 5e-5, middle.x + 8e-5, middle.y + 5e-5)])
    correct_input(
        scene.store, bureau, scene.project.id, int(lacking["id"]), Input.STRUCTURES,
        {"removed": [], "added": [{"wkt_lonlat": house.iloc[0].wkt, "class": "房屋"}]},
        reason="整治前影像上有一处瓦房，解译时漏绘。", now=now,
    )  # fmt: skip
    short = parcels[(parcels["new_arable_verdict"] == Verdict.FAIL) & (parcels["area_m2"] > 420)]
    if not short.empty:
        parcel = short.iloc[0]
        correct_input(
            scene.store, bureau, scene.project.id, int(parcel["id"]), Input.NEW_ARABLE,
            {"new_arable_m2": round(float(parcel["area_m2"]) * 0.96, 2)},
            reason="设计单位复核：原表漏计田坎以外面积。", now=now,
        )  # fmt: skip


PART = judged_by_imagery
