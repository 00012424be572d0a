"""Who may do what: one table; a service asks it with the region of the thing."""

from __future__ import annotations

from enum import StrEnum

from gis.language import Problem, Text, _
from parcels.people.actor import Actor, Role
from parcels.regions import contains


class Action(StrEnum):
    """Everything a person can do; pages, services and routes name these and nothing else."""

    SEE_PROGRESS = "see_progress"
    SEE_CHECK = "see_check"
    UPLOAD_LAYER = "upload_layer"
    ADOPT_CHECK = "adopt_check"
    SEE_PROPOSALS = "see_proposals"
    DESCRIBE_PARCEL = "describe_parcel"
    ASSIGN_PARCEL = "assign_parcel"
    FOLLOW_PARCEL = "follow_parcel"
    WITHDRAW_PARCEL = "withdraw_parcel"
    OPEN_BALANCE = "open_balance"
    KEEP_PROJECT = "keep_project"
    NAME_ANSWERABLE = "name_answerable"
    KEEP_MEANS = "keep_means"
    RECORD_ACCEPTANCE = "record_acceptance"
    ANSWER_GUIDANCE = "answer_guidance"
    SEE_NOTICE = "see_notice"
    ISSUE_NOTICE = "issue_notice"
    REPLY_NOTICE = "reply_notice"
    CHECK_NOTICE = "check_notice"
    REVISIT_NOTICE = "revisit_notice"
    CLOSE_NOTICE = "close_notice"
    REOPEN_NOTICE = "reopen_notice"
    FILE_REPORT = "file_report"
    WITHDRAW_REPORT = "withdraw_report"
    CONFIRM_REPORT = "confirm_report"
    RETURN_REPORT = "return_report"
    KEEP_PHOTO = "keep_photo"
    EXPLAIN_CONTRADICTION = "explain_contradiction"
    CHECK_CONTRADICTION = "check_contradiction"
    FILE_FOR_TOWNSHIP = "file_for_township"
    REVIEW_AS_LEADER = "review_as_leader"
    ADJUST_WORK = "adjust_work"
    KEEP_CALENDAR = "keep_calendar"
    FREEZE_FIGURES = "freeze_figures"
    SEE_FIGURES_FIRST = "see_figures_first"
    REVIEW_FIGURES = "review_figures"
    APPROVE_FIGURES = "approve_figures"
    APPROVE_AS_HEAD = "approve_as_head"
    PUBLISH_FIGURES = "publish_figures"
    EXPORT_SUMMARY = "export_summary"
    EXPORT_CHECK = "export_check"
    EXPORT_MAP = "export_map"
    KEEP_IMAGERY = "keep_imagery"
    JUDGE = "judge"
    SECOND_JUDGEMENT = "second_judgement"
    FIND_REMEDIES = "find_remedies"
    SEE_REMEDIES = "see_remedies"
    EXPORT_CARDS = "export_cards"
    KEEP_PEOPLE = "keep_people"
    KEEP_SETTINGS = "keep_settings"
    KEEP_TEMPLATES = "keep_templates"
    ISSUE_DOCUMENT = "issue_document"
    SEE_AUDIT = "see_audit"


