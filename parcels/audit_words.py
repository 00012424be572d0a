"""The audit log in words a person reads: who did what, and what stood before and after.

Every package hands in the words of its own actions; a test finds an action without words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis.language import Text, _, say
from parcels.jobs import JOB_STATE_TITLES
from parcels.people.access import ACTION_TITLES
from parcels.people.actor import ROLE_TITLES
from parcels.policy import INSIDE_VILLAGE_TITLES, NEW_ARABLE_TITLES, STRUCTURE_UNIT_TITLES
from parcels.services.keep_layer import LAYER_TITLES
from parcels.settings import SETTINGS
from parcels.workflow import STEP_TITLES

LONGEST_VALUE = 300
ACTIONS: dict[str, Text] = {
    "add_policy": _("Wrote a policy version"),
    "adopt_as_built": _("Adopted an as-built layer"),
    "adopt_check": _("Adopted a check"),
    "apply_corrections": _("Made layer versions from corrected inputs"),
    "back_up": _("Made a backup"),
    "cancel_job": _("Cancelled a background job"),
    "change_password": _("Changed the own password"),
    "change_password_refused": _("Gave a wrong present password; the password stayed"),
    "change_project": _("Corrected a project"),
    "change_setting": _("Changed a setting"),
    "change_password_throttled": _("Gave too many wrong present passwords; must wait"),
    "close_account": _("Closed an account"),
    "compare_versions": _("Compared a proposal with what is in force"),
    "correct_input": _("Corrected an input of a parcel"),
    "create_account": _("Created an account"),
    "create_project": _("Founded a project"),
    "cut_imagery": _("Made an orthophoto ready for the map"),
    "end_job": _("Finished a background job"),
    "end_session": _("Ended a session"),
    "export": _("Downloaded"),
    "fail_job": _("A background job failed"),
    "found_county": _("Settled the county"),
    "import_accounts": _("Imported accounts"),
    "import_regions": _("Imported regions"),
    "keep_imagery": _("Registered an orthophoto"),
    "keep_layer": _("Kept a layer"),
    "name_answerable": _("Named who answers for a township"),
    "name_region": _("Named a region"),
    "open_account": _("Opened an account again"),
    "refused": _("Was refused"),
    "remove_imagery": _("Removed an orthophoto"),
    "second_correction": _("Decided on another's correction"),
    "second_judgement": _("Decided on another's judgement"),
    "reset_password": _("Gave a new one-time password"),
    "run_check": _("Checked every parcel"),
    "sign_in": _("Signed in"),
    "sign_in_refused": _("Tried to sign in in vain"),
    "sign_in_throttled": _("Tried to sign in too often; must wait"),
    "sign_out": _("Signed out"),
    "decline_check": _("Declined a proposal"),
    "edit_ledger": _("Wrote in the ledger"),
    "restore": _("Restored a backup"),
    "withdraw_parcel": _("Withdrew a parcel"),
    "restore_parcel": _("Took a withdrawal back"),
    "open_balance": _("Brought an opening balance in"),
    "undo_opening": _("Took an opening balance back"),
    "submit_job": _("Started a background job"),
}
FIELDS: dict[str, Text] = {
    "accounts": _("accounts"),
    "audit_head": _("head of the audit log"),
    "action": _("action"),
    "added": _("parcels added"),
    "address": _("address"),
    "approval_no": _("approval number"),
    "approved_new_arable_m2": _("approved new arable"),
    "approved_on": _("approved on"),
    "approved_scale_m2": _("approved scale"),
    "back": _("parcels back"),
    "check": _("check"),
    "code": _("code"),
    "coefficient": _("coefficient"),
    "counting_step": _("counted at"),
    "cut_off": _("cut-off"),
    "day": _("day"),
    "deadline": _("deadline"),
    "deputy_name": _("deputy"),
    "deputy_phone": _("deputy's phone"),
    "deputy_post": _("deputy's post"),
    "display_name": _("name of the person"),
    "document_no": _("document number"),
    "document_task_m2": _("task of the document"),
    "file": _("file"),
    "image_date": _("image date"),
    "in_force_on": _("in force on"),
    "inside_village": _("inside a village"),
    "leader_name": _("leader in charge"),
    "leader_phone": _("leader's phone"),
    "leader_post": _("leader's post"),
    "matched": _("matched"),
    "min_new_arable_m2": _("Y (least new arable)"),
    "min_share": _("X (least structure share)"),
    "name": _("name"),
    "new_arable_from": _("new arable from"),
    "flips": _("verdicts that flip"),
    "made_at": _("backup made at"),
    "parcels": _("parcels"),
    "path": _("asked for"),
    "phone": _("phone"),
    "pixel_m": _("pixel (m)"),
    "policy": _("policy version"),
    "project": _("project"),
    "reason": _("reason"),
    "reference": _("reference"),
    "refused": _("refused rows"),
    "region": _("region"),
    "regions": _("regions"),
    "role": _("role"),
    "rows": _("rows"),
    "said": _("told"),
    "sha256": _("content hash"),
    "starts_on": _("starts on"),
    "state": _("state"),
    "structure_classes": _("structure classes"),
    "structure_unit": _("structures counted by"),
    "task_document_no": _("number of the task's document"),
    "unmatched": _("without a match"),
    "missing": _("parcels missing in it"),
    "value": _("value"),
    "version": _("version"),
    "withdrawn": _("parcels withdrawn"),
    "words": _("words"),
    "place": _("where it lies"),
    "leader": _("responsible leader"),
    "responsible": _("person responsible"),
    "due": _("to be done by"),
    "problem": _("problem"),
    "correction": _("what was put right"),
    "closed_on": _("closed on"),
    "return_visit": _("return visit"),
    "document": _("source of the figures"),
    "work moved": _("pieces of work moved"),
    "work left": _("pieces of work left behind"),
}
VALUES: dict[str, Mapping[Any, Text]] = {
    "action": ACTION_TITLES,
    "counting_step": STEP_TITLES,
    "inside_village": INSIDE_VILLAGE_TITLES,
    "new_arable_from": NEW_ARABLE_TITLES,
    "role": ROLE_TITLES,
    "state": JOB_STATE_TITLES,
    "structure_unit": STRUCTURE_UNIT_TITLES,
}


def hand_in_words(
    actions: Mapping[str, Text],
    fields: Mapping[str, Text],
    values: Mapping[str, Mapping[Any, Text]],
) -> None:
    """Add an upper package's actions, the fields they write down and the words of their values."""
    ACTIONS.update(actions)
    FIELDS.update(fields)
    for field, words in values.items():
        VALUES[field] = {**VALUES.get(field, {}), **words}


