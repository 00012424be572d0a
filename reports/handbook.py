"""Pages of the handbook that are written from tables: rules, stages, roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from gis.findings import KINDS, FindingKind
from gis.language import say
from parcels.people.access import ACTION_TITLES, MAY
from parcels.people.actor import ROLE_TITLES, Role
from parcels.rules import DATA_RULES, NOT_READ, RULES
from parcels.workflow import ORDER, REPORTED_BY_TOWNSHIP, STEP_TITLES
from reports.daily import NEXT_STATES, STATE_TITLES
from reports.periods.period import PERIOD_TITLES
from reports.publication.chain import CHAINS, LINK_ACTIONS, LINK_TITLES, OPTIONAL
from reports.supervision.facts import FACT_TITLES
from reports.supervision.ladder import LINE_NOTES, RUNG_TITLES, RUNGS
from reports.supervision.ladder import RULES as LADDER_RULES
from reports.supervision.notice import (
    NEXT_NOTICE_STATES,
    NEXT_REMINDER_STATES,
    NOTICE_STATES,
    REMINDER_STATES,
    Moves,
)

GENERATED = "<!-- python -m reports handbook -->"


def rules_page() -> str:
    """Return the rules: what each checks, when a parcel fails, what remedy there is."""
    parts = [GENERATED, f"# {say('Rules')}", say("X and Y are terms of a policy version.")]
    for rule in RULES:
        parts += [
            f"## {rule.title} `{rule.code}`",
            f"- {say('Checks')}: {rule.checks}",
            f"- {say('Fails when')}: {rule.fails_when}",
            f"- {say('Remedy')}: {rule.remedy}",
            _kinds(rule.kinds),
        ]
    of_rules = {kind.code for rule in RULES for kind in rule.kinds}
    of_data = [rule.kind for rule in DATA_RULES]
    known = of_rules | {kind.code for kind in of_data} | {NOT_READ.code}
    of_reading = [kind for code, kind in sorted(KINDS.items()) if code not in known]
    parts += [
        f"## {say('Rules about the data')}",
        say("They never change a verdict; they say what to mend or to doubt."),
        _kinds([NOT_READ, *of_data]),
        f"## {say('Noticed while reading a file')}",
        _kinds(of_reading),
    ]
    return "\n\n".join(parts) + "\n"


def stages_page() -> str:
    """Return the steps of the works and the states of a report, with their diagrams."""
    works = [f"    {before.value} --> {after.value}" for before, after in pairwise(ORDER)]
    names = [f"    {step.value} : {STEP_TITLES[step]}" for step in ORDER]
    states = [f"    {state.value} : {title}" for state, title in STATE_TITLES.items()]
    moves = [
        f"    {state.value} --> {to.value} : {ACTION_TITLES[action]}"
        for state, targets in NEXT_STATES.items()
        for to, action in targets.items()
    ]
    reported = ", ".join(str(STEP_TITLES[step]) for step in REPORTED_BY_TOWNSHIP)
    return (
        "\n\n".join(
            [
                GENERATED,
                f"# {say('Stages')}",
                f"## {say('The works on a parcel')}",
                say("The area of a later step never exceeds that of an earlier one."),
                _diagram([*names, *works]),
                say("Reported by townships: {steps}.", steps=reported),
                f"## {say('A daily report')}",
                _diagram([*states, "    [*] --> filed", *moves]),
                f"## {say('Publication of figures')}",
                say("Each link is another person's. What was frozen is never changed."),
                _chains(),
                f"## {say('A notice of supervision')}",
                say("It closes on the figures only, and opens again when they fall back."),
                _notices(NEXT_NOTICE_STATES),
                f"## {say('A reminder')}",
                say("A reminder asks for no paper and no visit: the figures close it."),
                _notices(NEXT_REMINDER_STATES),
                f"## {say('The ladder of supervision')}",
                say(
                    "Lines as delivered; the office sets its own. A proposal climbs one rung at a "
                    "time, and a person issues, edits or declines it."
                ),
                _ladder(),
            ]
        )
        + "\n"
    )


def _notices(table: Moves) -> str:
    titles = REMINDER_STATES if table is NEXT_REMINDER_STATES else NOTICE_STATES
    names = [f"    {state.value} : {titles[state]}" for state in table]
    moves = [
        f"    {state.value} --> {to.value} : {ACTION_TITLES[action]}"
        for state, targets in table.items()
        for to, action in targets.items()
    ]
    return _diagram([*names, f"    [*] --> {next(iter(table)).value}", *moves])


def _ladder() -> str:
    heads = [say("Fact"), *(str(RUNG_TITLES[rung]) for rung in RUNGS)]
    rows = [
        [
            f"{FACT_TITLES[rule.fact]}（{LINE_NOTES[rule.fact]}）",
            *(
                f"{line.least:g}" if line.days == 1 else f"{line.least:g} / {line.days}"
                for line in rule.defaults.values()
            ),
        ]
        for rule in LADDER_RULES
    ]
    return _table(heads, rows)


def _chains() -> str:
    heads = [say("Product"), say("Links in order, and whose right each is")]
    rows = []
    for kind, chain in CHAINS.items():
        links = [
            f"{LINK_TITLES[link]}（{ACTION_TITLES[LINK_ACTIONS[link]]}"
            f"{say(', where the office wants it') if link in OPTIONAL else ''}）"
            for link in chain
        ]
        rows.append([str(PERIOD_TITLES[kind]), " → ".join(links)])
    return _table(heads, rows)


def roles_page() -> str:
    """Return who may do what, a row for each action."""
    heads = [say("Action"), *(str(ROLE_TITLES[role]) for role in Role)]
    rows = [
        [str(title), *("✓" if role in MAY[action] else "" for role in Role)]
        for action, title in ACTION_TITLES.items()
    ]
    return (
        "\n\n".join(
            [
                GENERATED,
                f"# {say('Roles and rights')}",
                say("Every right holds within the person's region only."),
                _table(heads, rows),
            ]
        )
        + "\n"
    )


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "stages.md": stages_page,
    "roles.md": roles_page,
}


def _kinds(kinds: Iterable[FindingKind]) -> str:
    heads = [say("Code"), say("What"), say("Said"), say("What to do")]
    rows = [
        [f"`{kind.code}`", str(kind.title), str(kind.message), str(kind.remedy)] for kind in kinds
    ]
    return _table(heads, rows)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |"
        for line in lines
    )


def _diagram(lines: list[str]) -> str:
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])
