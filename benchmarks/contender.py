"""Who is measured, and with what effort. Runs on Python 3.8 too."""

import importlib
import os
from dataclasses import dataclass
from typing import Any, Callable, Dict

#: What a program measures: calls without arguments, by name.
Calls = Dict[str, Callable[[], Any]]

MODULES = {"torch": "torch", "mxcompat": "mxcompat", "mxnet": "mxnet"}


@dataclass(frozen=True)
class Effort:
    """How long to measure: a quick run only shows that the programs work."""

    blocks: int = 9  # timed blocks per call; their median counts
    block_seconds: float = 0.002  # a block repeats the call for at least this long
    quick: bool = False


QUICK = Effort(blocks=1, block_seconds=0.0, quick=True)


class Contender:
    """One of `MODULES`, loaded when asked for."""

    def __init__(self, name: str, threads: int) -> None:
        self.name = name
        self.threads = threads
        self._module: Any = None

    @property
    def is_torch(self) -> bool:
        return self.name == "torch"

    def load(self) -> Any:
        """Import the contender and hold it to the common number of threads (0: its own)."""
        if self._module is None:
            if (
                self.threads and self.name != "mxnet"
            ):  # MXNet takes the number from OMP_NUM_THREADS, which the runner has set
                importlib.import_module("torch").set_num_threads(self.threads)
            self._module = importlib.import_module(MODULES[self.name])
        return self._module

    def calls(self, with_mxnet: Callable[[Any], Calls], with_torch: Callable[[Any], Calls]) -> Calls:
        """This contender's version of a program's calls."""
        return (with_torch if self.is_torch else with_mxnet)(self.load())

    def wait(self) -> None:
        """Return when everything asked for is computed (MXNet computes behind the caller's back)."""
        if not self.is_torch:
            self.load().nd.waitall()


def resident_kib() -> float:
    """Memory of this process that is in RAM now, in KiB."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024
