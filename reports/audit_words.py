"""The words of the reporting loop's actions in the audit log."""

from __future__ import annotations

from gis.language import _
from parcels.audit_words import hand_in_words
from parcels.workflow import STEP_TITLES
from reports.acceptance.inspection import GROUND_TITLES
from reports.daily import RETURN_TITLES, STATE_TITLES, ZERO_TITLES
from reports.means.money import PURPOSE_TITLES
from reports.reasons import CORRECTION_TITLES
from reports.supervision.facts import FACT_TITLES
from reports.supervision.ladder import RUNG_TITLES
from reports.supervision.notice import NOTICE_STATES

hand_in_words(
    actions={
        "adjust_work": _("Corrected confirmed work"),
        "answer_guidance": _("Answered a call for help"),
        "ask_extension": _("Asked for an extension of a notice"),
        "decline_proposal": _("Declined a proposed notice"),
        "drop_photo": _("Took a photo away"),
        "edit_words": _("Edited the words of a summary"),
        "extension_granted": _("Granted an extension of a notice"),
        "extension_refused": _("Refused an extension of a notice"),
        "figures_objected": _("Objected to the figures"),
        "figures_passed": _("Passed the figures on"),
        "figures_returned": _("Returned the figures"),
        "figures_seen": _("Saw the figures"),
        "file_report": _("Sent the daily report"),
        "freeze_figures": _("Froze the figures of a period"),
        "give_money": _("Gave start-up money"),
        "issue_documents": _("Issued documents"),
        "issue_notice": _("Issued a notice"),
        "keep_photo": _("Added a photo"),
        "keep_plan": _("Wrote a plan"),
        "keep_team": _("Named the dedicated team"),
        "keep_template": _("Kept a template"),
        "notice_checked": _("Checked a notice's correction"),
        "notice_closed": _("Closed a notice"),
        "notice_open": _("Sent a notice back for correction"),
        "notice_replied": _("Replied to a notice"),
        "notice_revisited": _("Made a notice's return visit"),
        "open_inspection": _("Opened an acceptance visit"),
        "record_inspection": _("Recorded results of an acceptance visit"),
        "record_judgement": _("Recorded a judgement by imagery"),
        "reopen_notice": _("Opened a notice again: it fell back"),
        "report_confirmed": _("Confirmed a daily report"),
        "report_returned": _("Returned a daily report"),
        "report_withdrawn": _("Withdrew a daily report"),
        "restore_template": _("Went back to the template of the software"),
        "review_as_leader": _("Reviewed a report as the township's leader"),
        "strike_inspection": _("Struck a result of an acceptance visit"),
        "strike_money": _("Struck a movement of money"),
        "take_up_guidance": _("Took up a call for help"),
    },
    fields={
        "accepted": _("accepted"),
        "amount_fen": _("amount (fen)"),
        "answer": _("answer"),
        "day": _("day"),
        "document_on": _("date of the document"),
        "due": _("due"),
        "entries": _("entries"),
        "evidence": _("evidence"),
        "fact": _("fact"),
        "formed_on": _("formed on"),
        "ledger": _("ledger row"),
        "measures": _("measures"),
        "members": _("members"),
        "milestones": _("milestones"),
        "money_fen": _("money spent (fen)"),
        "no": _("number"),
        "people": _("people"),
        "post": _("post"),
        "purpose": _("purpose"),
        "question": _("question"),
        "requirement": _("what is required"),
        "rung": _("rung"),
        "share": _("share"),
        "step": _("step"),
        "taken_back": _("entries taken back"),
        "text": _("words"),
        "title": _("title"),
        "topic": _("topic"),
        "until": _("until"),
        "zero": _("why no progress"),
    },
    values={
        "purpose": PURPOSE_TITLES,
        "fact": FACT_TITLES,
        "refused": GROUND_TITLES,
        "rung": RUNG_TITLES,
        "step": STEP_TITLES,
        "reason": {**RETURN_TITLES, **CORRECTION_TITLES},
        "state": {**STATE_TITLES, **NOTICE_STATES},
        "zero": ZERO_TITLES,
    },
)