ACTION_TITLES: dict[Action, Text] = {
    Action.SEE_PROGRESS: _("See progress, maps and summaries"),
    Action.SEE_CHECK: _("See verdicts and findings"),
    Action.UPLOAD_LAYER: _("Upload and check layers"),
    Action.ADOPT_CHECK: _("Adopt a checked layer"),
    Action.SEE_PROPOSALS: _("See what new versions change, and try other limits"),
    Action.DESCRIBE_PARCEL: _("Write a parcel's place, problem and correction"),
    Action.ASSIGN_PARCEL: _("Name who answers for a parcel, and by when"),
    Action.FOLLOW_PARCEL: _("Write a parcel's return visit and closing"),
    Action.WITHDRAW_PARCEL: _("Withdraw a parcel, or take that back"),
    Action.OPEN_BALANCE: _("Bring in the opening balance"),
    Action.KEEP_PROJECT: _("Create projects, regions and policies"),
    Action.NAME_ANSWERABLE: _("Name township leaders, deputies and tasks"),
    Action.KEEP_MEANS: _("Keep teams, plans and start-up money"),
    Action.RECORD_ACCEPTANCE: _("Record acceptance on site"),
    Action.ANSWER_GUIDANCE: _("Answer calls for help"),
    Action.SEE_NOTICE: _("See notices"),
    Action.ISSUE_NOTICE: _("Issue or decline a notice"),
    Action.REPLY_NOTICE: _("Reply to a notice and ask for an extension"),
    Action.CHECK_NOTICE: _("Check a reply on the ground"),
    Action.REVISIT_NOTICE: _("Make the return visit"),
    Action.CLOSE_NOTICE: _("Close a notice"),
    Action.REOPEN_NOTICE: _("Reopen a notice whose figure fell back"),
    Action.FILE_REPORT: _("File the daily report"),
    Action.WITHDRAW_REPORT: _("Withdraw an unconfirmed report"),
    Action.CONFIRM_REPORT: _("Confirm a daily report"),
    Action.RETURN_REPORT: _("Return a daily report"),
    Action.KEEP_PHOTO: _("Attach photos"),
    Action.EXPLAIN_CONTRADICTION: _("Explain a contradiction"),
    Action.CHECK_CONTRADICTION: _("Settle a contradiction, on site or by its explanation"),
    Action.FILE_FOR_TOWNSHIP: _("File a daily report for a township, marked so"),
    Action.REVIEW_AS_LEADER: _("Review the township's own report before the bureau"),
    Action.ADJUST_WORK: _("Correct reported work by an adjustment"),
    Action.KEEP_CALENDAR: _("Keep the working calendar"),
    Action.FREEZE_FIGURES: _("Freeze figures"),
    Action.SEE_FIGURES_FIRST: _("See the own frozen figures before the county"),
    Action.REVIEW_FIGURES: _("First review of figures"),
    Action.APPROVE_FIGURES: _("Approve figures"),
    Action.APPROVE_AS_HEAD: _("Approve figures as county head"),
    Action.PUBLISH_FIGURES: _("Publish approved figures"),
    Action.EXPORT_SUMMARY: _("Download summaries"),
    Action.EXPORT_CHECK: _("Download check results with coordinates"),
    Action.EXPORT_MAP: _("Take maps and coordinates out"),
    Action.KEEP_IMAGERY: _("Register orthophotos"),
    Action.JUDGE: _("Judge by imagery and correct inputs"),
    Action.SECOND_JUDGEMENT: _("Confirm another's judgement or correction"),
    Action.FIND_REMEDIES: _("Compute and download remedies"),
    Action.SEE_REMEDIES: _("See the remedies of failing parcels"),
    Action.EXPORT_CARDS: _("Download evidence cards"),
    Action.KEEP_PEOPLE: _("Create accounts and end sessions"),
    Action.KEEP_SETTINGS: _("Change the settings of the office"),
    Action.KEEP_TEMPLATES: _("Replace templates of documents"),
    Action.ISSUE_DOCUMENT: _("Make and keep the day's documents"),
    Action.SEE_AUDIT: _("Read the audit log"),
}

_TOWNSHIP = frozenset({Role.TOWNSHIP_REPORTER, Role.TOWNSHIP_LEADER})
_COUNTY_READERS = frozenset(
    {Role.BUREAU_CLERK, Role.FIGURE_REVIEWER, Role.APPROVER, Role.INSPECTOR}
)
_BUREAU = frozenset({Role.BUREAU_CLERK})

