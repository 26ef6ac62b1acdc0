"""Time small calls. Runs on Python 3.8 too."""

from itertools import repeat
from statistics import median
from time import perf_counter_ns
from typing import Any, Callable, Dict, List

from benchmarks.contender import Calls, Effort

WARM_UP = 20


def _block(call: Callable[[], Any], wait: Callable[[], None], times: int) -> float:
    """Seconds per call over one block, everything computed at its end."""
    rounds = repeat(None, times)
    start = perf_counter_ns()
    for _ in rounds:
        call()
    wait()
    return (perf_counter_ns() - start) / times / 1e9


def _nothing() -> None:
    pass


def time_calls(calls: Calls, wait: Callable[[], None], effort: Effort) -> Dict[str, float]:
    """Return the seconds that each call takes: the median of blocks, less the cost of an empty call.

    Blocks of all calls take turns, so that a disturbance of some milliseconds spoils one block of several
    calls and not all blocks of one.
    """
    repeats = {}
    for name, call in calls.items():
        once = min(_block(call, wait, 1) for _ in range(3 if effort.quick else 5))
        if once < 0.001 and not effort.quick:
            _block(call, wait, WARM_UP)
            once = _block(call, wait, WARM_UP)
        repeats[name] = max(1, int(effort.block_seconds / once))
    seconds: Dict[str, List[float]] = {name: [] for name in calls}
    empty = []
    for _ in range(effort.blocks):
        empty.append(_block(_nothing, _nothing, 1000))
        for name, call in calls.items():
            seconds[name].append(_block(call, wait, repeats[name]))
    overhead = median(empty)
    return {name: max(median(values) - overhead, 1e-9) for name, values in seconds.items()}
