"""The summary of a day, week, month or quarter: townships against schedule, on screen and file."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import _, say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.daily import OFFICE_TIME
from reports.document import Document
from reports.periods.period import PERIOD_TITLES, Period, PeriodKind, periods_between
from reports.publication.check_code import shown
from reports.publication.reading import Snapshot, edited_words, snapshots
from reports.services.freeze import LONGEST_WORDS, edit_words
from reports.services.published import state_words
from reports.services.week import period_document
from ui import office, reading
from ui.below import SITE
from ui.components.calibre import show_working_mark
from ui.components.literal import literally, tell
from ui.components.period_kinds import choose_kind
from ui.components.snapshot_shown import show_document, show_snapshot
from ui.pages.page import Figures, Page

TOLD = "words said"


def show(session: Session) -> None:
    """Show the summary of a chosen period, published or working, and offer it as a file."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    period = chosen_period(project)
    snapshot = _live_snapshot(session, project, period)
    if snapshot is not None and _wants_frozen(snapshot):
        show_snapshot(session, snapshot)
        return
    _working(session, project, period)


def _live_snapshot(session: Session, project: Project, period: Period) -> Snapshot | None:
    with office.store().reading() as connection:
        found = snapshots(connection, session.actor, project, period=period, now=office.now())
    return next((one for one in found if one.standing.is_live), None)


def _wants_frozen(snapshot: Snapshot) -> bool:
    """Ask which of the two figures is wanted; what is published comes first."""
    frozen = f"{shown(snapshot.code)} · {state_words(snapshot)}"
    chosen = st.segmented_control(
        say("Figures"),
        ["frozen", "working"],
        default="frozen" if snapshot.standing.is_published else "working",
        required=True,
        format_func=lambda one: literally(frozen if one == "frozen" else say("Working figures")),
        key=f"calibre {snapshot.id}",
    )
    return chosen == "frozen"


def _working(session: Session, project: Project, period: Period) -> None:
    document = period_document(office.store(), session.actor, project, period, now=office.now())
    show_working_mark()
    address = f"{SITE}/files/period/{project.id}/{period.kind}/{period.first}"
    st.html(
        "".join(
            f'<a class="download" href="{address}.{suffix}" target="_self" download>'
            f"{escape(words)}</a>"
            for suffix, words in (
                ("xlsx", say("Download as Excel")),
                ("docx", say("as Word")),
                ("pdf", say("as PDF")),
            )
        )
    )
    show_document(document)
    if access.may(session.actor, Action.FREEZE_FIGURES, project.region):
        _edit(session, project, period, document)


def _edit(session: Session, project: Project, period: Period, document: Document) -> None:
    """Let the bureau word the paragraphs; who did and when is kept, and what the figures say."""
    tell(TOLD)
    with office.store().reading() as connection:
        edited = edited_words(connection, project, period)
    with st.expander(say("Edit the words before they are frozen")):
        for place, (head, words) in enumerate(document.paragraphs):
            known = edited.get(place)
            key = f"words {period.kind} {period.first} {place} {known.at if known else ''}"
            text = st.text_area(
                literally(head), value=words, key=key, max_chars=LONGEST_WORDS, height=120
            )
            if known:
                at = f"{known.at.astimezone(OFFICE_TIME):%m-%d %H:%M}"
                st.caption(literally(say("Edited by {person}, {at}.", person=known.person, at=at)))
            if st.button(say("Keep these words"), key=f"keep {key}") and text != words:
                edit_words(
                    office.store(), session.actor, project, period, place, text, now=office.now()
                )
                st.session_state[TOLD] = say("Kept. The figures' own words are kept beside them.")
                st.rerun()


def chosen_period(project: Project) -> Period:
    """Ask for day, week, month or quarter and for which one; the newest that is over first."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        kind = choose_kind(PeriodKind.WEEK, "period kind")
    today = office.today()
    newest = max(min(today, project.deadline), project.starts_on)
    found = periods_between(kind, project.starts_on, newest)
    # on the first day of a period people want the one that is over
    is_first_day = kind is not PeriodKind.DAY and len(found) > 1 and found[0].first == today
    with right:
        return st.selectbox(
            str(PERIOD_TITLES[kind]),
            found,
            index=1 if is_first_day else 0,
            format_func=lambda period: period.words,
            key=f"period {kind}",
        )


PAGE = Page(
    slug="weekly",
    title=_("Summaries"),
    icon=":material/calendar_view_week:",
    action=Action.EXPORT_SUMMARY,
    show=show,
    figures=Figures.CHOSEN,
)
