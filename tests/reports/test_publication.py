"""Figures frozen, looked at by other people, published once, corrected only by new ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gis.language import CHINESE, Problem, speaking
from parcels.people.access import Refused
from parcels.people.actor import Actor, Role
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, SETTING
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.catalog.period_words import paragraphs_of
from reports.catalog.weekly_summary import place_words
from reports.daily import ReportState, ReturnReason, ZeroReason
from reports.document import Picture
from reports.periods.period import Period, PeriodKind
from reports.publication.chain import CHAINS, LINK_ACTIONS, LINK_TITLES, Link, Outcome
from reports.publication.check_code import shown as grouped
from reports.publication.content import as_bytes, from_bytes
from reports.publication.derivation import changes, derived
from reports.publication.reading import (
    SECOND_PERSON,
    Snapshot,
    content_of,
    edited_words,
    is_frozen,
    snapshot_of_code,
    snapshots,
    steps_seen_by,
)
from reports.publication.turns import is_turn_of
from reports.services.adjust_work import adjust_work
from reports.services.desk import confirm_unremarkable, waiting_reports
from reports.services.document_pictures import drawn as charts_of
from reports.services.freeze import edit_words, freeze
from reports.services.move_snapshot import move_snapshot
from reports.services.published import snapshot_document, snapshot_file
from reports.services.week import period_document, summary_of
from reports.tables import ADJUSTMENT, SNAPSHOT, SNAPSHOT_STEP
from tests.builders import (
    COUNTY,
    DAY,
    START,
    TOWNSHIP_A,
    TOWNSHIP_B,
    County,
    at,
    person,
    working_county,
)
from tests.reports.pages import session_of, shown_page
from ui.pages import publish
from ui.pages.settings import PAGE as SETTINGS

STEPS = REPORTED_BY_TOWNSHIP[:6]
TODAY = Period(PeriodKind.DAY, DAY)
WEEK = Period(PeriodKind.WEEK, START)
EVENING = at(DAY, 20)
MONDAY = at(START + timedelta(days=7), 9)


@pytest.fixture
def here(store: Store) -> County:
    """A day whose reports are all decided: A planted half of A1, B had rain."""
    county = working_county(store)
    receipt = county.send(*[("A1", step, 450.0) for step in STEPS], key="a")
    county.move(receipt, ReportState.CONFIRMED)
    rain = county.send(actor=county.reporter_b, key="b", zero_reason=ZeroReason.RAIN)
    county.move(rain, ReportState.CONFIRMED)
    return county


def people(here: County) -> dict[Link, Actor]:
    """Who takes which step, each another person."""
    return {
        Link.TOWNSHIPS: here.reporter_a,
        Link.FIRST_REVIEW: person(here.store, "reviewer", Role.FIGURE_REVIEWER),
        Link.APPROVAL: person(here.store, "deputy", Role.APPROVER),
        Link.COUNTY_HEAD: person(here.store, "head", Role.APPROVER),
        Link.PUBLICATION: here.bureau,
    }


def frozen_week(here: County) -> Snapshot:
    return freeze(here.store, here.bureau, here.project, WEEK, now=MONDAY)


def pass_on(
    here: County, snapshot: Snapshot, links: Sequence[Link], who: dict[Link, Actor]
) -> Snapshot:
    """Take these steps after the townships' hours."""
    later = MONDAY + timedelta(hours=5)
    for link in links:
        snapshot = move_snapshot(
            here.store, who[link], snapshot.id, link, Outcome.PASSED, now=later
        )
    return snapshot


def published_week(here: County) -> Snapshot:
    who = people(here)
    links = (Link.FIRST_REVIEW, Link.APPROVAL, Link.PUBLICATION)
    return pass_on(here, frozen_week(here), links, who)


def set_to(store: Store, name: str, value: object) -> None:
    with store.writing() as connection:
        connection.execute(sa.insert(SETTING).values(name=name, value=value, changed_at=MONDAY))


def test_every_product_has_a_chain_and_every_link_a_right_and_a_title() -> None:
    assert set(CHAINS) == set(PeriodKind)
    links = {link for chain in CHAINS.values() for link in chain}
    assert links == set(Link) == set(LINK_ACTIONS) == set(LINK_TITLES)
    assert len(set(LINK_ACTIONS.values())) == len(Link)


