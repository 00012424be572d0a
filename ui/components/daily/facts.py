"""People, machines, money, problems and help: what was yesterday's stands there already."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import streamlit as st

from gis.language import say
from reports.drafts import MONEY, REASON
from reports.means.money import FEN_PER_YUAN, PURPOSE_TITLES, Purpose, format_yuan
from reports.reasons import PROBLEM_TITLES, ProblemReason
from ui.components.daily.desk import Desk, follow
from ui.components.daily.typed import typed_text
from ui.components.literal import literally


def facts(desk: Desk) -> None:
    """Show the fields below the parcels; each change is saved as it is made."""
    beside = st.container(horizontal=True)  # on a phone too, where columns would stack
    for name, label, most, before in (
        ("workers", say("People at work"), 100_000, desk.workers),
        ("machines", say("Machines at work"), 10_000, desk.machines),
    ):
        key = desk.key(name)
        follow(key, desk.draft.number(name, before))

        def change(name: str = name, key: str = key) -> None:
            desk.save({name: st.session_state[key]})

        beside.number_input(literally(label), 0, most, step=1, key=key, on_change=change)
    if desk.before is not None and not {"workers", "machines"} & desk.draft.content.keys():
        day: date = desk.before["day"]
        words = say("People and machines as on {day}; change them if they differ.", day=day)
        st.caption(literally(words))
    _money(desk)
    _problems(desk)
    typed_text(desk, "help_wanted", say("Help wanted"))


def _money(desk: Desk) -> None:
    spent = desk.draft.money
    total = format_yuan(sum(spent.values()))
    title = say("Start-up money spent today: {yuan} yuan", yuan=total)
    with st.expander(literally(title), expanded=bool(spent)):
        key = desk.key("purposes")
        follow(key, list(spent))

        def change() -> None:
            chosen = set(st.session_state[key])
            out = {f"{MONEY}:{purpose}": None for purpose in spent if purpose not in chosen}
            into = {f"{MONEY}:{purpose}": 0 for purpose in chosen if purpose not in spent}
            desk.save(out | into)

        st.pills(
            say("On what?"),
            list(Purpose),
            selection_mode="multi",
            format_func=lambda p: str(PURPOSE_TITLES[p]),
            key=key,
            on_change=change,
        )
        for purpose in spent:
            _sum(desk, purpose, spent[purpose])
        if spent:
            typed_text(desk, "money_note", say("On what exactly"))


def _sum(desk: Desk, purpose: Purpose, fen: int) -> None:
    key = desk.key(f"money {purpose}")
    follow(key, fen / FEN_PER_YUAN)

    def change() -> None:
        yuan = Decimal(str(st.session_state[key]))  # 0.29 · 100 would be 28.999…
        desk.save({f"{MONEY}:{purpose}": int((yuan * FEN_PER_YUAN).to_integral_value())})

    st.number_input(
        literally(say("{purpose}, yuan", purpose=PURPOSE_TITLES[purpose])),
        min_value=0.0,
        step=1000.0,
        format="%.2f",
        key=key,
        on_change=change,
    )


def _problems(desk: Desk) -> None:
    key = desk.key("reasons")
    present = list(desk.draft.problem_reasons)
    follow(key, present)

    def change() -> None:
        chosen = set(st.session_state[key])
        out = {f"{REASON}:{reason}": None for reason in set(present) - chosen}
        into = {f"{REASON}:{reason}": True for reason in chosen - set(present)}
        desk.save(out | into)

    st.pills(
        say("Kind of problem"),
        list(ProblemReason),
        selection_mode="multi",
        format_func=lambda r: str(PROBLEM_TITLES[r]),
        key=key,
        on_change=change,
    )
    typed_text(desk, "problem", say("Problems"))
