"""Uploads: bytes go to a file with a name of ours, are read in a child, and are gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from gis.formats import Layer, layer_names, read_layer
from gis.language import Problem, Text, say
from ui.components.literal import literally

SUFFIXES = [
    "zip", "gpkg", "geojson", "json", "shp", "kml", "kmz", "parquet", "gml", "dxf", "txt", "csv",
    "xlsx",
]  # fmt: skip


@dataclass(frozen=True)
class Uploaded:
    """A file of this run: where it lies, what the person calls it, which upload it is."""

    path: Path
    name: str
    upload_id: str


@contextmanager
def uploaded_file(label: str, *, key: str) -> Iterator[Uploaded | None]:
    """Give the uploaded file for the length of the block; None before one is chosen."""
    upload = st.file_uploader(literally(label), type=SUFFIXES, key=key)
    if upload is None:
        yield None
        return
    suffix = Path(upload.name).suffix.lower()
    suffix = suffix if suffix[1:] in SUFFIXES else ""
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        path = Path(folder) / f"upload{suffix}"
        path.write_bytes(upload.getbuffer())
        yield Uploaded(path, Path(upload.name).name, upload.file_id)


def layers_of(file: Uploaded) -> list[str]:
    """Return the file's layers; read once an upload."""
    return _once((file.upload_id, "names"), file, lambda: layer_names(file.path))


def read_uploaded(file: Uploaded, **how: Any) -> Layer:
    """Return a layer of the file; read once an upload and way of reading it."""
    with st.spinner(say("Reading the file …")):
        key = (file.upload_id, "layer", *sorted(how.items()))
        return _once(key, file, lambda: read_layer(file.path, **how))


def _once(key: tuple[Any, ...], file: Uploaded, read: Any) -> Any:
    """Keep the newest answers of this session; a big layer is not read on every click."""
    kept: dict[tuple[Any, ...], Any] = st.session_state.setdefault("layers read", {})
    if key not in kept:
        while len(kept) >= 6:
            del kept[next(iter(kept))]
        try:
            kept[key] = read()
        except Problem as problem:
            named = dict(problem.text.values) | {"file": file.name}
            raise Problem(Text(problem.text.msgid, named)) from problem
    return kept[key]
