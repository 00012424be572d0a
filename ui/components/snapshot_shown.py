"""Frozen figures as people read them: mark, chain, figures, and the parcels behind each."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import say
from gis.units import format_m2, format_mu
from parcels.people.sessions import Session
from reports.daily import OFFICE_TIME
from reports.document import Column, Document, Kind
from reports.publication.chain import LINK_TITLES, OUTCOME_TITLES, Link, chain_of
from reports.publication.derivation import Derivation
from reports.publication.reading import Snapshot, rules_of, steps_seen_by
from reports.renderers import RENDERERS
from reports.services.published import derivations, snapshot_document
from ui import office
from ui.below import SITE
from ui.components.calibre import show_snapshot_mark
from ui.components.literal import literally
from ui.components.tables import show_rows, show_table


def show_snapshot(session: Session, snapshot: Snapshot) -> None:
    """Show frozen figures: where they stand, what they say, where they come from."""
    show_snapshot_mark(snapshot)
    _links(snapshot)
    with office.store().reading() as connection:
        document = snapshot_document(connection, session.actor, snapshot, now=office.now())
        found = derivations(connection, session.actor, snapshot)
    _chain(session, snapshot)
    show_document(document)
    _derivation(snapshot, found)


def show_document(document: Document) -> None:
    """Show a document's facts, words and tables."""
    st.caption(literally("　".join(f"{label}：{words}" for label, words in document.facts)))
    for head, words in document.paragraphs:
        st.subheader(literally(head))
        st.text(words)
    for table in document.tables:
        show_table(table)


def _links(snapshot: Snapshot) -> None:
    links = "".join(
        f'<a class="download" href="{SITE}/files/snapshot/{snapshot.id}.{suffix}" target="_self" '
        f"download>{escape(words)}</a>"
        for suffix, words in _formats().items()
    )
    sheet = "".join(
        f'<a class="download" href="{SITE}/files/publication/{snapshot.id}.{suffix}" target="_self"'
        f" download>{escape(words)}</a>"
        for suffix, words in (
            ("pdf", say("Publication sheet as PDF")),
            ("xlsx", say("Publication sheet as Excel")),
        )
    )
    st.html(f"{links} {sheet}")


def _formats() -> dict[str, str]:
    """Return each format's suffix and its words."""
    known = {
        "xlsx": say("Download as Excel"), "docx": say("as Word"), "pdf": say("as PDF"),
        "csv": say("as CSV"),
    }  # fmt: skip
    return {suffix: known.get(suffix, suffix.upper()) for suffix in RENDERERS}


def _chain(session: Session, snapshot: Snapshot) -> None:
    """Show every link of the chain with who took it and when, and what is still open."""
    with office.store().reading() as connection:
        links = chain_of(snapshot.period.kind, rules_of(connection))
    frozen = f"{snapshot.frozen_at.astimezone(OFFICE_TIME):%m-%d %H:%M}"
    rows = [(say("Frozen"), snapshot.frozen_by_name, frozen, "", snapshot.reason)]
    for link in links:
        said = [step for step in steps_seen_by(session.actor, snapshot) if step.link is link]
        for step in said:
            at = f"{step.at.astimezone(OFFICE_TIME):%m-%d %H:%M}"
            words = str(OUTCOME_TITLES[step.outcome])
            rows.append((str(LINK_TITLES[link]), step.person, at, words, step.text))
        if not said:
            is_open = snapshot.standing.waits_for is link
            until = snapshot.standing.until
            words = say("waits") if is_open else ""
            if is_open and until:
                words = say("open until {at}", at=f"{until.astimezone(OFFICE_TIME):%m-%d %H:%M}")
            if link is Link.TOWNSHIPS and not is_open and snapshot.standing.is_live:
                words = say("their time ran out")
            rows.append((str(LINK_TITLES[link]), "", "", words, ""))
    heads = (say("Link"), say("Person"), say("When"), say("Outcome"), say("Words"))
    is_open = not snapshot.standing.is_published
    with st.expander(say("Who looked at these figures"), expanded=is_open):
        show_rows([Column(head) for head in heads], rows, is_listed=True)


def _derivation(snapshot: Snapshot, found: list[Derivation]) -> None:
    st.subheader(say("Where the figures come from"))
    if not found:
        return
    names = {one.row.code: one for one in found}
    code = st.selectbox(
        say("Township"),
        list(names),
        format_func=lambda code: names[code].row.name,
        key=f"derivation {snapshot.id}",
    )
    one = names[code]
    agrees = say("the frozen figure") if one.agrees else say("NOT the frozen figure")
    st.text(
        say(
            "{name}: {done} of {eligible} mu from {parcels} parcels; {agrees}",
            name=one.row.name,
            done=format_mu(one.done_m2),
            eligible=format_mu(one.eligible_m2),
            parcels=len(one.parts),
            agrees=agrees,
        )
    )
    st.caption(say("New arable that counts = new arable × area done at the step ÷ parcel area."))
    show_rows(
        (
            Column(say("Village")),
            Column(say("Parcel")),
            Column(say("New arable (mu)"), Kind.MU),
            Column(say("Done at the step (m²)"), Kind.COUNT),
            Column(say("Area (m²)"), Kind.COUNT),
            Column(say("Counts (mu)"), Kind.MU),
        ),
        [
            (
                part["village"],
                part["parcel_no"],
                format_mu(part["new_arable_m2"]),
                format_m2(part["at_step_m2"]),
                format_m2(part["area_m2"]),
                format_mu(part["done_m2"]),
            )
            for part in one.parts.to_dict("records")
        ],
    )
