"""Ten million draws. mxcompat has to follow MXNet's streams bit for bit, torch may draw what it likes."""

from typing import Any, Dict

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"
DRAWS = 10_000_000
QUICK_DRAWS = 1_000


def with_mxnet(mx: Any, draws: int = DRAWS) -> Calls:
    random = mx.nd.random
    return {
        "uniform": lambda: random.uniform(shape=(draws,)),
        "normal": lambda: random.normal(shape=(draws,)),
    }


def with_torch(torch: Any, draws: int = DRAWS) -> Calls:
    return {
        "uniform": lambda: torch.rand(draws),
        "normal": lambda: torch.randn(draws),
    }


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    draws = QUICK_DRAWS if effort.quick else DRAWS
    calls = contender.calls(lambda mx: with_mxnet(mx, draws), lambda torch: with_torch(torch, draws))
    return time_calls(calls, contender.wait, effort)
