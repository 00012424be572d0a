"""Prove what the product promises and write the figures into ``docs/proofs.md``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.section import Section, machine, page_with
from tests.prove.databases import KINDS, on
from tests.prove.proof import HEAD, PAGE, Proof
from tests.prove.proofs import PROOFS


def main() -> int:
    """Run the proofs named on the command line, or all; return how many failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("proofs", nargs="*", metavar="proof", help=", ".join(PROOFS))
    parser.add_argument("--quick", action="store_true", help="the amounts of make test")
    parser.add_argument("--amount", type=int, help="another amount")
    chosen = parser.parse_args()
    if unknown := set(chosen.proofs) - PROOFS.keys():
        parser.error(f"no such proof: {', '.join(sorted(unknown))}; there are {', '.join(PROOFS)}")
    failed = 0
    for name in chosen.proofs or PROOFS:
        proof = PROOFS[name]
        amount = chosen.amount or (proof.quick if chosen.quick else proof.long)
        print(f"{proof.title} …", flush=True)
        began = time.monotonic()
        try:
            figure = _figure(proof, amount, is_whole=not (chosen.quick or chosen.amount))
        except Exception:
            traceback.print_exc()
            failed += 1
            continue
        took_s = time.monotonic() - began
        print(f"  {figure} ({took_s:.0f} s)", flush=True)
        if not chosen.quick:
            text = f"{figure}.\n\n_{datetime.now(UTC).date()}, {took_s:.0f} s, {machine()}._"
            page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else HEAD
            section = Section(proof.name, proof.title, lambda _full: "")
            PAGE.write_text(page_with(page, section, text), encoding="utf-8")
    return failed


def _figure(proof: Proof, amount: int, *, is_whole: bool) -> str:
    """Run a proof where it stands, or whole: on each database that it is promised for."""
    if not is_whole or not proof.on_postgres:
        return _figure_in_a_folder(proof, amount)
    told = []
    for kind, amount_there in zip(KINDS, (amount, proof.on_postgres), strict=True):
        with on(kind):
            told.append(f"{kind}: {_figure_in_a_folder(proof, amount_there)}")
        print(f"  {told[-1]}", flush=True)
    return ".\n\n".join(told)


def _figure_in_a_folder(proof: Proof, amount: int) -> str:
    with tempfile.TemporaryDirectory(prefix=f"proof-{proof.name}-") as folder:
        return proof.prove(amount, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