MAY: dict[Action, frozenset[Role]] = {
    Action.SEE_PROGRESS: _TOWNSHIP | _COUNTY_READERS,
    Action.SEE_CHECK: _TOWNSHIP | _COUNTY_READERS,
    Action.UPLOAD_LAYER: _BUREAU,
    Action.ADOPT_CHECK: _BUREAU,
    Action.SEE_PROPOSALS: _COUNTY_READERS,
    Action.DESCRIBE_PARCEL: _TOWNSHIP | _BUREAU,
    Action.ASSIGN_PARCEL: _BUREAU,
    Action.FOLLOW_PARCEL: _BUREAU | {Role.INSPECTOR},
    Action.WITHDRAW_PARCEL: _BUREAU,
    Action.OPEN_BALANCE: _BUREAU,
    Action.KEEP_PROJECT: _BUREAU | {Role.ADMINISTRATOR},
    Action.NAME_ANSWERABLE: _BUREAU,
    Action.KEEP_MEANS: _BUREAU,
    Action.RECORD_ACCEPTANCE: _BUREAU | {Role.INSPECTOR},
    Action.ANSWER_GUIDANCE: _BUREAU,
    Action.SEE_NOTICE: _TOWNSHIP | _COUNTY_READERS,
    Action.ISSUE_NOTICE: frozenset({Role.INSPECTOR}),
    Action.REPLY_NOTICE: _TOWNSHIP,
    Action.CHECK_NOTICE: _BUREAU | {Role.INSPECTOR},
    Action.REVISIT_NOTICE: _BUREAU | {Role.INSPECTOR},
    Action.CLOSE_NOTICE: frozenset({Role.INSPECTOR}),
    Action.REOPEN_NOTICE: frozenset({Role.INSPECTOR}),
    Action.FILE_REPORT: _TOWNSHIP,
    Action.WITHDRAW_REPORT: _TOWNSHIP,
    Action.CONFIRM_REPORT: _BUREAU,
    Action.RETURN_REPORT: _BUREAU,
    Action.KEEP_PHOTO: _TOWNSHIP | _BUREAU | {Role.INSPECTOR},
    Action.EXPLAIN_CONTRADICTION: _TOWNSHIP,
    Action.CHECK_CONTRADICTION: _BUREAU | {Role.INSPECTOR},
    Action.FILE_FOR_TOWNSHIP: _BUREAU,
    Action.REVIEW_AS_LEADER: frozenset({Role.TOWNSHIP_LEADER}),
    Action.ADJUST_WORK: _BUREAU,
    Action.KEEP_CALENDAR: _BUREAU | {Role.ADMINISTRATOR},
    Action.FREEZE_FIGURES: _BUREAU,
    Action.SEE_FIGURES_FIRST: _TOWNSHIP,
    Action.REVIEW_FIGURES: frozenset({Role.FIGURE_REVIEWER}),
    Action.APPROVE_FIGURES: frozenset({Role.APPROVER}),
    Action.APPROVE_AS_HEAD: frozenset({Role.APPROVER}),
    Action.PUBLISH_FIGURES: _BUREAU,
    Action.EXPORT_SUMMARY: _TOWNSHIP | _COUNTY_READERS,
    Action.EXPORT_CHECK: _BUREAU | {Role.INSPECTOR},
    Action.EXPORT_MAP: _BUREAU | {Role.INSPECTOR, Role.TOWNSHIP_LEADER},
    Action.KEEP_IMAGERY: _BUREAU,
    Action.JUDGE: _BUREAU,
    Action.SECOND_JUDGEMENT: _BUREAU | {Role.INSPECTOR},
    Action.FIND_REMEDIES: _BUREAU,
    Action.SEE_REMEDIES: _TOWNSHIP | _COUNTY_READERS,
    Action.EXPORT_CARDS: _TOWNSHIP | _BUREAU | {Role.INSPECTOR},
    Action.KEEP_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.KEEP_SETTINGS: frozenset({Role.ADMINISTRATOR}),
    Action.KEEP_TEMPLATES: _BUREAU | {Role.ADMINISTRATOR},
    Action.ISSUE_DOCUMENT: _BUREAU,
    Action.SEE_AUDIT: frozenset({Role.ADMINISTRATOR, Role.INSPECTOR}),
}


class Refused(Problem):
    """The person may not do this, or not there; ``action`` and ``region`` say what was wanted."""

    def __init__(self, text: Text, action: Action | None = None, region: str = "") -> None:
        super().__init__(text)
        self.action = action
        self.region = region


def may(actor: Actor, action: Action, region: str | None = None) -> bool:
    """Tell whether the role allows the action and, with ``region``, whether it lies in theirs."""
    if actor.role is None or actor.role not in MAY[action]:
        return False
    return region is None or contains(actor.region, region)


def require(actor: Actor, action: Action, region: str) -> None:
    """Raise ``Refused`` unless this person may do this to a thing of this region."""
    if may(actor, action, region):
        return
    if not may(actor, action):
        raise Refused(
            _(
                "Your role does not allow this: {action}. Ask the administrator if it should.",
                action=ACTION_TITLES[action],
            ),
            action,
            region,
        )
    raise Refused(
        _("This lies outside your region {region}; nothing was changed.", region=actor.region),
        action,
        region,
    )
