"""The ladder's lines as settings of the office; a line at 0 switches its rung off."""

from __future__ import annotations

from gis.language import _
from parcels.settings import Kind, Setting, hand_in_setting
from reports.supervision.facts import FACT_TITLES, Fact
from reports.supervision.ladder import LINE_NOTES, RULES, RUNG_TITLES, line_name

LADDER = _("Supervision ladder")
OFFICE_OF_NOTICES = hand_in_setting(
    Setting("notice.office", _("Word before a notice's number"), Kind.WORDS, "督", LADDER)
)
DAYS_TO_REPLY = hand_in_setting(
    Setting("notice.days", _("Days to reply to a notice"), Kind.WHOLE, 5, LADDER, least=1, most=60)
)
for _rule in RULES:
    for _rung, _default in _rule.defaults.items():
        hand_in_setting(
            Setting(
                line_name(_rule.fact, _rung),
                _("{fact} → {rung}, from", fact=FACT_TITLES[_rule.fact], rung=RUNG_TITLES[_rung]),
                Kind.NUMBER,
                float(_default.least),
                LADDER,
                note=LINE_NOTES[_rule.fact],
                least=0.0,
                most=365.0,
            )
        )
        if _rule.fact is Fact.BEHIND:
            hand_in_setting(
                Setting(
                    line_name(_rule.fact, _rung, "days"),
                    _(
                        "{fact} → {rung}, days in a row",
                        fact=FACT_TITLES[_rule.fact],
                        rung=RUNG_TITLES[_rung],
                    ),
                    Kind.WHOLE,
                    _default.days,
                    LADDER,
                    least=1,
                    most=45,
                )
            )
