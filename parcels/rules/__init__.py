"""The rules: a table of the two that give verdicts and a table of those about the data."""

from gis.findings import FindingKind, register
from gis.formats import findings as _of_reading  # noqa: F401  a refused row keeps its ground
from gis.language import _
from parcels.rules import new_arable, structure_content
from parcels.rules.data import DATA_RULES

RULES = (structure_content.RULE, new_arable.RULE)
NOT_READ = FindingKind(
    "not_read",
    "undetermined",
    _("Row could not be used"),
    _("The row could not be used ({ground}); nothing about this parcel can be judged."),
    _("Mend the row in the parcel layer and upload it again."),
)

register([NOT_READ, *(kind for rule in RULES for kind in rule.kinds)])
register(rule.kind for rule in DATA_RULES)
