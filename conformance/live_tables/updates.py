"""Updates with master weights, of many weights at once, and those with a trust ratio; checks of training loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen, Generator

_HALF = Tolerance(rtol=3e-2, atol=1e-2, why="float16 kernels of MXNet round after each elementary step")
_SINGLE = Tolerance(rtol=2e-4, atol=2e-5, why="float32 steps are rounded at other places")

#: operator -> roles of its inputs (see `_array`), what it needs, further attributes
_ONE: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "mp_sgd_update": ("wgW", ("lr",), ("wd", "rescale_grad", "clip_gradient", "lazy_update")),
    "mp_sgd_mom_update": ("wgmW", ("lr",), ("momentum", "wd", "rescale_grad", "clip_gradient", "lazy_update")),
    "mp_nag_mom_update": ("wgmW", ("lr",), ("momentum", "wd", "rescale_grad", "clip_gradient")),
    "ftml_update": ("wgmvz", ("lr", "t"), ("beta1", "beta2", "epsilon", "wd", "rescale_grad", "clip_grad")),
    "rmspropalex_update": (
        "wgnsd", ("lr",), ("gamma1", "gamma2", "epsilon", "wd", "rescale_grad", "clip_gradient", "clip_weights")
    ),
    "lamb_update_phase1": (
        "wgmv", ("t", "wd"), ("beta1", "beta2", "epsilon", "bias_correction", "rescale_grad", "clip_gradient")
    ),
    "mp_lamb_update_phase1": (
        "wgmvW", ("t", "wd"), ("beta1", "beta2", "epsilon", "bias_correction", "rescale_grad", "clip_gradient")
    ),
    "lamb_update_phase2": ("wg11", ("lr",), ("lower_bound", "upper_bound")),
    "mp_lamb_update_phase2": ("wW11W", ("lr",), ("lower_bound", "upper_bound")),
    "_adamw_update": ("wgmv1", ("lr", "eta"), ("beta1", "beta2", "epsilon", "wd", "clip_gradient")),
    "_mp_adamw_update": ("wgmvW1", ("lr", "eta"), ("beta1", "beta2", "epsilon", "wd", "clip_gradient")),
}  # fmt: skip
_MANY: dict[str, tuple[str, tuple[str, ...]]] = {
    "multi_sgd_update": ("wg", ("rescale_grad", "clip_gradient")),
    "multi_sgd_mom_update": ("wgm", ("momentum", "rescale_grad", "clip_gradient")),
    "multi_mp_sgd_update": ("wgW", ("rescale_grad", "clip_gradient")),
    "multi_mp_sgd_mom_update": ("wgmW", ("momentum", "rescale_grad", "clip_gradient")),
    "preloaded_multi_sgd_update": ("wg", ("rescale_grad", "clip_gradient")),
    "preloaded_multi_sgd_mom_update": ("wgm", ("momentum", "rescale_grad", "clip_gradient")),
    "preloaded_multi_mp_sgd_update": ("wgW", ("rescale_grad", "clip_gradient")),
    "preloaded_multi_mp_sgd_mom_update": ("wgmW", ("momentum", "rescale_grad", "clip_gradient")),
    "_multi_adamw_update": ("wgmv", ("beta1", "beta2", "epsilon", "clip_gradient")),
    "_multi_mp_adamw_update": ("wgmvW", ("beta1", "beta2", "epsilon", "clip_gradient")),
    "_multi_lamb_update": (
        "wgmv",
        ("beta1", "beta2", "epsilon", "rescale_grad", "clip_gradient", "bias_correction", "lower_bound", "upper_bound"),
    ),
    "_multi_mp_lamb_update": (
        "wgmvW",
        ("beta1", "beta2", "epsilon", "rescale_grad", "clip_gradient", "bias_correction", "lower_bound", "upper_bound"),
    ),
}
_VALUES: dict[str, tuple[Any, ...]] = {
    "lr": (0.1, 0.01, 1),
    "eta": (1, 0.5),
    "t": (1, 2, 30),
    "wd": (0.0, 0.01, 0.3),
    "rescale_grad": (1.0, 0.5, 2),
    "clip_gradient": (-1.0, 0.5, 0.0, 3),
    "clip_grad": (-1.0, 0.5, 3),
    "clip_weights": (-1.0, 0.7),
    "momentum": (0.0, 0.9, 0.5),
    "beta1": (0.9, 0.5),
    "beta2": (0.999, 0.75),
    "gamma1": (0.95, 0.5),
    "gamma2": (0.9, 0.3),
    "epsilon": (1e-6, 0.1),
    "lazy_update": (True, False),
    "bias_correction": (True, False),
    "lower_bound": (-1.0, 0.5),
    "upper_bound": (-1.0, 2.0),
}
#: least values: weights and moments have any sign, sums of squares have none
_LOW = {"v": 0.1, "n": 3.0, "1": 0.5, "s": -0.5}
_HIGH = {"n": 5.0, "s": 0.5}


def _array(gen: Gen, role: str, roles: str, shape: tuple[int, ...], dtype: str) -> Arr:
    """An input: weight, gradient, moments, sums of squares, a master weight ``W``, a single number ``1``."""
    own = dtype if "W" not in roles or role in "wg" else "float32"
    at = (1,) if role == "1" else shape
    return gen.array(at, own, low=_LOW.get(role, -2.0), high=_HIGH.get(role, 2.0))


def _attributes(gen: Gen, always: tuple[str, ...], others: tuple[str, ...]) -> dict[str, Any]:
    return {name: gen.pick(_VALUES[name]) for name in (*always, *others) if name in always or gen.chance(0.5)}


def _place(op: str) -> str:
    return ("nd._internal." if op[0] == "_" else "nd.") + op


def _tolerance(dtype: str, single: bool) -> Tolerance | None:
    return _HALF if dtype == "float16" else _SINGLE if dtype == "float32" or single else None


def _update(op: str) -> Generator:
    roles, always, others = _ONE[op]

    def make(gen: Gen) -> Call:
        dtype = "float16" if "W" in roles else gen.pick(("float32", "float32", "float64"))
        gen.tol = _tolerance(dtype, "W" in roles)
        shape = gen.shape()
        arrays = [_array(gen, role, roles, shape, dtype) for role in roles]
        into = 0 if gen.chance(0.5) else None
        return Call(_place(op), tuple(arrays), _attributes(gen, always, others), mutates=True, into=into)

    return make


def _updates(op: str) -> Generator:
    roles, others = _MANY[op]

    def make(gen: Gen) -> Call:
        dtype = "float16" if "W" in roles else "float32" if op[0] == "_" else gen.pick(("float32", "float64"))
        gen.tol = _tolerance(dtype, "W" in roles)
        count = gen.int(1, 4)
        shapes = [gen.shape() for _ in range(count)]
        arrays = [_array(gen, role, roles, shape, dtype) for shape in shapes for role in roles]
        kwargs = _attributes(gen, (), others)
        rates = [tuple(gen.pick(_VALUES[name]) for _ in range(count)) for name in ("lr", "wd", "eta", "t")]
        if "preloaded" in op:
            arrays += [Arr(values=[float(r) for r in own]) for own in rates[:2]]
        elif "lamb" in op:
            kwargs.update(learning_rates=rates[0], wds=rates[1], step_count=rates[3])
        else:
            kwargs.update(lrs=rates[0], wds=rates[1])
        if "adamw" in op:
            kwargs["etas"] = rates[2]
            arrays.append(Arr(values=[gen.pick((1.0, 0.5, 0.0))]))
        kwargs["num_tensors" if "lamb" in op else "num_weights"] = count
        outs = [gen.array(shape, dtype, layout="plain") for shape in shapes]
        return Call(_place(op), tuple(arrays), {**kwargs, "out": outs if count > 1 else outs[0]}, mutates=True)

    return make


def _lars(gen: Gen) -> Call:
    gen.tol = _SINGLE
    count = gen.int(1, 6)
    arrays = [gen.array((count,), "float32", low=low, high=4.0) for low in (0.0, 0.0, 0.0, 0.0)]
    kwargs = {"eta": gen.pick((0.001, 0.5)), "eps": gen.pick((1e-9, 0.1))}
    return Call("nd.multi_lars", tuple(arrays), {**kwargs, **_attributes(gen, (), ("rescale_grad",))})


def _finite(gen: Gen) -> Call:
    arrays = [gen.array(dtype=gen.pick(("float32", "float64", "float16"))) for _ in range(gen.int(1, 3))]
    if gen.chance(0.5):
        wrong = gen.pick((float("nan"), float("inf"), float("-inf"), 1.0))
        arrays[-1] = Arr(values=[[1.0, wrong]], dtype=gen.pick(("float32", "float64", "float16")))
    if len(arrays) == 1:
        return Call("nd.all_finite", tuple(arrays), {"init_output": True}, out=gen.chance(0.3))
    arrays = [a.with_(dtype="float32") for a in arrays]
    return Call("nd.multi_all_finite", tuple(arrays), {"num_arrays": len(arrays)})


def _sum_sq(gen: Gen) -> Call:
    gen.tol = _SINGLE
    dtype = gen.pick(("float32", "float64"))
    arrays = [gen.array(dtype=dtype) for _ in range(gen.int(1, 4))]
    return Call("nd.multi_sum_sq", tuple(arrays), {"num_arrays": len(arrays)})


def _group_adagrad(gen: Gen) -> Call:
    gen.tol = _SINGLE
    shape = (gen.int(1, 4), gen.int(1, 4))
    arrays = (gen.array(shape, "float32"), gen.array(shape, "float32"), gen.array((shape[0], 1), "float32", low=0.1))
    kwargs = _attributes(gen, ("lr",), ("rescale_grad", "clip_gradient", "epsilon"))
    return Call("nd.contrib.group_adagrad_update", arrays, kwargs, mutates=True)


GENERATORS = {
    **{op: _update(op) for op in _ONE},
    **{op: _updates(op) for op in _MANY},
    "multi_lars": _lars,
    "all_finite": _finite,
    "multi_sum_sq": _sum_sq,
    "group_adagrad_update": _group_adagrad,
}