def test_figures_wait_for_one_kind_of_person_at_a_time(here: County) -> None:
    who = people(here)
    later = MONDAY + timedelta(hours=5)

    def waits_for(snapshot: Snapshot) -> set[Link]:
        with here.store.reading() as connection:
            [now] = [one for one in snapshots(connection, here.bureau, here.project, now=later)
                     if one.id == snapshot.id]  # fmt: skip
        return {link for link, actor in who.items() if is_turn_of(actor, now)}

    snapshot = frozen_week(here)
    assert {link for link, actor in who.items() if is_turn_of(actor, snapshot)} == {Link.TOWNSHIPS}
    assert waits_for(snapshot) == {Link.FIRST_REVIEW}
    snapshot = pass_on(here, snapshot, [Link.FIRST_REVIEW], who)
    assert waits_for(snapshot) == {Link.APPROVAL, Link.COUNTY_HEAD}  # either deputy may
    snapshot = pass_on(here, snapshot, [Link.APPROVAL], who)
    assert waits_for(snapshot) == {Link.PUBLICATION}
    snapshot = pass_on(here, snapshot, [Link.PUBLICATION], who)
    assert waits_for(snapshot) == set()


def test_a_frozen_day_is_the_departments_bulletin_at_once(here: County) -> None:
    snapshot = freeze(here.store, here.bureau, here.project, TODAY, now=EVENING)
    assert snapshot.standing.is_published
    assert [(said.link, said.person) for said in snapshot.steps] == [(Link.BUREAU, "Bureau")]


def test_frozen_figures_are_the_working_figures_of_that_moment(here: County) -> None:
    working = summary_of(here.store, here.bureau, here.project, TODAY, now=EVENING)
    snapshot = freeze(here.store, here.bureau, here.project, TODAY, now=EVENING)
    with here.store.reading() as connection:
        content = content_of(connection, snapshot)
    assert content.summary == working
    assert content.paragraphs == paragraphs_of(working)
    assert snapshot.basis["policy"] == 1
    assert as_bytes(content) == as_bytes(content)


def test_frozen_figures_are_drawn_as_they_were_whatever_is_reported_later(here: County) -> None:
    def drawn(actor: Actor, snapshot: Snapshot) -> tuple[Picture, ...]:
        with here.store.reading() as connection:
            return snapshot_file(here.store, connection, actor, snapshot, now=MONDAY).pictures

    fresh = period_document(
        here.store, here.bureau, here.project, WEEK, now=MONDAY, with_pictures=True
    ).pictures
    snapshot = frozen_week(here)
    assert len(fresh) == 3  # curve, bars, heat map: no boundary was imported
    assert drawn(here.bureau, snapshot) == fresh
    assert drawn(here.reporter_a, snapshot) == ()  # before publication one's own row alone
    with here.store.reading() as connection:
        content = content_of(connection, snapshot)
    assert content.charted is not None
    assert content.charted.history.done[-1] == content.summary.county.completion.share
    assert set(content.charted.reported) == {row.code for row in content.summary.townships}

    wanted = {(int(here.parcels()["ledger_id"]["A1"]), step): 225.0 for step in STEPS}
    adjust_work(here.store, here.bureau, here.project, TOWNSHIP_A, DAY, wanted, reason="现场复核",
                now=MONDAY)  # fmt: skip
    again = period_document(
        here.store, here.bureau, here.project, WEEK, now=MONDAY, with_pictures=True
    ).pictures
    assert again[0] != fresh[0]
    assert drawn(here.bureau, snapshot) == fresh
    # what was frozen before charts were: bars alone, and its hash is still its own
    old = replace(content, charted=None)
    assert from_bytes(as_bytes(old)).charted is None
    assert len(charts_of(old.summary, None, ())) == 1
    # and what was frozen before a county waited for its last township
    said = json.loads(as_bytes(content))
    for row in (*said["townships"], said["county"]):
        del row["forecast"]["pooled"], row["forecast"]["last_code"]
    assert from_bytes(json.dumps(said).encode()).summary == content.summary


