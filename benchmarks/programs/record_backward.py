"""The first example of every book: record ``2 * dot(x, x)``, go backward, have the gradient."""

from typing import Any, Dict

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"


def with_mxnet(mx: Any) -> Calls:
    x = mx.nd.arange(4)
    x.attach_grad()
    dot, record = mx.nd.dot, mx.autograd.record

    def step() -> Any:
        with record():
            y = 2 * dot(x, x)
        y.backward()
        return x.grad

    return {"2*dot(x,x)": step}


def with_torch(torch: Any) -> Calls:
    x = torch.arange(4.0, requires_grad=True)
    dot = torch.dot

    def step() -> Any:
        x.grad = None
        y = 2 * dot(x, x)
        y.backward()
        return x.grad

    return {"2*dot(x,x)": step}


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    return time_calls(contender.calls(with_mxnet, with_torch), contender.wait, effort)
