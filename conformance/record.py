"""Record the results of the cases on real MXNet 1.9.1. It and `precision` are the only files that import it.

    python -m conformance.record [WORD ...] [--check]

WORD: only case files whose name contains it; ``api`` records names, signatures and operators instead (``api.py``).
Cases run in child processes: one that kills its process is recorded as a crash and the rest go on. ``--check`` writes
nothing and says which files would change.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import api, golden
from .runner import CRASH
from .snapshot import CannotRecord, Raised, decode, encode
from .suite import discover

_SECONDS = 120  # for one case


def header() -> dict[str, Any]:
    """Where the results come from."""
    import mxnet as mx

    features = mx.runtime.Features()
    return {
        "mxnet": mx.__version__,
        "features": sorted(name for name in features if features.is_enabled(name)),
        "platform": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "seed": 0,
        "date": datetime.date.today().isoformat(),
    }


def _child(prefix: str, start: int) -> int:
    """Run the cases of one file from a position on; print a line before and after each."""
    import mxnet as mx

    results = sys.stdout
    sys.stdout = sys.stderr
    for case in list(discover([prefix])[prefix].values())[start:]:
        print(json.dumps(["run", case.id]), file=results, flush=True)
        try:
            data = encode(case.run(mx))
            print(json.dumps(["done", case.id, data]), file=results, flush=True)
        except CannotRecord as error:
            print(json.dumps(["unusable", case.id, str(error)]), file=results, flush=True)
        try:
            mx.nd.waitall()
        except mx.MXNetError:  # a failure of this case that nobody waited for
            pass
    return 0


def _record(prefix: str, ids: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """Encoded outcomes of one file, and complaints."""
    done: dict[str, Any] = {}
    complaints: list[str] = []
    root = Path(__file__).resolve().parent.parent
    while len(done) < len(ids):
        command = [sys.executable, "-m", __spec__.name, "--child", prefix, str(len(done))]
        before = len(done)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=str(root)) as child:
            running, watch = "", threading.Timer(_SECONDS, child.kill)
            for line in child.stdout or ():
                watch.cancel()
                word, running, *rest = json.loads(line)
                if word == "run":
                    watch = threading.Timer(_SECONDS, child.kill)
                    watch.daemon = True
                    watch.start()
                    continue
                done[running] = rest[0] if word == "done" else None
                if word == "unusable":
                    complaints.append(f"{running}: {rest[0]}")
        if len(done) < len(ids):
            if not running or running in done:
                raise SystemExit(f"{prefix}: the child stopped after {len(done)} cases (exit {child.returncode})")
            done[running] = encode(CRASH)
            complaints.append(f"{running}: MXNet died (exit {child.returncode}); recorded as a crash")
        if len(done) == before:
            raise SystemExit(f"{prefix}: no progress")
    return done, complaints


def operators() -> dict[str, dict[str, Any]]:
    """Every operator that runs forward: its arguments (name, type text), its other names, its variadic argument."""
    import ctypes

    from mxnet.base import _LIB, OpHandle, check_call, py_str
    from mxnet.operator import get_all_registered_operators

    found: dict[str, dict[str, Any]] = {}
    for public in sorted(get_all_registered_operators()):
        if public.startswith("_backward_"):
            continue
        handle, name, text, variadic = OpHandle(), ctypes.c_char_p(), ctypes.c_char_p(), ctypes.c_char_p()
        count, result = ctypes.c_uint(), ctypes.c_char_p()
        names, kinds, texts = (ctypes.POINTER(ctypes.c_char_p)() for _ in range(3))
        check_call(_LIB.NNGetOpHandle(public.encode(), ctypes.byref(handle)))
        places = (name, text, count, names, kinds, texts, variadic, result)
        check_call(_LIB.MXSymbolGetAtomicSymbolInfo(handle, *[ctypes.byref(place) for place in places]))
        row = found.setdefault(py_str(name.value), {"args": [], "aliases": [], "variadic": None})
        row["args"] = [[py_str(names[i]), py_str(kinds[i])] for i in range(count.value)]
        row["variadic"] = py_str(variadic.value) or None
        if public != py_str(name.value):
            row["aliases"].append(public)
    return dict(sorted(found.items()))


def record_api() -> bool:
    """Write ``golden/api.json``; True when it changed."""
    import mxnet as mx

    surface, top = api.reflect(mx), header()
    if api.PATH.exists():  # the old date stays when nothing else changes
        old = api.read()
        if old["modules"] == surface and {**old["header"], "date": ""} == {**top, "date": ""}:
            top = old["header"]
    return api.write(top, surface, operators())


def main(argv: Sequence[str] | None = None) -> int:
    """Command line. Exit code 1 when a case is unusable or, with --check, when a file would change."""
    parser = argparse.ArgumentParser(prog="conformance.record", description=__doc__)
    parser.add_argument("words", nargs="*", help="only case files whose name contains one of these")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    parser.add_argument("--quiet", action="store_true", help="do not list the ordinary cases that raised")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        return _child(options.child[0], int(options.child[1]))
    if options.words == ["api"]:
        print("api:", "changed" if record_api() else "unchanged")
        return 0
    top, bad, total = header(), 0, 0
    for prefix, cases in discover(options.words).items():
        done, complaints = _record(prefix, list(cases))
        total += len(done)
        raising = []
        for id, case in cases.items():
            failed = isinstance(decode(done[id]), Raised)
            if case.fails and not failed:
                complaints.append(f"{id}: an error case, but MXNet did not raise: {str(done[id])[:200]}")
                bad += 1
            elif failed and not case.fails:
                raising.append(f"{id}: {done[id]['raised'][0]}: {done[id]['message'][:150]}")
        bad += sum(data is None for data in done.values())
        if options.check:
            changed = golden.read(prefix)[1] != done
            bad += changed
        else:
            changed = golden.write(prefix, top, done)
        print(f"{prefix}: {len(done)} cases, {'changed' if changed else 'unchanged'}")
        for line in complaints + ([] if options.quiet else [f"(raises) {line}" for line in raising]):
            print("   " + line)
    print(f"{total} cases")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
