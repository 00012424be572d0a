"""What a rule is, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.findings import Finding, FindingKind
from gis.language import Text


@dataclass(frozen=True)
class Rule:
    """A row of the rules table; ``docs/rules.md`` is written from it."""

    code: str
    title: Text
    checks: Text
    fails_when: Text
    remedy: Text
    kinds: tuple[FindingKind, ...]


@dataclass(frozen=True)
class Answer:
    """One rule over all parcels, in their order: verdicts, near-limit marks, grounds, figures."""

    verdict: npt.NDArray[np.object_]
    is_near: npt.NDArray[np.bool_]
    reasons: list[list[Finding]]
    figures: Mapping[str, npt.NDArray[np.float64]]
