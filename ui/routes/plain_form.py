"""The plain page of the daily report: HTML only, no script, for browsers of any age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape

import pandas as pd

from gis.language import Text, say
from gis.units import format_m2, format_mu
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.workflow import ORDER, REPORTED_BY_TOWNSHIP, STEP_TITLES, Step
from reports.counted import why_not_counted
from reports.daily import ZERO_TITLES
from reports.drafts import LONGEST_TEXT, MONEY, REASON, Draft
from reports.means.money import FEN_PER_YUAN, PURPOSE_TITLES, Purpose
from reports.reasons import PROBLEM_TITLES, ProblemReason
from ui.below import SITE

PLAIN = "/plain/report"


@dataclass(frozen=True)
class Back:
    """A report that came back: what the bureau says, and whether it can still be mended."""

    report_id: int
    day: date
    words: str
    can_mend: bool


@dataclass(frozen=True)
class Sheet:
    """All that the page shows of a day: the draft, the parcels, what was typed and refused."""

    session: Session
    project: Project
    day: date
    days: Mapping[date, str]
    draft: Draft
    parcels: pd.DataFrame
    room_m2: pd.Series
    step: Step
    village: str
    before: tuple[int, int] = (0, 0)
    photos: int = 0
    typed: Mapping[str, str] = field(default_factory=dict)
    told: Sequence[str] = ()
    is_saved: bool = False
    returned: Sequence[Back] = ()


def form_page(sheet: Sheet) -> str:
    """Return the form of a day that is not reported yet."""
    parts = [
        _returned(sheet),
        _days(sheet),
        *(f'<p class="error" role="alert">{escape(words)}</p>' for words in sheet.told),
        f'<p class="said">{escape(say("Saved. Nothing is sent yet."))}</p>'
        if sheet.is_saved
        else "",
        f'<form method="post" action="{SITE}{PLAIN}" enctype="multipart/form-data">{hidden(sheet)}',
        _step_and_village(sheet),
        _ready(sheet),
        _lines(sheet),
        _facts(sheet),
        _button("save", say("Save, choose more")),
        _button("send", say("Send the report of {day}", day=sheet.day), is_main=True),
        "</form>",
        _excel(sheet),
    ]
    return "".join(parts)


def standing_page(
    sheet: Sheet, receipt: str, words: str, lines: Sequence[str], *, withdraw: int | None
) -> str:
    """Return the page of a day that is reported: its receipt and what it says.

    ``withdraw`` is the report that may still be taken back; None: it is confirmed.
    """
    listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
    told = "".join(f'<p class="error" role="alert">{escape(words)}</p>' for words in sheet.told)
    again = ""
    if withdraw is not None:
        again = _act_on(sheet, withdraw, "withdraw", say("Withdraw and report again"))
    return (
        f"{_returned(sheet)}{_days(sheet)}{told}"
        f"<p class='receipt'>{escape(say('Receipt'))}<b>{escape(receipt)}</b>"
        f"{escape(words)}</p><ul>{listed}</ul>{again}"
    )


def _returned(sheet: Sheet) -> str:
    """Return what the bureau sent back, on top of everything, each with the way to mend it."""
    parts = []
    for back in sheet.returned:
        parts.append(f'<p class="error" role="alert">{escape(back.words)}</p>')
        if back.can_mend:
            words = say("Mend the report of {day} and send it again", day=back.day)
            parts.append(_act_on(sheet, back.report_id, "mend", words))
    return "".join(parts)


def _act_on(sheet: Sheet, report_id: int, do: str, words: str) -> str:
    """Return a form of one button that does something with a report."""
    return (
        f'<form method="post" action="{SITE}{PLAIN}" enctype="multipart/form-data">{hidden(sheet)}'
        f'<input type="hidden" name="report" value="{report_id}">{_button(do, words)}</form>'
    )


def hidden(sheet: Sheet) -> str:
    """Return the fields that name the form: whose, of which project and day."""
    return (
        f'<input type="hidden" name="csrf" value="{escape(sheet.session.csrf)}">'
        f'<input type="hidden" name="project" value="{sheet.project.id}">'
        f'<input type="hidden" name="day" value="{sheet.day}">'
    )


def _days(sheet: Sheet) -> str:
    links = "".join(
        f'<li><a href="{SITE}{PLAIN}?project={sheet.project.id}&amp;day={day}">'
        f"{f'<b>{day}</b>' if day == sheet.day else day}</a> {escape(mark)}</li>"
        for day, mark in sheet.days.items()
    )
    title = say("Daily report")
    who = f"{sheet.session.actor.display_name} · {sheet.project.name}"
    return f'<h1>{escape(title)} {sheet.day}</h1><p>{escape(who)}</p><ul class="days">{links}</ul>'


def _step_and_village(sheet: Sheet) -> str:
    steps = [(step.value, str(STEP_TITLES[step])) for step in REPORTED_BY_TOWNSHIP]
    ready = sheet.parcels[sheet.room_m2 > 0]
    counts = ready.groupby(["village_code", "village"]).size()
    villages = [(code, f"{name or code} {count}") for (code, name), count in counts.items()]
    again = _button("show", say("Show these parcels"))
    return (
        f"<fieldset><legend>{escape(say('Which step was done?'))}</legend>"
        f"{_select('step', say('Step'), steps, sheet.step.value)}"
        f"{_select('village', say('Village'), villages, sheet.village)}{again}</fieldset>"
    )


def _ready(sheet: Sheet) -> str:
    ready = sheet.parcels[(sheet.room_m2 > 0) & (sheet.parcels["village_code"] == sheet.village)]
    why = why_not_counted(ready)
    rows = []
    for ledger_id, parcel in ready.iterrows():
        if (ledger_id, sheet.step) in sheet.draft.entries:
            continue
        note = say("not counted: {why}", why=why[ledger_id]) if why[ledger_id] else ""
        words = f"{parcel['parcel_no'] or '—'} · {format_m2(sheet.room_m2[ledger_id])} m² {note}"
        rows.append(_check("take", f"{ledger_id}:{sheet.step.value}", words, is_on=False))
    legend = escape(say("Parcels done today: {step}", step=STEP_TITLES[sheet.step]))
    none = escape(say("No parcel of this village is left for this step."))
    return f"<fieldset><legend>{legend}</legend>{''.join(rows) or none}</fieldset>"


def _lines(sheet: Sheet) -> str:
    basket = sheet.draft.entries
    if not basket:
        return ""
    rows = []
    for ledger_id, step in sorted(basket, key=lambda place: (ORDER.index(place[1]), place[0])):
        name = f"area:{ledger_id}:{step.value}"
        number = "—"
        if ledger_id in sheet.parcels.index:
            parcel = sheet.parcels.loc[ledger_id]
            number = f"{parcel['village']} {parcel['parcel_no']}"
        label = say("{step} · {parcel} · m² (empty takes it out)",
                    step=STEP_TITLES[step], parcel=number)  # fmt: skip
        value = sheet.typed.get(name, f"{basket[ledger_id, step]:.2f}")
        rows.append(_input(name, label, value))
    total = format_mu(sum(basket.values()))
    title = say("In this report: {count} entries, {mu} mu", count=len(basket), mu=total)
    return f"<fieldset><legend>{escape(title)}</legend>{''.join(rows)}</fieldset>"


def _facts(sheet: Sheet) -> str:
    draft, typed = sheet.draft, sheet.typed
    workers, machines = sheet.before
    numbers = (
        ("workers", say("People at work"), draft.number("workers", workers)),
        ("machines", say("Machines at work"), draft.number("machines", machines)),
    )
    fields = [_input(name, label, typed.get(name, str(value))) for name, label, value in numbers]
    fields.append(f"<h2>{escape(say('Start-up money spent today, yuan'))}</h2>")
    for purpose in Purpose:
        name = f"{MONEY}:{purpose}"
        fen = draft.money.get(purpose, 0)
        value = f"{fen / FEN_PER_YUAN:.2f}" if fen else ""
        fields.append(_input(name, str(PURPOSE_TITLES[purpose]), typed.get(name, value)))
    fields.append(_input("money_note", say("On what exactly"), draft.text("money_note")))
    fields.append(f"<h2>{escape(say('Kind of problem'))}</h2>")
    fields += [
        _check(f"{REASON}:{reason}", "1", PROBLEM_TITLES[reason],
               is_on=reason in draft.problem_reasons)
        for reason in ProblemReason
    ]  # fmt: skip
    fields.append(_area("problem", say("Problems"), draft.text("problem")))
    fields.append(_area("help_wanted", say("Help wanted"), draft.text("help_wanted")))
    photos = say("Photos (JPEG); {count} are kept already", count=sheet.photos)
    chooser = "<input type='file' name='photos' accept='image/*' multiple>"
    fields.append(f"<label>{escape(photos)}{chooser}</label>")
    zeros = [("", "—"), *((reason.value, str(title)) for reason, title in ZERO_TITLES.items())]
    label = say("No progress today: the reason")
    fields.append(_select("zero", label, zeros, typed.get("zero", "")))
    return "".join(fields)


def _excel(sheet: Sheet) -> str:
    address = f"{SITE}/files/report-form/{sheet.project.id}/{sheet.day}.xlsx"
    return (
        f"<h2>{escape(say('By Excel'))}</h2>"
        f'<p><a href="{address}">{escape(say("Download the form of {day}", day=sheet.day))}</a></p>'
        f'<form method="post" action="{SITE}{PLAIN}" enctype="multipart/form-data">{hidden(sheet)}'
        f"<label>{escape(say('The filled form (.xlsx)'))}"
        f'<input type="file" name="form" accept=".xlsx"></label>'
        f"{_button('excel', say('Send the form'))}</form>"
    )


def _button(value: str, words: str, *, is_main: bool = False) -> str:
    look = "" if is_main else ' class="demo"'
    return f'<button name="do" value="{value}"{look}>{escape(words)}</button>'


def _select(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    inner = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(words)}</option>"
        for value, words in options
    )
    return f'<label>{escape(label)}<select name="{name}">{inner}</select></label>'


def _input(name: str, label: str, value: str) -> str:
    return (
        f'<label>{escape(label)}<input name="{escape(name)}" value="{escape(value)}" '
        f'maxlength="{LONGEST_TEXT}"></label>'
    )


def _area(name: str, label: str, value: str) -> str:
    return (
        f'<label>{escape(label)}<textarea name="{name}" rows="3" maxlength="{LONGEST_TEXT}">'
        f"{escape(value)}</textarea></label>"
    )


def _check(name: str, value: str, label: Text | str, *, is_on: bool) -> str:
    mark = " checked" if is_on else ""
    return (
        f'<label class="check"><input type="checkbox" name="{escape(name)}" '
        f'value="{escape(value)}"{mark}> {escape(str(label))}</label>'
    )
