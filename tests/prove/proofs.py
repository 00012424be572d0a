"""The table of proofs; a new one is a module with a ``PROOF`` and a line here."""

from __future__ import annotations

from tests.prove import (
    audited,
    backups,
    booted,
    clock,
    crafted,
    crash,
    cut,
    deadline,
    disk,
    guessing,
    hostile,
    installed,
    leaks,
    postgres,
    proxied,
    real,
    tampering,
    upgrade,
    watched,
    world,
)
from tests.prove.proof import Proof

PROOFS: dict[str, Proof] = {
    proof.name: proof
    for proof in (
        crash.PROOF,
        deadline.PROOF,
        cut.PROOF,
        postgres.PROOF,
        hostile.PROOF,
        world.PROOF,
        leaks.PROOF,
        guessing.PROOF,
        crafted.PROOF,
        backups.PROOF,
        disk.PROOF,
        clock.PROOF,
        upgrade.PROOF,
        installed.PROOF,
        booted.PROOF,
        proxied.PROOF,
        tampering.PROOF,
        audited.PROOF,
        watched.PROOF,
        real.PROOF,
    )
}
