"""What ``import mxcompat`` adds for a program that already imports torch."""

from importlib import import_module
from time import perf_counter
from typing import Dict

from benchmarks.contender import MODULES, Contender, Effort

UNIT = "seconds"


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    """Time the import, once: the process is fresh. For mxcompat, torch is loaded before the clock starts."""
    if contender.name == "mxcompat":
        import_module("torch")
    start = perf_counter()
    import_module(MODULES[contender.name])
    return {"import": perf_counter() - start}
