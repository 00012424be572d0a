"""Every change that our code commits while the tests run has its row in the audit log.

The tests of the services run with ``audit_watch``: each transaction that our code opens is seen
with the tables it changed and the actions it recorded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from reports.leaves_layers import LEAVE_LAYERS
from tests.audited import audited
from tests.browser.running import PROJECT
from tests.prove.proof import Proof
from tests.rights.recording import HOLDS, NO_ACT, ONE_EACH

TESTS = ("tests/parcels", "tests/reports", "tests/ui", "tests/test_audit_words.py")


def prove(_amount: int, folder: Path) -> str:
    """Run the tests under watch; fail for a change without a row, or for the same row twice."""
    seen = folder / "seen.jsonl"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.prove.audit_watch", "-m",
               "not browser", *TESTS]  # fmt: skip
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, "TRACKER_AUDIT_SEEN": str(seen)},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    return judged([json.loads(line) for line in seen.read_text("utf-8").splitlines()])


def judged(transactions: list[dict[str, Any]]) -> str:
    """Return the figure of what was seen, or fail with what was wrong."""
    silent = [
        one
        for one in transactions
        if not one["actions"]
        and not set(one["tables"]) <= NO_ACT
        and one["at"].rpartition(":")[2] not in HOLDS
    ]
    assert not silent, f"changed without a row: {silent[:3]}"
    twice = [
        one
        for one in transactions
        if max(Counter(one["actions"]).values(), default=0) > 1
        and one["at"].rpartition(":")[2] not in ONE_EACH
    ]
    assert not twice, f"one act, the same row twice: {twice[:3]}"
    of_layers = {"parcel", "structure", "verdict", "check_run", "adoption", "ledger", "withdrawal",
                 "as_built", "as_built_adoption"}  # fmt: skip
    disturbed = [
        one for one in transactions
        if one["actions"] and set(one["actions"]) <= set(LEAVE_LAYERS)
        and of_layers & set(one["tables"])
    ]  # fmt: skip
    assert not disturbed, f"a report that changed a layer: {disturbed[:3]}"
    met = {action for one in transactions for action in one["actions"]}
    catalogue = {action for _place, action in audited()}
    unmet = sorted(name for name in catalogue if not _is_met(name, met))
    return (
        f"{len(transactions):,} transactions of our code seen: every one that changed the register "
        f"recorded its act in it; {len(catalogue) - len(unmet)} of {len(catalogue)} actions of the "
        f"catalogue met{': not ' + ', '.join(unmet) if unmet else ''}"
    )


def _is_met(name: str, met: set[str]) -> bool:
    if name.endswith("*"):
        return any(action.startswith(name[:-1]) for action in met)
    return name in met


PROOF = Proof("watched", "Every change that the tests make has its row", prove, quick=0, long=1)
