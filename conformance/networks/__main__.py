"""Model files both ways: each network exported by MXNet and loaded here, and the reverse.

    MXNET_PYTHON=/path/to/python3.8 python -m conformance.networks [WORDS] [--light] [--keep FOLDER]

MXNET_PYTHON names an interpreter that has MXNet 1.9.1 (and NumPy 1.23). A line per network: the largest distance of
the outputs and of the gradients, relative to the largest number of each array, over the ways of loading it
(`SymbolBlock.imports`, `mx.sym.load` and `simple_bind`, `mx.mod.Module`), and how many ways there were. Files lie in a
temporary folder. A star: see the notes below the table. Where float32 differs by more than is allowed, the same files
are compared in float64, and what is right there was rounding; what MXNet refuses of its own is noted, not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import NETWORKS

#: the largest allowed distance of outputs, and of gradients and changed states
OUTPUTS, GRADIENTS = 1e-5, 1e-4
_DIRECTIONS = "MXNet -> mxcompat", "back"
_ROOT = Path(__file__).resolve().parents[2]


class Side:
    """An interpreter that exports and loads networks."""

    def __init__(self, python: str, package: str) -> None:
        self.package = package
        self._process = subprocess.Popen(
            [python, "-m", "conformance.networks.work", package],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
            env={**os.environ, "MXNET_SUBGRAPH_VERBOSE": "0"},
        )

    def ask(self, what: str, name: str, folder: Path) -> Any:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("no pipes")
        try:
            self._process.stdin.write(json.dumps([what, name, str(folder)]) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise SystemExit(f"the interpreter of {self.package} died at {name}")
        return json.loads(line)

    def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


class Row:
    """What one direction of one network gave."""

    def __init__(self, made: Any, used: Any) -> None:
        #: way of loading -> its error, or the distances that are too large
        self.wrong: dict[str, Any] = {}
        self.outputs = self.gradients = 0.0
        self.ways = 0
        self.notes: list[str] = []
        if made is not None:
            self.wrong["export"] = made
            return
        for way, found in used.items() if isinstance(used, dict) else [("load", used)]:
            if isinstance(found, str):
                self.wrong[way] = found
                continue
            self.ways += 1
            outputs = max(found.get("predict", 0.0), found.get("train", 0.0))
            gradients = max(found.get("grad", 0.0), found.get("state", 0.0))
            self.outputs = max(self.outputs, outputs)
            self.gradients = max(self.gradients, gradients)
            if outputs > OUTPUTS or gradients > GRADIENTS:
                self.wrong[way] = {kind: f"{far:.1e}" for kind, far in found.items()}

    def excuse_rounding(self, exact: Any) -> None:
        """Take back what is wrong in float32 if float64 is right: rounding, which the network makes large."""
        if not isinstance(exact, dict) or Row(None, exact).wrong:
            return
        far = max(exact["imports"].values())
        for way, found in list(self.wrong.items()):
            if isinstance(found, dict):
                self.notes.append(f"{way}: rounding: {found} in float32, {far:.1e} in float64")
                del self.wrong[way]

    def excuse_refused(self, own: Any) -> None:
        """Take back what MXNet does to its own file, too: it refuses it, or disagrees with what the block gave."""
        itself = Row(None, own).wrong
        for way in list(self.wrong):
            if way in itself:
                self.notes.append(f"{way}: MXNet with its own file: {itself[way]}")
                del self.wrong[way]

    def text(self) -> str:
        if self.ways == 0:
            return f"{'failed':>20}   "
        return (
            f"{self.outputs:9.1e} {self.gradients:9.1e} {'!' if self.wrong else '*' if self.notes else ' '}{self.ways}"
        )


def both_ways(name: str, sides: tuple[Side, Side], folder: Path) -> list[Row]:
    """From the first side to the second, and back."""
    rows = []
    for maker, user in (sides, sides[::-1]):
        place = folder / f"{name}-{maker.package}"
        place.mkdir(parents=True, exist_ok=True)
        made = maker.ask("make", name, place)
        used = None if made is not None else user.ask("use", name, place)
        row = Row(made, used)
        if row.wrong and row.ways:
            again = folder / f"{name}-{maker.package}-float64"
            again.mkdir(exist_ok=True)
            if maker.ask("make_exact", name, again) is None:
                row.excuse_rounding(user.ask("use_exact", name, again))
        if row.wrong and made is None:
            row.excuse_refused(sides[0].ask("use", name, folder / f"{name}-{sides[0].package}"))
        rows.append(row)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.networks", description="Model files both ways.")
    parser.add_argument("words", nargs="*", help="parts of names: only these networks")
    parser.add_argument("--light", action="store_true", help="leave out the networks that take seconds")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the files here (hundreds of megabytes)")
    options = parser.parse_args()
    oracle = os.environ.get("MXNET_PYTHON")
    if not oracle:
        print("MXNET_PYTHON must name an interpreter that has MXNet 1.9.1", file=sys.stderr)
        return 2
    names = [
        name
        for name, network in NETWORKS.items()
        if (not options.words or any(word in name for word in options.words)) and not (options.light and network.heavy)
    ]
    sides = Side(oracle, "mxnet"), Side(sys.executable, "mxcompat")
    notes: list[str] = []
    failed: list[tuple[str, str, dict[str, Any]]] = []
    print(f"{'':28}{'MXNet -> mxcompat':>24}{'mxcompat -> MXNet':>24}")
    print(f"{'network':28}{'outputs gradients ways':>24}{'outputs gradients ways':>24}")
    for name in names:
        with tempfile.TemporaryDirectory() as scratch:
            rows = both_ways(name, sides, Path(options.keep or scratch))
        print(f"{name:28}{rows[0].text():>24}{rows[1].text():>24}", flush=True)
        for way, row in zip(_DIRECTIONS, rows, strict=True):
            notes += [f"{name} ({way}) {' '.join(note.split())}" for note in row.notes]
        failed += [(name, way, row.wrong) for way, row in zip(_DIRECTIONS, rows, strict=True) if row.wrong]
    for side in sides:
        side.close()
    for note in notes:
        print(note)
    for name, way, wrong in failed:
        for what, reason in wrong.items():
            print(f"{name} ({way}) {what}: {reason}")
    good = len(names) - len({name for name, _, _ in failed})
    print(f"{good} of {len(names)} networks: outputs within {OUTPUTS:g}, gradients within {GRADIENTS:g}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
