"""Remedies: what can be won back of failing parcels, computed and proved, never applied."""

from parcels.remedies.kinds import HOPELESS_TITLES, REMEDY_TITLES, Hopeless, Remedy
from parcels.remedies.proposals import Remedies, remedies

__all__ = ["HOPELESS_TITLES", "REMEDY_TITLES", "Hopeless", "Remedies", "Remedy", "remedies"]
