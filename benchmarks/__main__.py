"""``python -m benchmarks``: measure, print the tables, hold them against the budget."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from benchmarks.budget import Medians
from benchmarks.report import budget_table, program_table
from benchmarks.runner import PROGRAMS, Result, WorkerFailed, available_contenders, machine, run_program


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure mxcompat against torch and, when MXNET_PYTHON names a Python that has MXNet "
        "1.9.1, against that. Ends with 1 when a line of the budget is missed.",
    )
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help=f"of: {', '.join(PROGRAMS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="processes per contender and program (default: 5)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="for everyone (default: all cores)")
    parser.add_argument("--contenders", help="comma-separated, of: torch, mxcompat, mxnet")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every round's numbers to FILE")
    parser.add_argument("--quick", action="store_true", help="one short round: does it run? the numbers mean nothing")
    options = parser.parse_args(argv)

    if unknown := sorted(set(options.programs) - set(PROGRAMS)):
        parser.error(f"no program {', '.join(unknown)}; there are {', '.join(PROGRAMS)}")
    options.programs = options.programs or list(PROGRAMS)
    possible = available_contenders()
    options.contenders = options.contenders.split(",") if options.contenders else possible
    for contender in options.contenders:
        if contender not in possible:
            hint = "; set MXNET_PYTHON to a Python that has it" if contender == "mxnet" else ""
            parser.error(f"cannot run {contender!r}; there are {', '.join(possible)}{hint}")
    if options.rounds < 1 or options.threads < 1:
        parser.error("--rounds and --threads must be at least 1")
    return options


def progress(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def main(argv: list[str] | None = None) -> int:
    options = parse(argv)
    where = machine(options.threads)
    print(", ".join(f"{name}: {value}" for name, value in where.items()))
    if os.getloadavg()[0] > 0.25 and not options.quick:
        print("the machine is not quiet: ratios will wander")
    print()

    results: list[Result] = []
    medians: dict[str, Medians] = {}
    for program in options.programs:
        try:
            result = run_program(
                program,
                options.contenders,
                rounds=1 if options.quick else options.rounds,
                threads=options.threads,
                quick=options.quick,
                progress=progress,
            )
        except WorkerFailed as error:
            progress("")
            print(error, file=sys.stderr)
            return 2
        progress("")
        results.append(result)
        medians[program] = result.medians()
        unit = importlib.import_module(f"benchmarks.programs.{program}").UNIT
        print(program_table(program, unit, medians[program]), end="\n\n")

    versions = {who: version for result in results for who, version in result.versions.items()}
    print(", ".join(f"{who} {version}" for who, version in versions.items()))
    if options.json:
        raw = {result.program: result.rounds for result in results}
        document = {"machine": where, "versions": versions, "rounds": raw}
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    text, missed = budget_table(medians)
    print(f"\n{text}")
    return 1 if missed and not options.quick else 0


if __name__ == "__main__":
    sys.exit(main())