def action_words(action: str) -> str:
    """Return an action as people say it."""
    return str(ACTIONS[action]) if action in ACTIONS else action


def what_happened(row: Mapping[str, Any]) -> str:
    """Return one sentence: the action, its thing, and each field before → after."""
    told = action_words(row["action"])
    if row["subject"]:
        told = say("{action}: {thing}", action=told, thing=_subject(row))
    return say("; ").join([told, *_changes(row["before"] or {}, row["after"] or {})])


def _subject(row: Mapping[str, Any]) -> str:
    """Return the thing; names of our own among its words are said in the reader's language."""
    known: Mapping[Any, Text] = {
        **{name: one.title for name, one in SETTINGS.items()},
        **LAYER_TITLES,
        **(ACTION_TITLES if row["action"] == "refused" else {}),
    }
    return " ".join(str(known.get(word, word)) for word in str(row["subject"]).split(" "))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    said = []
    for name in [*after, *(name for name in before if name not in after)]:
        label = str(FIELDS.get(name, name))
        is_new = name not in before
        if not is_new and name in after and before[name] == after[name]:
            continue
        then = value_words(name, after.get(name))
        if is_new and then == "—":
            continue
        said.append(f"{label} {then}" if is_new else
                    f"{label} {value_words(name, before[name])} → {then}")  # fmt: skip
    return said


def value_words(field: str, value: Any) -> str:
    """Return a value as people read it; a dash where there is none."""
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, Mapping):
        shown = ", ".join(
            f"{FIELDS.get(name, name)} {value_words(name, v)}" for name, v in value.items()
        )
    elif isinstance(value, list):
        shown = ", ".join(value_words(field, one) for one in value)
    else:
        words = VALUES.get(field, {})
        shown = str(words[value]) if value in words else f"{value}{_unit(field)}"
    return shown if len(shown) <= LONGEST_VALUE else f"{shown[: LONGEST_VALUE - 1]}…"


def _unit(field: str) -> str:
    return " m²" if field.endswith("_m2") else ""
