"""The command line speaks the reader's language alone, argparse's own words included."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gis.language import speaking
from parcels.__main__ import main

LIMITS = ("--min-share", "30%", "--min-new-arable", "400")
ENGLISH = re.compile(r"\b[a-z]{3,}\b")
OWN_NAMES = re.compile(
    r"python -m parcels( \w+)?|--[\w-]+|[\w-]+\.\w{2,7}|'[\w-]+'|“[^”]*”|reset-password|"
    r"\.(xlsx|zip|gpkg|csv)"
)


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["chekc"], ["check"], ["check", "a.shp"], ["check", "a.shp", "--structures"],
        ["check", "a.shp", "--structures", "b.shp", "--crs", "abc"],
        ["check", "a.shp", "--structures", "b.shp", "--nonsense"],
        ["check", "a.shp", "--structures", "b.shp", "--new", "1"],
        ["check", "a.shp", "--structures", "b.shp", "--quiet=1"],
        ["check", "a.shp", "--structures", "b.shp", "--min-share", "-5%"],
        ["check", "a.shp", "--structures", "b.shp", "--min-share=-5%"],
        ["check", "a.shp", "--structures", "b.shp", "--min-share", "30%", "--min-new-arable", "-1"],
        ["check", "a.shp", "--structures", "b.shp", "--min-share", "-x"],
        ["check", "a.shp", "--structures", "b.shp", "--new-arable-from-area",
         "--new-arable-column", "1"],
        ["check", "a.shp", "--structures", "b.shp", "--policy", "none.toml"],
        ["check", "gone.zip", "--structures", "b.shp", *LIMITS],
        ["check", "a.shp", "--structures", "b.shp", "--policy", "bad.toml"],
        ["check", "a.shp", "--structures", "b.shp", *LIMITS, "--columns", "half.toml"],
        ["check", "a.shp", "--structures", "b.shp", *LIMITS, "--csv", "."],
        ["check", "a.shp", "--structures", "b.shp", *LIMITS, "--csv", "a.shp"],
        ["check", "a.shp", "--structures", "b.shp", *LIMITS, "--out", "c.docx"],
        ["remedies", "a.shp", "--structures", "b.shp"],
        ["impact", "a.shp"],
        ["people", "forget"],
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_chinese_alone(
    arguments: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.shp", "b.shp"):
        Path(name).touch()
    Path("bad.toml").write_text("min_share = 30%\n")
    Path("half.toml").write_text('parcel_no = "TB')
    with speaking("zh_CN"):
        try:
            status = main(arguments)
        except SystemExit as left:
            status = int(str(left.code))
    told = capsys.readouterr()
    assert status == 2
    assert told.out == ""
    assert len(told.err.strip().splitlines()) == 1, told.err
    assert re.search(r"[\u4e00-\u9fff]", told.err)
    assert not ENGLISH.findall(OWN_NAMES.sub("", told.err)), told.err


@pytest.mark.parametrize("command", [[], ["check"], ["remedies"], ["impact"], ["people"], ["audit"],
                                     ["backup"], ["restore"], ["demo"]])  # fmt: skip
def test_help_is_chinese_for_every_option(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with speaking("zh_CN"), pytest.raises(SystemExit):
        main([*command, "--help"])
    told = capsys.readouterr().out
    assert told.startswith("用法：")
    assert not re.search(r"usage|options:|arguments:|show this", told)
    options = re.findall(r"^  (-[-\w]+)[^\n]*(?:\n {10,}[^\n]*)*", told, re.MULTILINE)
    for entry in re.split(r"\n(?=  -)", told.partition("选项")[2])[1:]:
        assert re.search(r"[\u4e00-\u9fff]", entry), entry
    assert options
