"""Model files both ways: each network exported by MXNet and loaded here, and the reverse.

    MXNET_PYTHON=/path/to/python3.8 python -m conformance.networks [WORDS] [--light] [--keep FOLDER]
    python -m conformance.networks --forms [WORDS] [--light]

MXNET_PYTHON names an interpreter that has MXNet 1.9.1 (and NumPy 1.23). A line per network: the largest distance of
the outputs and of the gradients, relative to the largest number of each array, over the ways of loading it
(`SymbolBlock.imports`, `mx.sym.load` and `simple_bind`, `mx.mod.Module`), and how many ways there were. Files lie in a
temporary folder. A star: see the notes below the table. Where float32 differs by more than is allowed, the same files
are compared in float64, and each side's float32 with float64: it is rounding that the network makes large if float64
agrees, and neither the difference nor our own error is more than twice MXNet's own error in float32. What MXNet refuses
of its own is noted, not counted.

With ``--forms`` no MXNet is needed: the results of each block eager, hybridized, and exported and imported are compared
with one another, in predict and train mode and under one seed.
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
from .work import FORMS

#: the largest allowed distance of outputs, and of gradients and changed states
OUTPUTS, GRADIENTS = 1e-5, 1e-4
#: the largest allowed share of MXNet's own float32 error, for what float32 does not hold to those
SHARE = 2.0
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


#: kind of result -> the largest allowed distance
_ALLOWED = {"predict": OUTPUTS, "train": OUTPUTS, "grad": GRADIENTS, "state": GRADIENTS}


def _texts(far: dict[str, float]) -> dict[str, str]:
    return {kind: f"{one:.1e}" for kind, one in far.items()}


def _pair(far: dict[str, float]) -> str:
    return f"{far.get('train', 0.0):.1e} and {far.get('grad', 0.0):.1e}"


def _share(far: dict[str, float], mxnet: dict[str, float], kind: str) -> float:
    """A distance as a multiple of MXNet's own error; 0 if it is allowed anyway."""
    one = far.get(kind, 0.0)
    return 0.0 if one <= _ALLOWED[kind] else one / max(mxnet.get(kind, 0.0), 1e-30)


class Row:
    """What one direction of one network gave."""

    def __init__(self, made: Any, used: Any) -> None:
        #: way of loading -> its error, or the distances that are too large
        self.wrong: dict[str, Any] = {}
        self.outputs = self.gradients = 0.0
        self.ways = 0
        self.notes: list[str] = []
        #: way of loading -> all its distances
        self.far: dict[str, dict[str, float]] = {}
        if made is not None:
            self.wrong["export"] = made
            return
        for way, found in used.items() if isinstance(used, dict) else [("load", used)]:
            if isinstance(found, str):
                self.wrong[way] = found
                continue
            self.ways += 1
            self.far[way] = found
            outputs = max(found.get("predict", 0.0), found.get("train", 0.0))
            gradients = max(found.get("grad", 0.0), found.get("state", 0.0))
            self.outputs = max(self.outputs, outputs)
            self.gradients = max(self.gradients, gradients)
            if outputs > OUTPUTS or gradients > GRADIENTS:
                self.wrong[way] = _texts(found)

    def excuse_rounding(self, exact: Any, mxnet: Any, ours: Any) -> None:
        """Take back what is wrong in float32 if it is rounding, which the network makes large: as large in MXNet.

        Args:
            exact: the distances in float64.
            mxnet: those of MXNet's float32 from float64.
            ours: those of mxcompat's.
        """
        if any(not isinstance(one, dict) for one in (exact, mxnet, ours)) or Row(None, exact).wrong:
            return
        far = max(exact["imports"].values())
        if any(_share(ours, mxnet, kind) > SHARE for kind in _ALLOWED):
            return
        rounded = {
            way: found
            for way, found in self.far.items()
            if way in self.wrong and not any(_share(found, mxnet, kind) > SHARE for kind in _ALLOWED)
        }
        for way in rounded:
            del self.wrong[way]
        if rounded:
            worst = {kind: max(one.get(kind, 0.0) for one in rounded.values()) for kind in ("train", "grad")}
            self.notes.append(
                f"{', '.join(rounded)}: rounding. Results in training and gradients differ by {_pair(worst)} in "
                f"float32 and by {far:.1e} in float64; float32 is off from float64 by {_pair(mxnet)} in MXNet itself, "
                f"by {_pair(ours)} in mxcompat; inputs 1e-7 larger change MXNet's gradients by {mxnet['nudged']:.1e}"
            )

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
                exact = user.ask("use_exact", name, again)
                row.excuse_rounding(exact, *[side.ask("own_error", name, again) for side in sides])
        if row.wrong and made is None:
            row.excuse_refused(sides[0].ask("use", name, folder / f"{name}-{sides[0].package}"))
        rows.append(row)
    return rows


def _chosen(options: argparse.Namespace) -> list[str]:
    return [
        name
        for name, network in NETWORKS.items()
        if (not options.words or any(word in name for word in options.words)) and not (options.light and network.heavy)
    ]


def compare_forms(names: list[str]) -> int:
    """The largest distance between the forms of each block: see `work.apart`."""
    side = Side(sys.executable, "mxcompat")
    failed = 0
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            found = side.ask("apart", name, Path(folder))
        if not isinstance(found, dict):
            print(f"{name:28}{found}")
            failed += 1
            continue
        far = {form: max(kinds.values()) for form, kinds in found.items()}
        failed += max(far.values()) > FORMS
        print(f"{name:28}{', '.join(f'{form} {one:.1e}' for form, one in far.items())}", flush=True)
    side.close()
    print(f"{len(names) - failed} of {len(names)} networks: every form within {FORMS:g}")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.networks", description="Model files both ways.")
    parser.add_argument("words", nargs="*", help="parts of names: only these networks")
    parser.add_argument("--light", action="store_true", help="leave out the networks that take seconds")
    parser.add_argument("--forms", action="store_true", help="compare the forms of each block, here")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the files here (hundreds of megabytes)")
    options = parser.parse_args()
    oracle = os.environ.get("MXNET_PYTHON")
    if options.forms:
        return compare_forms(_chosen(options))
    if not oracle:
        print("MXNET_PYTHON must name an interpreter that has MXNet 1.9.1", file=sys.stderr)
        return 2
    names = _chosen(options)
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
