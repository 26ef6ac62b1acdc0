"""Does a training loop keep its memory flat? Record and go backward 10,000 times; look before and after."""

import gc
from typing import Dict

from benchmarks.contender import Contender, Effort, resident_kib
from benchmarks.programs.record_backward import with_mxnet, with_torch

UNIT = "growth"
STEPS = 10_000
WARM_UP = 1_000


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    """Return by how much the process grew: resident memory in KiB, and objects that the collector knows."""
    (step,) = contender.calls(with_mxnet, with_torch).values()
    steps, warm_up = (100, 10) if effort.quick else (STEPS, WARM_UP)
    for _ in range(warm_up):
        step()
    contender.wait()
    gc.collect()
    objects, kib = len(gc.get_objects()), resident_kib()
    for _ in range(steps):
        step()
    contender.wait()
    grown = resident_kib() - kib  # before collecting: waste that only a collection removes counts
    gc.collect()
    return {"resident KiB": grown, "objects": float(len(gc.get_objects()) - objects)}
