"""Accounts: who may come in, as what, and where."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gis.language import _, say
from parcels.people.access import Action
from parcels.people.actor import ROLE_TITLES, Role
from parcels.people.sessions import Session
from parcels.services import accounts
from ui import office
from ui.components.accounts_sheet import accounts_sheet
from ui.components.literal import tell
from ui.components.sessions_shown import sessions_shown
from ui.pages.page import Figures, Page, Section

MADE = "accounts made"
SAID = "people said"


def show(session: Session) -> None:
    """Show the accounts of the administrator's region; create, reset, close."""
    if not session.actor.region:
        _found_county(session)
        return
    tell(SAID)
    here, by_sheet, now = st.tabs([say("Accounts"), say("Import by Excel"), say("Signed in now")])
    with here:
        _accounts(session)
    with by_sheet:
        accounts_sheet(session)
    with now:
        sessions_shown(session, SAID)


def _accounts(session: Session) -> None:
    rows = accounts.people(office.store(), session.actor)
    st.dataframe(
        pd.DataFrame(
            [
                {
                    say("Account"): row["name"],
                    say("Full name"): row["display_name"],
                    say("Role"): str(ROLE_TITLES[Role(row["role"])]),
                    say("Region"): row["region"],
                    say("Phone"): row["phone"],
                    say("State"): say("closed") if row["disabled_at"] else say("open"),
                }
                for row in rows
            ]
        ),
        placeholder="—",
        hide_index=True,
        width="stretch",
    )
    _create(session)
    _change(session, [row["name"] for row in rows])


def _found_county(session: Session) -> None:
    st.info(say("Which county does this installation serve? This is settled once."))
    with st.form("county"):
        code = st.text_input(say("Administrative code (6 digits)"), max_chars=6)
        name = st.text_input(say("Name of the county"), max_chars=64)
        if st.form_submit_button(say("Settle"), type="primary"):
            accounts.found_county(office.store(), session.actor, code, name, now=office.now())
            st.rerun()


def _create(session: Session) -> None:
    st.subheader(say("New account"))
    # a new number after each account made: the form is empty again, yet keeps what was refused
    made = st.session_state.get(MADE, 0)
    with st.form(f"account {made}"):
        left, right = st.columns(2)
        name = left.text_input(say("Account"), max_chars=64)
        display_name = right.text_input(say("Full name"), max_chars=64)
        role = left.selectbox(say("Role"), list(Role), format_func=lambda r: str(ROLE_TITLES[r]))
        region = right.text_input(say("Region (code)"), value=session.actor.region, max_chars=12)
        phone = left.text_input(say("Phone"), max_chars=32)
        if st.form_submit_button(say("Create"), type="primary"):
            password = accounts.create_account(
                office.store(),
                session.actor,
                name=name,
                display_name=display_name,
                role=role or Role.TOWNSHIP_REPORTER,
                region=region,
                phone=phone,
                now=office.now(),
            )
            st.session_state[MADE] = made + 1
            _tell_password(name, password)


def _change(session: Session, names: list[str]) -> None:
    st.subheader(say("Change an account"))
    name = st.selectbox(say("Account"), names, key="account to change")
    reset, close, reopen = st.columns(3)
    if reset.button(say("New one-time password"), width="stretch"):
        password = accounts.reset_password(office.store(), session.actor, name, now=office.now())
        _tell_password(name, password)
    if close.button(say("Close the account and end its sessions"), width="stretch"):
        accounts.set_disabled(office.store(), session.actor, name, disabled=True, now=office.now())
        st.rerun()
    if reopen.button(say("Open the account again"), width="stretch"):
        accounts.set_disabled(office.store(), session.actor, name, disabled=False, now=office.now())
        st.rerun()


def _tell_password(name: str, password: str) -> None:
    st.session_state[SAID] = say(
        "One-time password of {name}: {password} — hand it over now, it is shown only once.",
        name=name,
        password=password,
    )
    st.rerun()


PAGE = Page(
    slug="people",
    title=_("Accounts"),
    icon=":material/group:",
    action=Action.KEEP_PEOPLE,
    section=Section.OFFICE,
    show=show,
    first_for=frozenset({Role.ADMINISTRATOR}),
    figures=Figures.NONE,
)
