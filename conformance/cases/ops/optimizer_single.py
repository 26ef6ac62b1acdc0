"""Update operators of one weight: the result, ``out=weight``, and the states that are written in place."""

from __future__ import annotations

from typing import Any

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)

MASTER = Tolerance(rtol=1e-6, atol=1e-6, why="float64 weights are made from float32 master copies")
HALF = Tolerance(rtol=1e-2, atol=2e-3, why="float16 kernels of MXNet round after each elementary step")

CLIPS = [{}, {"wd": 0.1}, {"rescale_grad": 0.5}, {"clip_gradient": 0.3}, {"clip_gradient": 0.0}]
ALL = {"wd": 0.1, "rescale_grad": 0.5, "clip_gradient": 0.3}


def states(*kinds: str, shape: tuple[int, ...] = (2, 3), dtype: str = "float32") -> tuple[Arr, ...]:
    """Weight, gradient and further states: ``any`` sign, ``pos`` itive, ``big`` positive."""
    ranges = {"any": (-2, 2), "pos": (0.1, 2), "big": (4, 6), "one": (0.5, 1.5)}
    return tuple(Arr(shape, dtype, *ranges[kind], seed=i + 1) for i, kind in enumerate(kinds))


def into_weight(path: str, arrays: tuple[Arr, ...], kwargs: dict[str, Any], steps: int = 2) -> Any:
    """A program: some updates with ``out=weight``; the weight and every state afterwards."""

    def program(mx: Any) -> Any:
        built = [a.build(mx) for a in arrays]
        function = mx
        for name in path.split("."):
            function = getattr(function, name)
        returned = [function(*built, out=built[0], **kwargs) is built[0] for _ in range(steps)]
        return returned, built

    return program


def update(
    name: str, args: tuple[Arr, ...], required: dict[str, Any], more: list[dict[str, Any]], **options: Any
) -> None:
    """The variants of one operator with states of the dtype of the weight."""
    path = options.pop("path", "nd." + name)
    sets = [dict(required, **extra) for extra in more]
    bad = {
        "shape": ((args[0], Arr((3, 2)), *args[2:]), required, (name, "grad", "(3, 2)")),
        "dtype": ((args[0], args[1].with_(dtype="float64"), *args[2:]), required, (name, "grad", "float64")),
        "missing": (args, {k: v for k, v in required.items() if k != next(iter(required))}, (next(iter(required)),)),
        "attribute": (args, dict(required, no_such=1), ("no_such",)),
        "count": (args[:1], required, (name,)),
    }
    suite.standard(name, path, args, sets, grad=False, out=False, float16_tol=HALF, bad=bad)
    for one, label in ((sets[0], "first"), (dict(required, **ALL), "all")):
        if name == "ftml_update":
            one = {("clip_grad" if k == "clip_gradient" else k): v for k, v in one.items()}
        suite.op(f"{name}/mutates_{label}", path, args, one, grad=False, mutates=True)
        for dtype in ("float32", "float64", "float16"):
            typed = tuple(a.with_(dtype=dtype) for a in args)
            suite._add(
                f"{name}/out_weight_{label}_{dtype}",
                into_weight(path, typed, one),
                tol=HALF if dtype == "float16" else None,
            )
    for shape in ((1,), (2, 1, 2)):
        suite.op(
            f"{name}/shape_{'x'.join(map(str, shape))}",
            path,
            tuple(a.with_(shape=shape) for a in args),
            required,
            grad=False,
            out=True,
        )


def mixed(
    name: str, args: tuple[Arr, ...], required: dict[str, Any], more: list[dict[str, Any]], **options: Any
) -> None:
    """The variants of one operator with float32 states and a float16, float32 or float64 weight."""
    path = options.pop("path", "nd." + name)
    typed = {d: (*(a.with_(dtype=d) for a in args[:2]), *args[2:]) for d in ("float16", "float32", "float64")}
    for extra in more:
        label = ",".join(f"{k}={v}" for k, v in extra.items()) or "default"
        suite.op(f"{name}/{label}", path, typed["float16"], dict(required, **extra), grad=False, mutates=True)
    for dtype, arrays in typed.items():
        tol = MASTER if dtype == "float64" else None
        suite._add(f"{name}/out_weight_{dtype}", into_weight(path, arrays, required), tol=tol)
        suite._add(f"{name}/out_weight_all_{dtype}", into_weight(path, arrays, dict(required, **ALL)), tol=tol)
    last = (*typed["float16"][:-1], typed["float16"][-1].with_(dtype="float16"))
    suite.op_error(f"{name}/bad_master", path, last, required, says=(name.lstrip("_"), "float32"))
    suite.op_error(
        f"{name}/bad_shape",
        path,
        (typed["float16"][0], Arr((3, 2), "float16"), *args[2:]),
        required,
        says=(name.lstrip("_"),),
    )