def test_a_figure_is_derived_from_its_parcels(here: County) -> None:
    snapshot = freeze(here.store, here.bureau, here.project, TODAY, now=EVENING)
    with here.store.reading() as connection:
        found = derived(content_of(connection, snapshot))
    assert all(one.agrees for one in found)
    own = next(one for one in found if one.row.code == TOWNSHIP_A)
    assert own.done_m2 == 400.0  # half of A1's 800
    told = own.parts.set_index("parcel_no")
    assert (told.at["A1", "at_step_m2"], told.at["A1", "done_m2"]) == (450.0, 400.0)
    assert list(told.index) == ["A1", "A2"]


@pytest.mark.parametrize(
    ("period", "now"), [(TODAY, at(DAY, 17)), (WEEK, at(START + timedelta(days=6), 17))]
)
def test_what_is_not_over_is_not_frozen(here: County, period: Period, now: object) -> None:
    with pytest.raises(Problem, match=str(period.last)):
        freeze(here.store, here.bureau, here.project, period, now=now)  # type: ignore[arg-type]


def test_what_waits_is_decided_before_it_is_frozen(here: County) -> None:
    day = DAY + timedelta(days=1)
    here.send(key="w", day=day, now=at(day), zero_reason=ZeroReason.RAIN)
    with pytest.raises(Problem, match="1"):
        frozen_week(here)


def test_a_frozen_day_takes_no_report_and_only_adjustments(here: County) -> None:
    receipt = here.send(key="early", day=START, now=at(DAY), zero_reason=ZeroReason.RAIN)
    here.move(receipt, ReportState.RETURNED, reason=ReturnReason.FIGURES, text="重报")
    freeze(here.store, here.bureau, here.project, Period(PeriodKind.DAY, START), now=EVENING)
    with pytest.raises(Problem, match=str(START)):
        here.send(key="again", day=START, now=EVENING, zero_reason=ZeroReason.RAIN)
    with here.store.reading() as connection:
        assert is_frozen(connection, here.project_id, START)
        assert not is_frozen(connection, here.project_id, DAY)


def test_the_database_itself_refuses_to_change_what_was_frozen(here: County) -> None:
    freeze(here.store, here.bureau, here.project, TODAY, now=EVENING)
    for table, change in ((SNAPSHOT, {"reason": "x"}), (SNAPSHOT_STEP, {"text": "x"})):
        for verb in (sa.update(table).values(**change), sa.delete(table)):
            with (
                pytest.raises(sa.exc.DBAPIError, match="never changed"),
                here.store.writing() as connection,
            ):
                connection.execute(verb)


def test_figures_changed_from_outside_are_told(here: County) -> None:
    snapshot = freeze(here.store, here.bureau, here.project, TODAY, now=EVENING)
    forged = replace(snapshot, content_sha256="0" * 64)
    with here.store.reading() as connection, pytest.raises(Problem, match=snapshot.code):
        content_of(connection, forged)


def test_a_week_is_published_by_four_people(here: County) -> None:
    snapshot = published_week(here)
    assert snapshot.standing.is_published
    assert len({said.person_id for said in snapshot.steps}) == 3


def test_the_county_head_is_asked_where_the_office_wants_it(here: County) -> None:
    set_to(here.store, "with_county_head", value=True)
    who = people(here)
    snapshot = pass_on(here, frozen_week(here), (Link.FIRST_REVIEW, Link.APPROVAL), who)
    assert snapshot.standing.waits_for is Link.COUNTY_HEAD
    with pytest.raises(Problem):  # the deputy is not the head
        pass_on(here, snapshot, [Link.COUNTY_HEAD], who | {Link.COUNTY_HEAD: who[Link.APPROVAL]})
    assert pass_on(here, snapshot, (Link.COUNTY_HEAD, Link.PUBLICATION), who).standing.is_published


def test_no_step_is_taken_out_of_turn(here: County) -> None:
    snapshot, who = frozen_week(here), people(here)
    for link in (Link.APPROVAL, Link.PUBLICATION, Link.COUNTY_HEAD):
        with pytest.raises(Problem):
            pass_on(here, snapshot, [link], who)


