"""Words: what is said in which language, and that nothing in the code lacks its Chinese."""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path

import pytest

from gis.language import (
    CHINESE,
    ENGLISH,
    Problem,
    _,
    catalogue,
    choose_language,
    language,
    say,
    speaking,
)
from parcels.audit_words import ACTIONS
from reports import audit_words as _reporting  # noqa: F401  hands in the reporting loop's
from tests.audited import audited
from tests.words import PACKAGES, placeholders, translations, words_in, words_of

KNOWN = "Coordinates: {crs}, {how}."


def test_english_is_the_message_itself() -> None:
    with speaking(ENGLISH):
        assert say(KNOWN, crs="X", how="as chosen") == "Coordinates: X, as chosen."


def test_chinese_comes_from_the_catalogue_with_its_placeholders_filled() -> None:
    with speaking(CHINESE):
        said = say(KNOWN, crs="X", how="Y")
    assert said == "坐标系：X，Y。"


def test_a_message_without_translation_is_said_in_english() -> None:
    with speaking(CHINESE):
        assert say("Never translated {n}", n=3) == "Never translated 3"


def test_a_text_is_translated_when_it_is_shown_not_when_it_is_made() -> None:
    text = _(KNOWN, crs="X", how=_("as chosen"))
    with speaking(CHINESE):
        chinese = str(text)
    with speaking(ENGLISH):
        english = str(text)
    assert english == "Coordinates: X, as chosen."
    assert "as chosen" not in chinese
    assert "X" in chinese


def test_a_problem_speaks_the_language_of_its_reader() -> None:
    problem = Problem(_(KNOWN, crs="X", how="Y"))
    with speaking(CHINESE):
        assert str(problem) == "坐标系：X，Y。"
    with speaking(ENGLISH):
        assert str(problem) == "Coordinates: X, Y."


def test_braces_in_a_value_are_only_text() -> None:
    with speaking(ENGLISH):
        assert (
            say(KNOWN, crs="{how}{0.__class__}", how="Y") == "Coordinates: {how}{0.__class__}, Y."
        )


def test_an_unknown_language_means_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", "fr")
    assert language() == CHINESE
    with speaking("de"):
        assert language() == CHINESE


def test_the_environment_chooses_where_nobody_else_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_LANGUAGE", ENGLISH)
    assert language() == ENGLISH
    with speaking(CHINESE):
        assert language() == CHINESE
    assert language() == ENGLISH


def test_one_persons_language_is_not_anothers() -> None:
    heard: dict[str, str] = {}
    both_chose = threading.Barrier(2)

    def speak(code: str) -> None:
        choose_language(code)
        both_chose.wait(timeout=10)
        heard[code] = say("as chosen")

    threads = [threading.Thread(target=speak, args=[code]) for code in (CHINESE, ENGLISH)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert heard[ENGLISH] == "as chosen"
    assert heard[CHINESE] == catalogue(CHINESE)["as chosen"] != "as chosen"


def test_the_extractor_finds_concatenated_messages_and_marks_what_it_cannot_read() -> None:
    source = 'a = _("one " "two {n}", n=1)\nb = say("a" + "b")\nc = say(name, **values)\n'
    found = [(word.msgid, word.names) for word in words_in(source, Path("x.py"))]
    assert found == [
        ("one two {n}", frozenset({"n"})),
        ("ab", frozenset()),
        (None, None),
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_marked_message_is_a_literal_that_can_be_found(package: str) -> None:
    unread = [f"{word.file.name}:{word.line}" for word in words_of(package) if word.msgid is None]
    assert [place for place in unread if not place.startswith("language.py:")] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_message_is_in_its_packages_catalogue(package: str) -> None:
    said = {word.msgid for word in words_of(package) if word.msgid}
    assert sorted(said - set(translations(package))) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_message_has_a_translation_with_the_same_placeholders(package: str) -> None:
    known = translations(package)
    said = {word.msgid for word in words_of(package) if word.msgid}
    assert sorted(msgid for msgid in said if not known.get(msgid)) == []
    differing = {
        msgid: known[msgid]
        for msgid in said
        if known.get(msgid) and placeholders(known[msgid]) != placeholders(msgid)
    }
    assert not differing


@pytest.mark.parametrize("package", PACKAGES)
def test_a_message_said_with_values_is_handed_exactly_those_it_names(package: str) -> None:
    wrong = [
        f"{word.file.name}:{word.line} {word.msgid}"
        for word in words_of(package)
        if word.msgid and word.names and placeholders(word.msgid) != set(word.names)
    ]
    assert not wrong


def test_two_packages_never_translate_one_message_differently() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for msgid, msgstr in translations(package).items():
            if msgstr:
                meanings[msgid].add(msgstr)
    assert not {msgid: said for msgid, said in meanings.items() if len(said) > 1}


def test_every_action_the_code_writes_has_words() -> None:
    found = list(audited())
    assert len(found) > 25
    wordless = [
        f"{place}: {action}; add it to parcels/audit_words.py or reports/audit_words.py"
        for place, action in found
        if not any(
            known == action or (action.endswith("*") and known.startswith(action[:-1]))
            for known in ACTIONS
        )
    ]
    assert not wordless
