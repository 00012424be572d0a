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
from tests.prove.proof import HEAD, PAGE
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
            with tempfile.TemporaryDirectory(prefix=f"proof-{name}-") as folder:
                figure = proof.prove(amount, Path(folder))
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


if __name__ == "__main__":
    sys.exit(main())