@pytest.mark.parametrize("link", [Link.FIRST_REVIEW, Link.APPROVAL, Link.PUBLICATION])
def test_a_step_is_taken_by_its_role_only(here: County, link: Link) -> None:
    snapshot, who = frozen_week(here), people(here)
    order = (Link.FIRST_REVIEW, Link.APPROVAL, Link.PUBLICATION)
    snapshot = pass_on(here, snapshot, order[: order.index(link)], who)
    for other, actor in who.items():
        if other is link or LINK_ACTIONS[other] is LINK_ACTIONS[link]:
            continue
        if actor.role is who[link].role:
            continue
        with pytest.raises(Refused):
            pass_on(here, snapshot, [link], {link: actor})
    stranger = person(here.store, "stranger", who[link].role or Role.INSPECTOR, "419902")
    with pytest.raises(Refused):
        pass_on(here, snapshot, [link], {link: stranger})


def test_whoever_froze_or_looked_before_is_another_person(here: County) -> None:
    snapshot, who = frozen_week(here), people(here)
    double = replace(here.bureau, role=Role.FIGURE_REVIEWER)  # one account, two hats
    with pytest.raises(Problem):
        pass_on(here, snapshot, [Link.FIRST_REVIEW], {Link.FIRST_REVIEW: double})
    snapshot = pass_on(here, snapshot, [Link.FIRST_REVIEW], who)
    again = replace(who[Link.FIRST_REVIEW], role=Role.APPROVER)
    with pytest.raises(Problem):
        pass_on(here, snapshot, [Link.APPROVAL], {Link.APPROVAL: again})


def test_townships_look_first_and_their_hours_end_by_themselves(here: County) -> None:
    snapshot, who = frozen_week(here), people(here)
    assert snapshot.standing.waits_for is Link.TOWNSHIPS
    first = MONDAY + timedelta(hours=1)
    with pytest.raises(Problem):
        move_snapshot(here.store, who[Link.FIRST_REVIEW], snapshot.id, Link.FIRST_REVIEW,
                      Outcome.PASSED, now=first)  # fmt: skip
    seen = move_snapshot(
        here.store, here.reporter_a, snapshot.id, Link.TOWNSHIPS, Outcome.SEEN, now=first
    )
    assert seen.standing.waits_for is Link.TOWNSHIPS  # B has not looked
    with pytest.raises(Problem):
        move_snapshot(
            here.store, here.reporter_a, snapshot.id, Link.TOWNSHIPS, Outcome.SEEN, now=first
        )
    with here.store.reading() as connection:
        later = snapshots(connection, here.bureau, here.project, now=MONDAY + timedelta(hours=4))
    assert later[0].standing.waits_for is Link.FIRST_REVIEW
    both = move_snapshot(
        here.store, here.reporter_b, snapshot.id, Link.TOWNSHIPS, Outcome.OBJECTED,
        text="已种植面积少计", now=first,
    )  # fmt: skip
    assert both.standing.waits_for is Link.FIRST_REVIEW


def test_a_township_reads_its_own_place_before_publication_and_no_others(here: County) -> None:
    snapshot = frozen_week(here)
    with here.store.reading() as connection:
        frozen = content_of(connection, snapshot).summary.townships
        own = snapshot_document(connection, here.reporter_b, snapshot, now=MONDAY)
    [place] = [(row.rank, row.rank_before) for row in frozen if row.code == TOWNSHIP_B]
    assert place[0] == 2
    progress, places, *_rest = own.tables
    assert [row[:3] for row in progress.rows] == [(*place, "乙镇")]
    assert [row[0] for row in places.rows] == [place_words(frozen[1])]
    assert not any("甲镇" in map(str, row) for table in own.tables for row in table.rows)


def test_a_township_of_another_county_learns_no_code(here: County) -> None:
    snapshot = frozen_week(here)
    stranger = person(here.store, "stranger", Role.TOWNSHIP_REPORTER, "419902101")
    later = MONDAY + timedelta(hours=5)  # the townships' hours are over
    with pytest.raises(Problem) as refused:
        move_snapshot(here.store, stranger, snapshot.id, Link.TOWNSHIPS, Outcome.SEEN, now=later)
    assert grouped(snapshot.code) not in str(refused.value)