LR = {"lr": 0.1}
update("sgd_update", states("any", "any"), LR, [*CLIPS, ALL, {"lazy_update": False}, {"lr": "0.5"}])
update("sgd_mom_update", states("any", "any", "any"), LR, [*CLIPS, ALL, {"momentum": 0.9}, {"momentum": 0.9, **ALL}])
update("nag_mom_update", states("any", "any", "any"), LR, [*CLIPS, ALL, {"momentum": 0.9}, {"momentum": 0.9, **ALL}])
update("signsgd_update", states("any", "any"), LR, [*CLIPS, ALL])
update(
    "signum_update",
    states("any", "any", "any"),
    LR,
    [*CLIPS, ALL, {"momentum": 0.9}, {"momentum": 0.9, "wd_lh": 0.2, **ALL}],
)
update(
    "adam_update",
    states("any", "any", "any", "pos"),
    LR,
    [*CLIPS, ALL, {"beta1": 0.5, "beta2": 0.75}, {"epsilon": 0.1}, {"lazy_update": False}],
)
update(
    "rmsprop_update",
    states("any", "any", "pos"),
    LR,
    [*CLIPS, ALL, {"gamma1": 0.5}, {"epsilon": 0.1}, {"clip_weights": 0.7}],
)
update(
    "rmspropalex_update",
    states("any", "any", "big", "any", "any"),
    LR,
    [*CLIPS, ALL, {"gamma1": 0.5, "gamma2": 0.3}, {"epsilon": 0.1}, {"clip_weights": 0.7}],
)
update("ftrl_update", states("any", "any", "any", "pos"), LR, [*CLIPS, ALL, {"lamda1": 0.8}, {"beta": 0.1}])
update(
    "ftml_update",
    states("any", "any", "one", "pos", "any"),
    {"lr": 0.1, "t": 2},
    [
        {},
        {"t": 5},
        {"wd": 0.1},
        {"rescale_grad": 0.5},
        {"clip_grad": 0.3},
        {"beta1": 0.3, "beta2": 0.6},
        {"epsilon": 0.1},
    ],
)
update(
    "lamb_update_phase1",
    states("any", "any", "any", "pos"),
    {"t": 2, "wd": 0.1},
    [
        {},
        {"bias_correction": False},
        {"t": 10},
        {"wd": 0.0},
        {"rescale_grad": 0.5},
        {"clip_gradient": 0.3},
        {"beta1": 0.5, "beta2": 0.75},
        {"epsilon": 0.1},
    ],
)

ONE = Arr(values=[1.5])
TWO = Arr(values=[0.5], seed=2)
ZERO = Arr(values=[0.0])
W, G = states("any", "any")
for label, (r1, r2, kwargs) in {
    "default": (ONE, TWO, {}),
    "zero_r1": (ZERO, TWO, {}),
    "zero_r2": (ONE, ZERO, {}),
    "lower": (ONE, TWO, {"lower_bound": 2.0}),
    "upper": (ONE, TWO, {"upper_bound": 1.0}),
    "both": (ONE, TWO, {"lower_bound": 0.1, "upper_bound": 0.2}),
    "lower_zero": (ZERO, TWO, {"lower_bound": 0.3}),
}.items():
    suite.op(
        f"lamb_update_phase2/{label}", "nd.lamb_update_phase2", (W, G, r1, r2), dict(LR, **kwargs), grad=False, out=True
    )
    suite.op(
        f"mp_lamb_update_phase2/{label}",
        "nd.mp_lamb_update_phase2",
        (W.with_(dtype="float16"), G, r1, r2, W),
        dict(LR, **kwargs),
        grad=False,
        mutates=True,
    )
for dtype in ("float64", "float16"):
    typed = tuple(a.with_(dtype=dtype) for a in (W, G, ONE, TWO))
    suite.op(
        f"lamb_update_phase2/{dtype}",
        "nd.lamb_update_phase2",
        typed,
        LR,
        grad=False,
        tol=HALF if dtype == "float16" else None,
    )
suite.op_error(
    "lamb_update_phase2/bad_norm",
    "nd.lamb_update_phase2",
    (W, G, Arr((2,)), TWO),
    LR,
    says=("lamb_update_phase2", "r1"),
)
suite.op_error(
    "lamb_update_phase2/bad_shape",
    "nd.lamb_update_phase2",
    (W, Arr((3, 2)), ONE, TWO),
    LR,
    says=("lamb_update_phase2",),
)

mixed("mp_sgd_update", states("any", "any", "any"), LR, [*CLIPS, ALL])
mixed(
    "mp_sgd_mom_update", states("any", "any", "any", "any"), LR, [*CLIPS, {"momentum": 0.9}, {"momentum": 0.9, **ALL}]
)
mixed(
    "mp_nag_mom_update", states("any", "any", "any", "any"), LR, [*CLIPS, {"momentum": 0.9}, {"momentum": 0.9, **ALL}]
)
for extra in ({}, {"bias_correction": False}, {"clip_gradient": 0.3, "rescale_grad": 0.5}):
    label = ",".join(f"{k}={v}" for k, v in extra.items()) or "default"
    arrays = states("any", "any", "any", "pos", "any")
    arrays = (*(a.with_(dtype="float16") for a in arrays[:2]), *arrays[2:])
    suite.op(
        f"mp_lamb_update_phase1/{label}",
        "nd.mp_lamb_update_phase1",
        arrays,
        dict(extra, t=3, wd=0.1),
        grad=False,
        mutates=True,
    )
