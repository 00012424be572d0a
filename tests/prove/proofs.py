"""The table of proofs; a new one is a module with a ``PROOF`` and a line here."""

from __future__ import annotations

from tests.prove import crafted, crash, deadline, guessing, postgres, tampering
from tests.prove.proof import Proof

PROOFS: dict[str, Proof] = {
    proof.name: proof
    for proof in (
        crash.PROOF,
        deadline.PROOF,
        postgres.PROOF,
        guessing.PROOF,
        crafted.PROOF,
        tampering.PROOF,
    )
}
