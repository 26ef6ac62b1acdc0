"""Update operators of one weight; the states they write are compared too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_HALF = Tolerance(rtol=3e-2, atol=1e-2, why="float16 kernels of MXNet round after each elementary step")
_SINGLE = Tolerance(rtol=1e-4, atol=1e-5, why="float32 steps are rounded at other places")
_ROOTS = Tolerance(rtol=1e-3, atol=1e-3, why="the difference of two nearly equal float32 roots, divided by lr")

#: states after the weight: "any" number or "pos"itive; then further attributes
_TABLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "sgd_update": ("any", ()),
    "sgd_mom_update": ("any any", ("momentum",)),
    "nag_mom_update": ("any any", ("momentum",)),
    "signsgd_update": ("any", ()),
    "signum_update": ("any any", ("momentum", "wd_lh")),
    "adam_update": ("any any pos", ("beta1", "beta2", "epsilon")),
    "rmsprop_update": ("any pos", ("gamma1", "epsilon", "clip_weights")),
    "ftrl_update": ("any any pos", ("lamda1", "beta")),
}
_VALUES: dict[str, tuple[float, ...]] = {
    "wd": (0.0, 0.01, 0.3),
    "rescale_grad": (1.0, 0.5, 2),
    "clip_gradient": (-1.0, 0.5, 0.0, 3),
    "momentum": (0.0, 0.9, 0.5),
    "wd_lh": (0.0, 0.1),
    "beta1": (0.9, 0.5),
    "beta2": (0.999, 0.75),
    "epsilon": (1e-8, 0.1),
    "gamma1": (0.95, 0.5),
    "clip_weights": (-1.0, 0.7),
    "lamda1": (0.01, 0.8),
    "beta": (1.0, 0.2),
}


def _update(op: str) -> Generator:
    states, own = _TABLE[op]

    def make(gen: Gen) -> Call:
        dtype = gen.pick(("float32", "float32", "float64", "float16"))
        single = _ROOTS if op == "ftrl_update" else _SINGLE
        gen.tol = _HALF if dtype == "float16" else single if dtype == "float32" else None
        shape = gen.shape()
        arrays: list[Arr] = [gen.array(shape, dtype)]
        for kind in states.split():
            arrays.append(gen.array(shape, dtype, low=0.1 if kind == "pos" else -3.0))
        kwargs: dict[str, Any] = {"lr": gen.pick((0.1, 0.01, 1))}
        if op == "ftrl_update" and dtype == "float16":
            kwargs["lr"] = 1  # a small rate magnifies the rounding of two nearly equal float16 roots beyond comparing
        for name in (*own, "wd", "rescale_grad", "clip_gradient"):
            if gen.chance(0.5):
                kwargs[name] = gen.pick(_VALUES[name])
        return Call("nd." + op, tuple(arrays), kwargs, mutates=True, into=0 if gen.chance(0.5) else None)

    return make


GENERATORS = {op: _update(op) for op in _TABLE}
