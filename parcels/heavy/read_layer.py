"""Reading an upload and saying what was understood, in the worker; nothing is kept yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from gis.findings import KINDS, message, place_words
from gis.formats import Layer, read_layer
from gis.language import Problem, Text, _, say
from parcels.columns import COVERAGE_LAYERS
from parcels.frames import sample_values
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.services.inbox import received

SAMPLED_ROWS = 2_000
MOST_FINDINGS = 20  # shown of each kind; the layer keeps all
HOW = ("layer", "crs", "encoding", "extent_lonlat")


def read_wanted(job: Job) -> Layer:
    """Read the layer that a job wants; a refusal names the file as the person does.

    ``wanted``: file (of the inbox), name, and any of ``HOW``.
    """
    how = {name: job.wanted[name] for name in HOW if job.wanted.get(name) is not None}
    path = received(job.store, job.wanted["file"])
    try:
        read = read_layer(path, **how, aside=COVERAGE_LAYERS)
    except Problem as problem:
        named = dict(problem.text.values) | {"file": job.wanted["name"]}
        if named.get("layer") == path.stem:
            named["layer"] = Path(job.wanted["name"]).stem
        raise Problem(Text(problem.text.msgid, named)) from problem
    if read.understood.layer != path.stem:
        return read
    own = Path(job.wanted["name"]).stem  # such a layer is named by its file, and that by us
    return replace(read, understood=replace(read.understood, layer=own))


def run(job: Job) -> Mapping[str, Any]:
    """Read; result: what was understood, or the question that stands in the way."""
    job.progress(0.1, say("Reading the file …"))
    try:
        read = read_wanted(job)
    except Problem as problem:
        values = problem.text.values
        asked = {name: list(values.get(name) or []) for name in ("candidate_codes", "names")}
        if not any(asked.values()):
            raise
        question = str(problem)
        if asked["names"]:  # the sentence itself names the command line's options
            question = say("{file} holds several layers of areas; choose one.", file=values["file"])
        return {"question": question} | asked
    head = read.frame.head(SAMPLED_ROWS)
    columns = [name for name in read.frame.columns if name not in ("row", "geometry")]
    counts = Counter(found.code for found in read.findings)
    shown: Counter[str] = Counter()
    findings = []
    for found in read.findings:
        shown[found.code] += 1
        if shown[found.code] <= MOST_FINDINGS:
            place = ", ".join(filter(None, place_words(found.row, found.x, found.y)))
            told = {"code": found.code, "row": found.row, "said": message(found), "where": place}
            findings.append(told)
    return {
        "understood": asdict(read.understood),
        "kept": len(read.frame),
        "rejected": len(read.rejected),
        "samples": {name: sample_values(head, name) for name in columns},
        "counts": {code: count for code, count in counts.most_common() if code in KINDS},
        "findings": findings,
    }


KIND = JobKind("read_layer", _("Reading a layer"), run, Action.UPLOAD_LAYER, is_awaited=True)
