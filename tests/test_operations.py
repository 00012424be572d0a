"""What the papers tell an administrator to type exists; the Chinese and English ones agree."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from gis.language import CHINESE, catalogue
from parcels.__main__ import COMMANDS as OF_PARCELS
from parcels.commands.line import command_line
from reports.__main__ import COMMANDS as OF_REPORTS
from tests.prove.proofs import PROOFS

PROJECT = Path(__file__).resolve().parents[1]
DEPLOY = PROJECT / "deploy"
TWINS = ("operations.md", "certificates.md")
PAPERS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), *DEPLOY.iterdir()])
COMMAND = re.compile(
    r"(?:\$?tracker|python -m) (parcels|reports) ([a-z][a-z-]+)((?: [^\s`|)，。；]+)*)"
)
SCRIPT = re.compile(r"(?:\./|/deploy/)(\w[\w-]*\.sh)((?: [^\s`|)，。；]+)*)")
IS_OPTION = re.compile(r"--[a-z][a-z-]+")


def choices(program: str) -> dict[str, argparse.ArgumentParser]:
    """Return the commands of a program."""
    commands = {"parcels": OF_PARCELS, "reports": OF_REPORTS}[program]
    parser = command_line(program, "", commands)
    [declared] = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(declared.choices)


@pytest.fixture(scope="module")
def papers() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8").replace("\\\n", " ") for path in PAPERS}


def test_every_command_that_a_paper_names_exists(papers: dict[Path, str]) -> None:
    known = {program: choices(program) for program in ("parcels", "reports")}
    named = 0
    for path, text in papers.items():
        for program, command, rest in COMMAND.findall(text):
            assert command in known[program], f"{path.name}: {program} {command}"
            options = set(known[program][command]._option_string_actions)
            wrong = set(IS_OPTION.findall(rest)) - options
            assert not wrong, f"{path.name}: {program} {command} {wrong}"
            named += 1
    assert named > 40


def test_every_script_and_its_options_exist(papers: dict[Path, str]) -> None:
    named = 0
    for path, text in papers.items():
        for script, rest in SCRIPT.findall(text):
            source = (DEPLOY / script).read_text(encoding="utf-8")
            for option in IS_OPTION.findall(rest.partition("#")[0]):
                assert option in source, f"{path.name}: {script} {option}"
            named += 1
    assert named > 15


def test_every_unit_file_and_proof_that_a_paper_names_exists(papers: dict[Path, str]) -> None:
    for path, text in papers.items():
        for unit in re.findall(r"\b(tracker-[a-z-]+?)(?:\.(service|timer))?(?=[\s`|；，,)])", text):
            name, kind = unit
            if name in ("tracker-pg", "tracker-tests", "tracker-data", "tracker-new"):
                continue
            assert (DEPLOY / f"{name}.{kind or 'service'}").is_file(), f"{path.name}: {name}"
        for file in re.findall(r"deploy/([\w@-]+(?:\.[\w-]+)?)", text):
            assert (DEPLOY / file).exists(), f"{path.name}: deploy/{file}"
        for proofs in re.findall(r"python -m tests\.prove ((?:[a-z]+ ?)+)`", text):
            assert set(proofs.split()) <= PROOFS.keys(), f"{path.name}: {proofs}"


def told(path: Path) -> tuple[list[str], list[int], list[int]]:
    """Return the code of a paper without remarks, its headings' depths, its tables' lengths."""
    text = path.read_text(encoding="utf-8")
    code = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    bare = [re.sub(r"\s+#.*$|完整$|whole$", "", block, flags=re.MULTILINE) for block in code]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]
    tables = [block.count("\n") for block in re.findall(r"(?:^\|.*\n)+", prose, re.MULTILINE)]
    return bare, headings, tables


@pytest.mark.parametrize("name", TWINS)
def test_the_papers_in_both_languages_are_in_step(name: str) -> None:
    chinese, english = PROJECT / "docs" / name, PROJECT / "docs" / "en" / name
    assert told(chinese) == told(english)
    assert told(chinese)[0], "there is code in them"
    both = (chinese.read_text(encoding="utf-8"), english.read_text(encoding="utf-8"))
    paths = [set(re.findall(r"/(?:opt|var|etc|srv)/[\w./@-]+\w", text)) for text in both]
    assert paths[0] == paths[1]


@pytest.mark.parametrize("name", TWINS)
def test_what_a_chinese_paper_puts_in_brackets_is_what_the_screen_says(name: str) -> None:
    words = {re.sub(r"\{\w+\}", "…", one) for one in catalogue(CHINESE).values() if one}
    named = re.findall(r"「([^」]+)」", (PROJECT / "docs" / name).read_text(encoding="utf-8"))
    assert set(named) <= words
