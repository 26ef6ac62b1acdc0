"""Start an IPython kernel in which ``import mxnet`` already gives mxcompat. Run as a file, never imported."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path


def main() -> None:
    package = Path(__file__).resolve().parents[1]
    del sys.path[0]  # this file's folder; IPython puts the notebook's folder there
    found = find_spec(package.name)
    if found is None or found.origin is None or Path(found.origin).resolve().parent != package:
        sys.path.insert(0, str(package.parent))  # an uninstalled checkout, or another version beside it

    from mxcompat.dropin import install

    install(numpy_names="--no-numpy-names" not in sys.argv)
    sys.argv[:] = [argument for argument in sys.argv if argument != "--no-numpy-names"]

    from ipykernel.kernelapp import IPKernelApp

    kernel = IPKernelApp.instance()
    program = sys.argv.pop(sys.argv.index("--watched") + 1) if "--watched" in sys.argv else ""
    sys.argv[:] = [argument for argument in sys.argv if argument != "--watched"]
    kernel.initialize()  # type: ignore[no-untyped-call]
    if program:
        from mxcompat.cli._watched import watch_cells

        watch_cells(kernel.shell, program)
    kernel.start()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
