"""``shicheng check``: proves that the record holds together, and names the row where it does not."""

import argparse
import json
import sys
import time
from dataclasses import asdict

from learning.invariants import Finding, proofs
from webapp.cli.grammar import Subparsers
from webapp.database import Database
from webapp.settings import read_settings

SHOWN = 20  # findings of one proof that are printed in full


def add_parser(commands: Subparsers) -> None:
    """Add this command to the grammar."""
    own = commands.add_parser("check", help="prove the invariants of the record; exit 1 with the row when one fails")
    own.add_argument("--sittings", type=int, default=20, metavar="N", help="replay the last N sittings (default 20)")
    own.add_argument("--json", action="store_true", help="print the findings as JSON lines")
    own.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prove one invariant after another in one reading transaction; 0 when all hold."""
    database = Database(read_settings().database_url)
    began, n_found = time.perf_counter(), 0
    with database.session(is_read_only=True) as session:
        for proof in proofs(arguments.sittings):
            found = list(proof.search(session))
            n_found += len(found)
            _report(proof.name, found, is_json=arguments.json)
    database.engine.dispose()
    if not arguments.json:
        verdict = f"{n_found} findings" if n_found else "everything holds"
        print(f"{verdict} ({time.perf_counter() - began:.1f} s)")
    return 1 if n_found else 0


def _report(name: str, found: list[Finding], *, is_json: bool) -> None:
    if is_json:
        for finding in found:
            print(json.dumps(asdict(finding), ensure_ascii=False))
        return
    print(f"{'ok  ' if not found else 'FAIL'}  {name}")
    for finding in found[:SHOWN]:
        print(f"      {finding.check}: {finding.table} {finding.row} ({finding.detail})", file=sys.stderr)
    if len(found) > SHOWN:
        print(f"      and {len(found) - SHOWN} more", file=sys.stderr)
