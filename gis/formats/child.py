"""The child that opens an uploaded file: bounded, without network, and gone afterwards.

Started by ``room`` with a work folder; reads ``request.json`` there and leaves ``answer.json``
with the files that ``handover`` writes. Nothing else comes back.
"""

from __future__ import annotations

import hashlib
import importlib.abc
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from gis.formats.format import Format

T = TypeVar("T")


class WithoutFrames(importlib.abc.MetaPathFinder):
    """Keeps pandas out: pyogrio would load it if it found it, for half a second and to no use."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse the two packages, know nothing of others."""
        if name in ("pandas", "geopandas"):
            raise ModuleNotFoundError(name)


def limit(cpu_s: int, memory_bytes: int, output_bytes: int) -> None:
    """Bound this process; the clock on the wall is the parent's."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_bytes, output_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(folder: str) -> None:
    """Do what the request asks for, within its limits."""
    work = Path(folder)
    request = json.loads((work / "request.json").read_text("utf-8"))
    limit(request["cpu_s"], request["memory_bytes"], request["output_bytes"])
    sys.meta_path.insert(0, WithoutFrames())
    from gis.formats.problems import Unreadable

    try:
        answer = _answer(request, work)
    except Unreadable as error:
        answer = {"problem": error.code, "values": error.values}
    except (MemoryError, RecursionError):
        answer = {"problem": "too_heavy", "values": {}}
    (work / "answer.json").write_text(json.dumps(answer, ensure_ascii=False), "utf-8")


def with_format(form: Format, layer: str, step: Callable[..., T], *arguments: Any) -> T:
    """Take a step of reading; a refusal names the format and the layer."""
    from gis.formats.problems import Unreadable

    try:
        return step(*arguments)
    except Unreadable as error:
        values = {"format": form.title, "layer": layer, **error.values}
        raise Unreadable(error.code, **values) from error


def _answer(request: dict[str, Any], work: Path) -> dict[str, Any]:
    from gis.formats import FORMATS
    from gis.formats.problems import Unreadable
    from gis.formats.sources import sources_of

    path = Path(request["path"])
    found = [
        (name, holds_areas, form, source)
        for form, source in sources_of(path, path.name, work, FORMATS)
        for name, holds_areas in with_format(form, "", form.layers, source)
    ]
    found.sort(key=lambda one: not one[1])
    names = [one[0] for one in found]
    if request["task"] == "names":
        return {"names": names}
    if not found:
        raise Unreadable("no_layers")
    wanted = request["layer"]
    if wanted is not None and wanted not in names:
        raise Unreadable("no_such_layer", layer=wanted, layers=", ".join(names))
    place = names.index(wanted) if wanted is not None else _the_only(found, request.get("aside"))
    name, _, form, source = found[place]
    others = [other for other, holds_areas, *_ in found if holds_areas and other != name]
    raw = with_format(form, name, form.read, source, name, request["encoding"])
    from gis.formats.finish import finish

    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    unasked = others if wanted is None and request.get("aside") is None else []
    told = finish(raw, request, work, unasked)
    told["understood"] |= {"format": form.title, "sha256": sha256, "beside": others}
    return told


def _the_only(found: list[Any], aside: list[str] | None) -> int:
    """Return the place of the layer meant: the first, or with ``aside`` the only one not aside."""
    from gis.formats.problems import Unreadable

    if aside is None:
        return 0
    meant = [place for place, one in enumerate(found) if one[1] and one[0] not in aside]
    if len(meant) > 1:
        names = [found[place][0] for place in meant]
        raise Unreadable("which_layer", layers=", ".join(names), names=names)
    return meant[0] if meant else 0
