"""The words of the reporting loop's actions in the audit log."""

from __future__ import annotations

from gis.language import _
from parcels.audit_words import hand_in_words
from reports.daily import RETURN_TITLES, STATE_TITLES, ZERO_TITLES
from reports.means.money import PURPOSE_TITLES
from reports.reasons import CORRECTION_TITLES

hand_in_words(
    actions={
        "drop_photo": _("Took a photo away"),
        "file_report": _("Sent the daily report"),
        "give_money": _("Gave start-up money"),
        "keep_photo": _("Added a photo"),
        "keep_plan": _("Wrote a plan"),
        "keep_team": _("Named the dedicated team"),
        "keep_template": _("Kept a template"),
        "report_confirmed": _("Confirmed a daily report"),
        "report_returned": _("Returned a daily report"),
        "report_withdrawn": _("Withdrew a daily report"),
        "restore_template": _("Went back to the template of the software"),
        "strike_money": _("Struck a movement of money"),
    },
    fields={
        "amount_fen": _("amount (fen)"),
        "day": _("day"),
        "document_on": _("date of the document"),
        "entries": _("entries"),
        "formed_on": _("formed on"),
        "members": _("members"),
        "milestones": _("milestones"),
        "money_fen": _("money spent (fen)"),
        "post": _("post"),
        "purpose": _("purpose"),
        "share": _("share"),
        "taken_back": _("entries taken back"),
        "text": _("words"),
        "title": _("title"),
        "zero": _("why no progress"),
    },
    values={
        "purpose": PURPOSE_TITLES,
        "reason": {**RETURN_TITLES, **CORRECTION_TITLES},
        "state": STATE_TITLES,
        "zero": ZERO_TITLES,
    },
)
