"""Forms of the inspector: issue a notice from a proposal or by hand, decline a proposal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st

from gis.language import say
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.daily import OFFICE_TIME
from reports.services.issue_notice import NewNotice, decline_proposal, issue_notice
from reports.services.issue_papers import keep_letters
from reports.supervision.facts import FACT_TITLES, Fact, Facts
from reports.supervision.ladder import RUNG_TITLES, RUNGS, Proposal, Rung
from ui import following, office, reading
from ui.components.literal import literally

DAYS_AHEAD = 5


def issue_form(session: Session, project: Project, proposal: Proposal) -> None:
    """Show a proposal as a notice that a person may edit before it is issued."""
    key = f"{proposal.code} {proposal.fact} {proposal.rung}"
    rung = _rung(key, proposal.rung)
    matter, evidence, requirement, due = _words(
        key, str(FACT_TITLES[proposal.fact]), str(proposal.evidence)
    )
    named = _named(session, project, proposal.code, key)
    if st.button(say("Issue the notice"), key=f"issue {key}", type="primary", width="stretch"):
        _issue(
            session, project, proposal.facts, proposal.fact, rung, matter, evidence, requirement,
            due, named,
        )  # fmt: skip


def issue_popover(session: Session, project: Project) -> None:
    """Show the form for a matter that a person found."""
    every = {facts.code: facts for facts in following.facts(session, project)}
    if not every:
        return
    with st.popover(say("Issue a notice on another matter")):
        code = st.selectbox(
            say("Township"), list(every), format_func=lambda c: every[c].name, key="notice to"
        )
        rung = _rung("by hand", Rung.NOTICE)
        matter, evidence, requirement, due = _words("by hand", "", "")
        named = _named(session, project, code, "by hand")
        if st.button(say("Issue the notice"), key="issue by hand", type="primary"):
            _issue(
                session, project, every[code], Fact.OTHER, rung, matter, evidence, requirement,
                due, named,
            )  # fmt: skip


def decline_form(session: Session, project: Project, proposal: Proposal) -> None:
    """Ask for the reason why a proposal is declined."""
    key = f"{proposal.code} {proposal.fact} {proposal.rung}"
    reason = st.text_area(say("Why it is declined"), key=f"declined {key}", max_chars=500)
    st.caption(say("It stays silent for 7 days, unless a higher rung is reached."))
    if st.button(say("Decline the proposal"), key=f"decline {key}", width="stretch"):
        decline_proposal(
            office.store(),
            session.actor,
            project.id,
            proposal.code,
            proposal.fact,
            proposal.rung,
            evidence=str(proposal.evidence),
            reason=reason,
            now=office.now(),
        )
        _done(say("The proposal is declined; the reason is in the audit log."))


def _rung(key: str, default: Rung) -> Rung:
    return st.selectbox(
        say("Rung"),
        list(RUNGS),
        index=RUNGS.index(default),
        format_func=lambda rung: str(RUNG_TITLES[rung]),
        key=f"rung {key}",
    )


def _named(session: Session, project: Project, code: str, key: str) -> tuple[int, ...]:
    """Ask which parcels of the township the notice names: it then stands in their files."""
    parcels = reading.judged_parcels(session, project)
    own = parcels[(parcels["township_code"] == code) & parcels["ledger_id"].notna()]
    names = {
        int(i): literally(f"{village} {number or '—'}")
        for i, village, number in zip(
            own["ledger_id"], own["village"], own["parcel_no"], strict=True
        )
    }
    return tuple(
        st.multiselect(
            say("Parcels it names, if any"), list(names), format_func=names.__getitem__,
            key=f"named {key} {code}",
        )
    )  # fmt: skip


def _words(key: str, matter: str, evidence: str) -> tuple[str, str, str, Any]:
    return (
        st.text_input(say("Matter"), matter, key=f"matter {key}", max_chars=100),
        st.text_area(say("Evidence"), evidence, key=f"evidence {key}", max_chars=2000),
        st.text_area(
            say("What is required"),
            say("Find the cause, name who answers, set measures and reply in writing in time."),
            key=f"required {key}",
            max_chars=2000,
        ),
        st.date_input(say("Due"), office.today() + timedelta(days=DAYS_AHEAD), key=f"due {key}"),
    )


def _issue(
    session: Session,
    project: Project,
    facts: Facts,
    fact: Fact,
    rung: Rung,
    matter: str,
    evidence: str,
    requirement: str,
    due: Any,
    named: tuple[int, ...],
) -> None:
    assert isinstance(due, date)  # noqa: S101  one day, not a range
    wanted = NewNotice(
        facts.code,
        rung,
        fact,
        matter=matter,
        evidence=evidence,
        requirement=requirement,
        due=due,
        cut_off=datetime.combine(facts.day, project.cut_off, OFFICE_TIME),
        figures={
            "gap": facts.gap,
            "share": facts.completion.share,
            "missing": facts.missing,
            "idle": facts.idle,
            "money_idle": facts.purse.idle_days if facts.purse else 0,
            "contradictions": facts.contradictions,
        },
        parcels=named,
    )
    store, now = office.store(), office.now()
    issued = issue_notice(store, session.actor, project.id, wanted, now=now)
    keep_letters(store, session.actor, project, issued, now=now)
    _done(say("The notice to {name} is issued.", name=facts.name))


def _done(words: str) -> None:
    st.session_state["supervision said"] = words
    st.rerun()
