"""The far side of ``live.py``: runs in the interpreter that has MXNet, answers calls that arrive on stdin.

Started by path, so that importing it never imports the package around it: inside an installed mxcompat that package
needs torch, which this interpreter does not have. Each message is a four-byte length and JSON.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import struct
import sys
from pathlib import Path
from typing import Any


def load_conformance() -> Any:
    """The package in this folder, under the name ``conformance`` whatever the folder is called."""
    folder = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        "conformance", str(folder / "__init__.py"), submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {folder}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["conformance"] = module
    spec.loader.exec_module(module)
    return module


def main(package: str = "mxnet") -> int:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints must not get between the answers
    load_conformance()
    calls = importlib.import_module("conformance.calls")
    live = importlib.import_module("conformance.live")
    snapshot = importlib.import_module("conformance.snapshot")
    mx = importlib.import_module(package)
    stdin = sys.stdin.buffer
    while True:
        head = stdin.read(4)
        if len(head) < 4:
            return 0
        for data in json.loads(stdin.read(struct.unpack(">I", head)[0])):
            snap = live.run_here(mx, calls.decode_call(data))
            raw = json.dumps(snapshot.encode(snap)).encode("utf-8")
            answers.write(struct.pack(">I", len(raw)) + raw)
            answers.flush()


if __name__ == "__main__":
    del sys.path[0]  # this folder: its module names are not top-level names
    sys.exit(main(*sys.argv[1:]))