def test_what_one_township_objects_to_is_read_by_it_and_the_county_alone(here: County) -> None:
    snapshot = frozen_week(here)
    code, number = snapshot.code, snapshot.id
    move_snapshot(
        here.store, here.reporter_a, number, Link.TOWNSHIPS, Outcome.OBJECTED,
        text="张三家未签", now=MONDAY + timedelta(hours=1),
    )  # fmt: skip
    read = {}
    with here.store.reading() as connection:
        for name, actor in (("a", here.reporter_a), ("b", here.reporter_b), ("c", here.bureau)):
            found = snapshot_of_code(connection, actor, code, now=MONDAY + timedelta(hours=2))
            assert found is not None
            read[name] = [said.text for said in steps_seen_by(actor, found)]
    assert read == {"a": ["张三家未签"], "b": [], "c": ["张三家未签"]}


def test_returned_figures_free_their_days_and_stay_readable(here: County) -> None:
    snapshot, who = frozen_week(here), people(here)
    reviewer = who[Link.FIRST_REVIEW]
    later = MONDAY + timedelta(hours=5)
    with pytest.raises(Problem):
        move_snapshot(here.store, reviewer, snapshot.id, Link.FIRST_REVIEW, Outcome.RETURNED,
                      now=later)  # fmt: skip
    back = move_snapshot(
        here.store, reviewer, snapshot.id, Link.FIRST_REVIEW, Outcome.RETURNED, text="请核甲镇",
        now=later,
    )  # fmt: skip
    assert back.standing.is_returned
    with here.store.reading() as connection:
        assert not is_frozen(connection, here.project_id, DAY)
    again = freeze(here.store, here.bureau, here.project, WEEK, now=later)
    assert (again.version, again.replaces_id) == (2, None)
    assert again.code != snapshot.code


def test_published_figures_are_corrected_by_new_ones_that_say_old_and_new(here: County) -> None:
    snapshot = freeze(here.store, here.bureau, here.project, TODAY, now=EVENING)
    ids = here.parcels()["ledger_id"]
    wanted = {(int(ids["A1"]), step): 225.0 for step in STEPS}
    with pytest.raises(Problem):
        freeze(here.store, here.bureau, here.project, TODAY, now=EVENING)  # no reason
    with pytest.raises(Problem, match=grouped(snapshot.code)):
        freeze(here.store, here.bureau, here.project, TODAY, reason="no change", now=EVENING)
    adjust_work(here.store, here.bureau, here.project, TOWNSHIP_A, DAY, wanted,
                reason="现场复核", now=EVENING)  # fmt: skip
    new = freeze(here.store, here.bureau, here.project, TODAY, reason="现场复核", now=EVENING)
    assert (new.version, new.replaces_id, new.reason) == (2, snapshot.id, "现场复核")
    with here.store.reading() as connection:
        old_content, content = content_of(connection, snapshot), content_of(connection, new)
    said = {
        (change.place, change.figure.msgid): (change.old, change.new)
        for change in changes(old_content.summary, content.summary)
    }
    assert said["甲镇", "Done new arable"] == (400.0, 200.0)
    assert old_content.summary.county.completion.done_m2 == 400.0
    assert ("乙镇", "Done new arable") not in said
    assert said["甲镇", "{step} in the period, parcel area"] == (450.0, 225.0)


