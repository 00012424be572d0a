"""Rights: who may do what where, the whole truth table."""

from __future__ import annotations

import pytest

from gis.language import ENGLISH, speaking
from parcels.people.access import ACTION_TITLES, MAY, Action, Refused, may, require
from parcels.people.actor import ROLE_TITLES, TOWNSHIP_ROLES, Actor, Role, system
from parcels.regions import contains, level_of, narrower
from tests.builders import COUNTY, TOWNSHIP_A, TOWNSHIP_B, VILLAGE_A

# one line an action, one letter a role in the order of Role:
# reporter, township leader, clerk, figure reviewer, county leader, inspector, administrator
TRUTH = {
    Action.SEE_PROGRESS: "yyyyyy-",
    Action.SEE_CHECK: "yyyyyy-",
    Action.UPLOAD_LAYER: "--y----",
    Action.ADOPT_CHECK: "--y----",
    Action.SEE_PROPOSALS: "--yyyy-",
    Action.DESCRIBE_PARCEL: "yyy----",
    Action.ASSIGN_PARCEL: "--y----",
    Action.FOLLOW_PARCEL: "--y--y-",
    Action.WITHDRAW_PARCEL: "--y----",
    Action.OPEN_BALANCE: "--y----",
    Action.KEEP_PROJECT: "--y---y",
    Action.NAME_ANSWERABLE: "--y----",
    Action.KEEP_MEANS: "--y----",
    Action.RECORD_ACCEPTANCE: "--y--y-",
    Action.ANSWER_GUIDANCE: "--y----",
    Action.SEE_NOTICE: "yyyyyy-",
    Action.ISSUE_NOTICE: "-----y-",
    Action.REPLY_NOTICE: "yy-----",
    Action.CHECK_NOTICE: "--y--y-",
    Action.REVISIT_NOTICE: "--y--y-",
    Action.CLOSE_NOTICE: "-----y-",
    Action.REOPEN_NOTICE: "-----y-",
    Action.FILE_REPORT: "yy-----",
    Action.WITHDRAW_REPORT: "yy-----",
    Action.CONFIRM_REPORT: "--y----",
    Action.RETURN_REPORT: "--y----",
    Action.KEEP_PHOTO: "yyy--y-",
    Action.EXPLAIN_CONTRADICTION: "yy-----",
    Action.CHECK_CONTRADICTION: "--y--y-",
    Action.FILE_FOR_TOWNSHIP: "--y----",
    Action.REVIEW_AS_LEADER: "-y-----",
    Action.ADJUST_WORK: "--y----",
    Action.KEEP_CALENDAR: "--y---y",
    Action.FREEZE_FIGURES: "--y----",
    Action.SEE_FIGURES_FIRST: "yy-----",
    Action.REVIEW_FIGURES: "---y---",
    Action.APPROVE_FIGURES: "----y--",
    Action.APPROVE_AS_HEAD: "----y--",
    Action.PUBLISH_FIGURES: "--y----",
    Action.EXPORT_SUMMARY: "yyyyyy-",
    Action.EXPORT_CHECK: "--y--y-",
    Action.EXPORT_MAP: "-yy--y-",
    Action.KEEP_IMAGERY: "--y----",
    Action.JUDGE: "--y----",
    Action.SECOND_JUDGEMENT: "--y--y-",
    Action.FIND_REMEDIES: "--y----",
    Action.SEE_REMEDIES: "yyyyyy-",
    Action.EXPORT_CARDS: "yyy--y-",
    Action.KEEP_PEOPLE: "------y",
    Action.KEEP_SETTINGS: "------y",
    Action.KEEP_TEMPLATES: "--y---y",
    Action.ISSUE_DOCUMENT: "--y----",
    Action.SEE_AUDIT: "-----yy",
}
REGIONS = {  # an actor's region → where they may act
    COUNTY: {COUNTY, TOWNSHIP_A, TOWNSHIP_B, VILLAGE_A},
    TOWNSHIP_A: {TOWNSHIP_A, VILLAGE_A},
    TOWNSHIP_B: {TOWNSHIP_B},
    "4199": {"4199", COUNTY, TOWNSHIP_A, TOWNSHIP_B, VILLAGE_A, "419902"},
    "": set(),
}
PLACES = ("4199", COUNTY, TOWNSHIP_A, TOWNSHIP_B, VILLAGE_A, "419902", "")


def actor(role: Role | None, region: str) -> Actor:
    return Actor(1, "someone", "Someone", role, region, "10.0.0.1")


def test_every_action_has_a_row_a_title_and_a_line_of_truth() -> None:
    assert set(MAY) == set(ACTION_TITLES) == set(TRUTH) == set(Action)


def test_every_role_has_a_title_and_something_to_do() -> None:
    assert set(ROLE_TITLES) == set(Role)
    assert set(Role) == set().union(*MAY.values())


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("region", REGIONS)
def test_role_action_and_place_decide_together(action: Action, role: Role, region: str) -> None:
    allowed = TRUTH[action][list(Role).index(role)] == "y"
    who = actor(role, region)
    assert may(who, action) is allowed
    for place in PLACES:
        expected = allowed and place in REGIONS[region]
        assert may(who, action, place) is expected, (place, region)
        if expected:
            require(who, action, place)
            continue
        with pytest.raises(Refused):
            require(who, action, place)


def test_whoever_files_a_report_never_confirms_one() -> None:
    assert not MAY[Action.FILE_REPORT] & MAY[Action.CONFIRM_REPORT]
    assert MAY[Action.FILE_REPORT] == TOWNSHIP_ROLES


def test_nobody_without_a_role_may_do_anything() -> None:
    assert not any(may(actor(None, COUNTY), action, COUNTY) for action in Action)
    assert not any(may(system(COUNTY), action, COUNTY) for action in Action)


def test_a_refusal_says_whether_the_role_or_the_place_is_wrong() -> None:
    with speaking(ENGLISH):
        with pytest.raises(Refused, match="role does not allow this: Confirm a daily report"):
            require(actor(Role.INSPECTOR, COUNTY), Action.CONFIRM_REPORT, COUNTY)
        with pytest.raises(Refused, match=f"outside your region {TOWNSHIP_A}"):
            require(actor(Role.TOWNSHIP_LEADER, TOWNSHIP_A), Action.FILE_REPORT, TOWNSHIP_B)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (COUNTY, TOWNSHIP_A, TOWNSHIP_A),
        (TOWNSHIP_A, COUNTY, TOWNSHIP_A),
        (COUNTY, COUNTY, COUNTY),
        (TOWNSHIP_A, TOWNSHIP_B, ""),
        ("", COUNTY, ""),
        (COUNTY, "", ""),
    ],
)
def test_two_regions_share_the_narrower_one_or_nothing(one: str, other: str, both: str) -> None:
    assert narrower(one, other) == both


def test_an_empty_region_covers_nothing_not_everything() -> None:
    assert not contains("", COUNTY)
    assert not contains("", "")


@pytest.mark.parametrize(
    "code", ["41990", "4199011", "41990a", "４１９９０１", "", "4199-1", " 419901"]
)
def test_what_is_no_code_has_no_level(code: str) -> None:
    assert level_of(code) is None
