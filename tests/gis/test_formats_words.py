"""Every sentence of the reading exists in Chinese, with the same values in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from layers_on_disk import shapefile, zipped

from gis.crs import label
from gis.findings import KINDS as ALL_KINDS
from gis.findings import message
from gis.formats import layer, problems, read_layer
from gis.formats.findings import KINDS
from gis.language import CHINESE, Problem, Text, catalogue, speaking

TEXTS: list[Text] = [
    *problems.PROBLEMS.values(),
    *problems.WORDS.values(),
    *(text for kind in KINDS for text in (kind.title, kind.message, kind.remedy)),
    *layer.CRS_HOW.values(),
    *layer.ENCODING_HOW.values(),
    *map(label, (4490, 4526, 4547, 2154)),
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.msgid[:40])
def test_every_sentence_has_its_chinese_with_the_same_values(text: Text) -> None:
    chinese = catalogue(CHINESE)[text.msgid]
    assert set(re.findall(r"{\w+}", chinese)) == set(re.findall(r"{\w+}", text.msgid))


def test_kinds_stand_in_the_one_table() -> None:
    assert all(ALL_KINDS[kind.code] is kind for kind in KINDS)


def test_what_was_understood_is_told_in_both_languages(tmp_path: Path) -> None:
    understood = read_layer(zipped(tmp_path / "图斑.zip", shapefile())).understood
    with speaking("zh_CN"):
        told = understood.sentences()
    assert "第 38 带" in told[1]
    assert "石羊镇" in told[-1]
    with speaking("en"):
        assert understood.sentences()[1] == (
            "Coordinates: CGCS2000 3-degree zone 38 (EPSG:4526), as the file says."
        )


def test_a_refusal_names_candidates_in_the_readers_language(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", shapefile(rings=[[(5e5, 3e6), (5e5, 3.1e6), (5.1e5, 3e6),
                                                        (5e5, 3e6)]], prj=None))  # fmt: skip
    with pytest.raises(Problem) as told:
        read_layer(path)
    with speaking("zh_CN"):
        assert "中央经线 84°～123°" in str(told.value)
    with speaking("en"):
        assert "meridians 84° to 123°" in str(told.value)
    assert 4547 in told.value.text.values["candidate_codes"]


def test_every_finding_of_a_bad_layer_can_be_told(tmp_path: Path) -> None:
    from layers_on_disk import geojson, polygon, square

    bowtie = [(114, 30), (114.01, 30.01), (114.01, 30), (114, 30.01), (114, 30)]
    shapes = [polygon(bowtie), None, {"type": "Point", "coordinates": [114, 30]},
              polygon([*square(114, 30)[:2], *square(114, 30)[1:]])]  # fmt: skip
    bad = read_layer(geojson(tmp_path / "a.geojson", shapes))
    told = [message(finding) for finding in bad.findings]
    assert len(told) >= 4
    assert not any("{" in sentence for sentence in told)