def test_the_page_freezes_and_corrects_what_is_long_over(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = published_week(here)
    months_later = at(START + timedelta(days=80), 20)
    session = session_of(here.bureau, CHINESE)
    with (
        speaking(CHINESE),
        shown_page(here, publish.PAGE, session, months_later, monkeypatch) as shown,
    ):
        shown.segmented_control("kind to freeze").set_value(PeriodKind.WEEK).run()
        offered = shown.selectbox("to freeze week").options
        assert len(offered) == 11, "every week that is over, the running one not"
        assert [grouped(published.code) in words for words in offered] == [False] * 10 + [True]
        assert offered[9].startswith(str(START + timedelta(days=7)))
        shown.selectbox("to freeze week").select_index(9).run()
        shown.button("freeze").click().run()
        assert len(shown.selectbox("to freeze week").options) == 10
    with here.store.reading() as connection:
        newest = snapshots(connection, here.bureau, here.project, now=months_later)[0]
    assert newest.period == Period(PeriodKind.WEEK, START + timedelta(days=7))


def test_an_adjustment_keeps_the_old_figure_and_fits_what_stands(here: County) -> None:
    ids = here.parcels()["ledger_id"]
    a1 = int(ids["A1"])
    with pytest.raises(Problem):  # demolished less than cleared
        adjust_work(here.store, here.bureau, here.project, TOWNSHIP_A, DAY,
                    {(a1, Step.DEMOLISHED): 100.0}, reason="x", now=EVENING)  # fmt: skip
    with pytest.raises(Problem):  # more than the parcel
        adjust_work(here.store, here.bureau, here.project, TOWNSHIP_A, DAY,
                    {(a1, Step.AGREEMENT_SIGNED): 901.0}, reason="x", now=EVENING)  # fmt: skip
    with pytest.raises(Refused):
        adjust_work(here.store, here.reporter_a, here.project, TOWNSHIP_A, DAY,
                    {(a1, Step.PLANTED): 1.0}, reason="x", now=EVENING)  # fmt: skip
    count = adjust_work(here.store, here.bureau, here.project, TOWNSHIP_A, DAY,
                        {(a1, Step.PLANTED): 300.0}, reason="未种满", now=EVENING)  # fmt: skip
    assert count == 1
    with here.store.reading() as connection:
        row = connection.execute(sa.select(ADJUSTMENT)).one()
        assert audit.broken_at(connection) is None
    assert (row.old_m2, row.new_m2, row.reason, row.is_after_freeze) == (
        450.0,
        300.0,
        "未种满",
        False,
    )
    found = summary_of(here.store, here.bureau, here.project, TODAY, now=EVENING)
    assert found.county.within_m2[Step.PLANTED] == 300.0


def test_an_adjusted_report_that_waits_is_confirmed_or_returned_with_its_adjustment(
    here: County,
) -> None:
    day = DAY + timedelta(days=1)
    receipt = here.send(("A2", STEPS[0], 900.0), key="w", day=day, now=at(day))
    a2 = int(here.parcels()["ledger_id"]["A2"])
    adjust_work(here.store, here.bureau, here.project, TOWNSHIP_A, day,
                {(a2, STEPS[0]): 500.0}, reason="只签了一部分", now=at(day, 18))  # fmt: skip
    here.move(receipt, ReportState.CONFIRMED)
    found = summary_of(
        here.store, here.bureau, here.project, Period(PeriodKind.DAY, day), now=at(day, 20)
    )
    assert found.county.within_m2[STEPS[0]] == 500.0


def test_a_day_without_a_report_is_adjusted_only_once_it_is_frozen(here: County) -> None:
    day = DAY + timedelta(days=1)
    a2 = int(here.parcels()["ledger_id"]["A2"])
    wanted = {(a2, STEPS[0]): 900.0}

    def adjust() -> int:
        return adjust_work(here.store, here.bureau, here.project, TOWNSHIP_A, day, wanted,
                           reason="补报", now=at(day, 20))  # fmt: skip

    with pytest.raises(Problem):
        adjust()
    freeze(here.store, here.bureau, here.project, Period(PeriodKind.DAY, day), now=at(day, 20))
    assert adjust() == 1
    assert adjust() == 0  # it is that already
    found = summary_of(
        here.store, here.bureau, here.project, Period(PeriodKind.DAY, day), now=at(day, 21)
    )
    assert found.county.within_m2[STEPS[0]] == 900.0


def test_words_may_be_edited_until_they_are_frozen_and_say_by_whom(here: County) -> None:
    edit_words(here.store, here.bureau, here.project, WEEK, 2, "加快复垦。", now=MONDAY)
    with here.store.reading() as connection:
        edited = edited_words(connection, here.project, WEEK)
    assert (edited[2].text, edited[2].person, edited[2].at) == ("加快复垦。", "Bureau", MONDAY)
    snapshot = frozen_week(here)
    edit_words(here.store, here.bureau, here.project, WEEK, 2, "以后再改。", now=MONDAY)
    with here.store.reading() as connection:
        words = content_of(connection, snapshot).paragraphs
    assert words[2][1] == "加快复垦。"
    assert words[0][1] != ""
    with pytest.raises(Problem):
        edit_words(here.store, here.bureau, here.project, WEEK, 0, "  ", now=MONDAY)
    with pytest.raises(Refused):
        edit_words(here.store, here.reporter_a, here.project, WEEK, 0, "x", now=MONDAY)


def test_a_code_is_found_within_the_county_only(here: County) -> None:
    snapshot = freeze(here.store, here.bureau, here.project, TODAY, now=EVENING)
    stranger = person(here.store, "stranger", Role.INSPECTOR, "419902")
    with here.store.reading() as connection:
        found = snapshot_of_code(connection, here.reporter_b, snapshot.code, now=EVENING)
        assert found == snapshot
        assert snapshot_of_code(connection, stranger, snapshot.code, now=EVENING) is None


def test_the_bureau_files_for_a_township_marked_so_and_another_confirms(here: County) -> None:
    day = DAY + timedelta(days=1)
    receipt = here.send(
        actor=here.bureau, township_code=TOWNSHIP_B, key="for", day=day, now=at(day, 20),
        zero_reason=ZeroReason.RAIN, told_by=" 电话，李四 ",
    )  # fmt: skip
    from reports.reading import reports_between

    row = reports_between(here.store, here.bureau, here.project, day, day).iloc[0]
    assert bool(row["is_for_township"])
    assert row["problem"] == "", "who told it is no problem of the township's"
    with here.store.reading() as connection:
        filed = sa.select(AUDIT.c.after).where(AUDIT.c.subject == receipt.receipt_no)
        assert connection.scalar(filed)["told_by"] == "电话，李四"
    with pytest.raises(Problem) as told:
        here.move(receipt, ReportState.CONFIRMED)
    way_on = (receipt.receipt_no, str(SECOND_PERSON.title), str(SETTINGS.title))
    assert all(words in str(told.value) for words in way_on)
    other = person(here.store, "colleague", Role.BUREAU_CLERK, COUNTY)
    here.move(receipt, ReportState.CONFIRMED, other)


def test_an_office_with_one_clerk_confirms_its_own_and_the_log_says_so(here: County) -> None:
    set_to(here.store, "second_person", value=False)
    day = DAY + timedelta(days=1)
    receipt = here.send(
        actor=here.bureau, township_code=TOWNSHIP_B, key="for", day=day, now=at(day, 20),
        zero_reason=ZeroReason.RAIN,
    )  # fmt: skip
    here.move(receipt, ReportState.CONFIRMED)
    own = here.send(key="own", day=day, now=at(day), zero_reason=ZeroReason.RAIN)
    here.move(own, ReportState.CONFIRMED)
    with here.store.reading() as connection:
        rows = connection.execute(
            sa.select(AUDIT.c.subject, AUDIT.c.after).where(AUDIT.c.action == "report_confirmed")
        ).all()
    marked = {row.subject: "without_second_person" in row.after for row in rows}
    assert marked[receipt.receipt_no]
    assert not marked[own.receipt_no]


def test_where_the_office_wants_it_the_leader_looks_before_the_bureau(here: County) -> None:
    from reports.services.review_report import review_as_leader

    set_to(here.store, "leader_reviews", value=True)
    day = DAY + timedelta(days=1)
    receipt = here.send(key="w", day=day, now=at(day), zero_reason=ZeroReason.RAIN)
    with pytest.raises(Problem):
        here.move(receipt, ReportState.CONFIRMED)
    report_id = here.report_id(receipt.receipt_no)
    with pytest.raises(Refused):
        review_as_leader(here.store, here.reporter_a, report_id, now=at(day))
    leader = person(here.store, "leader", Role.TOWNSHIP_LEADER, TOWNSHIP_A)
    own = here.send(actor=leader, key="own", day=START, now=at(day), zero_reason=ZeroReason.RAIN)
    # one tap confirms what the leader sent or saw, and does not stop at what still waits for one
    assert confirm_unremarkable(here.store, here.bureau, here.project, now=at(day)) == 1
    [waits] = waiting_reports(here.store, here.bureau, here.project, now=at(day))
    assert waits.report["receipt_no"] == receipt.receipt_no != own.receipt_no
    assert len(waits.remarks) == 1
    review_as_leader(here.store, leader, report_id, now=at(day))
    review_as_leader(here.store, leader, report_id, now=at(day))
    assert confirm_unremarkable(here.store, here.bureau, here.project, now=at(day)) == 1