suite.op_error(
    "mp_lamb_update_phase1/bad_float32",
    "nd.mp_lamb_update_phase1",
    states("any", "any", "any", "pos", "any"),
    {"t": 3, "wd": 0.1},
    says=("mp_lamb_update_phase1", "float16"),
)

ADAMW = (*states("any", "any", "any", "pos"), Arr(values=[2.0]))
for extra in ({}, {"wd": 0.1}, {"clip_gradient": 0.5}, {"beta1": 0.5, "beta2": 0.75, "epsilon": 0.1}):
    label = ",".join(f"{k}={v}" for k, v in extra.items()) or "default"
    kwargs = dict(extra, lr=0.1, eta=0.5)
    suite.op(f"adamw_update/{label}", "nd._internal._adamw_update", ADAMW, kwargs, grad=False, mutates=True)
    half = (*(a.with_(dtype="float16") for a in ADAMW[:2]), *ADAMW[2:4], Arr((2, 3), seed=9), ADAMW[4])
    suite.op(f"mp_adamw_update/{label}", "nd._internal._mp_adamw_update", half, kwargs, grad=False, mutates=True)
    suite._add(f"adamw_update/out_weight_{label}", into_weight("nd._internal._adamw_update", ADAMW, kwargs))
    suite._add(f"mp_adamw_update/out_weight_{label}", into_weight("nd._internal._mp_adamw_update", half, kwargs))
for dtype in ("float64", "float16"):
    typed = (*(a.with_(dtype=dtype) for a in ADAMW[:4]), ADAMW[4])
    suite._add(
        f"adamw_update/{dtype}",
        into_weight("nd._internal._adamw_update", typed, {"lr": 0.1, "eta": 0.5, "wd": 0.1}),
        tol=HALF if dtype == "float16" else None,
    )
for label, scale in {"zero": 0.0, "nan": float("nan"), "inf": float("inf")}.items():
    arrays = (*ADAMW[:4], Arr(values=[scale]))
    suite._add(
        f"adamw_update/skipped_{label}", into_weight("nd._internal._adamw_update", arrays, {"lr": 0.1, "eta": 1})
    )
    arrays = (*half[:5], Arr(values=[scale]))
    suite._add(
        f"mp_adamw_update/skipped_{label}", into_weight("nd._internal._mp_adamw_update", arrays, {"lr": 0.1, "eta": 1})
    )
suite.op_error(
    "adamw_update/bad_scale",
    "nd._internal._adamw_update",
    (*ADAMW[:4], Arr(values=[2.0], dtype="float64")),
    {"lr": 0.1, "eta": 1},
    says=("adamw_update", "rescale_grad"),
)
suite.op_error("adamw_update/bad_eta", "nd._internal._adamw_update", ADAMW, {"lr": 0.1}, says=("eta",))

SPECIAL = Arr(values=[[float("nan"), float("inf"), -float("inf")], [0.0, 1e-30, 1e30]])
suite.op("signsgd_update/special", "nd.signsgd_update", (W, SPECIAL), LR, grad=False)
suite.op("sgd_update/special", "nd.sgd_update", (W, SPECIAL), dict(LR, clip_gradient=1.0), grad=False)
suite.op("adam_update/special", "nd.adam_update", (W, SPECIAL, Arr((2, 3)), Arr((2, 3), low=0, high=1)), LR, grad=False)

suite.op(
    "adagrad_update/dense", "nd.sparse.adagrad_update", states("any", "any", "pos"), LR, grad=False, says=("adagrad",)
)
suite.op(
    "group_adagrad_update/dense",
    "nd.contrib.group_adagrad_update",
    (W, G, Arr((2, 1), low=0)),
    LR,
    grad=False,
    says=("adagrad",),
)


@suite.case()
def out_elsewhere(mx):
    nd = mx.nd
    w, g, m, other = nd.array([1.0, 2.0]), nd.array([0.5, -1.0]), nd.array([0.1, 0.2]), nd.zeros((2,))
    nd.sgd_mom_update(w, g, m, lr=0.1, momentum=0.9, out=other)
    nd.nag_mom_update(w, g, m, lr=0.1, momentum=0.9, wd=0.1, out=other)
    return w, g, m, other, attempt(lambda: nd.sgd_update(w, g, lr=0.1, out=nd.zeros((3,))))


@suite.case()
def training_loop(mx):
    nd = mx.nd
    w = nd.array([1.0, -2.0])
    w.attach_grad()
    mean, var = nd.zeros((2,)), nd.zeros((2,))
    for _ in range(3):
        with mx.autograd.record():
            loss = (w * w).sum()
        loss.backward()
        nd.adam_update(w, w.grad, mean, var, lr=0.1, out=w)
    return w, w.grad, mean, var


@suite.case()
def inside_record(mx):
    nd = mx.nd
    w, g = nd.array([1.0, 2.0]), nd.array([0.5, -1.0])
    w.attach_grad()
    with mx.autograd.record():
        return attempt(lambda: nd.sgd_update(w, g, lr=0.1, out=w))
