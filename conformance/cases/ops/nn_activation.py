"""Activation, LeakyReLU, SoftmaxActivation and Dropout."""

from __future__ import annotations

from typing import Any

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

HALF = Tolerance(rtol=4e-3, atol=2e-3, why="MXNet rounds to float16 between the steps")
CURVE = Tolerance(rtol=1e-4, atol=1e-6, why="MXNet's float32 kernels approximate the function")
inf = float("inf")
SPECIAL = (inf, -inf, 0.0, -0.0, 1.0, -1.0, 1e-8, 25.0, -25.0, 100.0, -100.0)

x = Arr((2, 3))
for kind in ("relu", "sigmoid", "softrelu", "softsign", "tanh"):
    attrs = {"act_type": kind}
    suite.standard(
        f"Activation/{kind}",
        "nd.Activation",
        (x,),
        attrs,
        dtypes=("float64", "float16", "int32", "uint8"),
        float16_tol=HALF,
        tol=CURVE,
    )
    for shape in ((1,), (5,), (2, 1, 3), (1, 2, 3, 2), (1, 1, 2, 1, 3)):
        suite.op(f"Activation/{kind}/" + "x".join(map(str, shape)), "nd.Activation", (Arr(shape),), attrs, tol=CURVE)
    for dtype in ("float32", "float64"):
        suite.op(
            f"Activation/{kind}/special_{dtype}", "nd.Activation", (Arr(values=SPECIAL, dtype=dtype),), attrs, tol=CURVE
        )
    suite.op(f"Activation/{kind}/grad_add", "nd.Activation", (x.with_(req="add"),), attrs, tol=CURVE)
suite.op("Activation/bad_type", "nd.Activation", (x,), {"act_type": "elu"}, says=("elu",))
suite.op("Activation/bad_missing", "nd.Activation", (x,), {}, says=("act_type",))
suite.op("Activation/bad_name", "nd.Activation", (x,), {"act_typ": "relu"}, says=("Activation", "act_typ"))
suite.op("Activation/positional", "nd.Activation", (x, "relu"))

for kind in ("leaky", "elu", "selu", "gelu"):
    attrs = {"act_type": kind}
    sets = [attrs] if kind in ("selu", "gelu") else [attrs, {**attrs, "slope": 0.7}, {**attrs, "slope": 0.0}]
    suite.standard(
        f"LeakyReLU/{kind}",
        "nd.LeakyReLU",
        (x,),
        sets,
        dtypes=("float64", "float16", "int32"),
        float16_tol=HALF,
        tol=CURVE,
        bad={"gamma": ((x, Arr((3,))), attrs, ("LeakyReLU", "gamma"))},
    )
    for dtype in ("float32", "float64"):
        values = SPECIAL if kind != "gelu" else SPECIAL[2:]
        suite.op(
            f"LeakyReLU/{kind}/special_{dtype}", "nd.LeakyReLU", (Arr(values=values, dtype=dtype),), attrs, tol=CURVE
        )
    for shape in ((1,), (5,), (2, 1, 3), (1, 2, 3, 2)):
        suite.op(f"LeakyReLU/{kind}/" + "x".join(map(str, shape)), "nd.LeakyReLU", (Arr(shape),), attrs, tol=CURVE)
suite.op("LeakyReLU/default", "nd.LeakyReLU", (x,))
suite.op("LeakyReLU/bad_type", "nd.LeakyReLU", (x,), {"act_type": "relu"}, says=("relu",))
prelu = {"act_type": "prelu"}
suite.standard(
    "LeakyReLU/prelu",
    "nd.LeakyReLU",
    (x, Arr((3,), seed=2)),
    [prelu],
    dtypes=("float64", "float16", "int32"),
    float16_tol=HALF,
    bad={
        "missing": ((x,), prelu, ("LeakyReLU", "gamma")),
        "gamma": ((x, Arr((4,))), prelu, ("LeakyReLU", "gamma")),
        "axes": ((Arr((2, 3, 4)), Arr((2, 3, 4))), prelu, ("LeakyReLU", "gamma")),
        "dtypes": ((x, Arr((3,), "float64")), prelu, ("LeakyReLU", "float64")),
    },
)
for shape, gamma in (
    ((2, 3, 4), (3,)), ((2, 3, 4), (1,)), ((2, 3, 4), (2, 3)), ((2, 3, 4), (1, 3)), ((2, 3, 4), (2, 1)),
    ((2, 3, 2, 2), (3,)), ((4, 3), (4,)), ((4, 3), (4, 3)), ((4, 3), (1,)), ((4, 3), (4, 1)), ((3,), (3,)),
    ((3,), (1,)), ((1, 1, 2), (1,)),
):  # fmt: skip
    word = "x".join(map(str, shape)) + "_" + "x".join(map(str, gamma))
    for dtype in ("float32", "float64"):
        args = (Arr(shape, dtype), Arr(gamma, dtype, seed=2))
        suite.op(f"LeakyReLU/prelu/{word}_{dtype}", "nd.LeakyReLU", args, prelu)
suite.op("LeakyReLU/prelu/grad_add", "nd.LeakyReLU", (x.with_(req="add"), Arr((3,), seed=2, req="add")), prelu)
suite.op("LeakyReLU/prelu/zeros", "nd.LeakyReLU", (Arr(values=[[0.0, -0.0, 1.0]]), Arr((3,), seed=2)), prelu)


@suite.case("LeakyReLU/rrelu")
def rrelu(mx: Any) -> Any:
    """Outside training; in training the real package crashes."""
    results = []
    for dtype in ("float32", "float64"):
        data = Arr((3, 4), dtype).build(mx)
        for bounds in ({}, {"lower_bound": 0.5, "upper_bound": 0.75}):
            out = mx.nd.LeakyReLU(data, act_type="rrelu", **bounds)
            results += [len(out), out[0], out[1].shape]
    return results


for mode in ("instance", "channel"):
    for shape in ((2, 3, 4), (1, 1, 1), (2, 3, 2, 2)):
        suite.op(
            f"SoftmaxActivation/{mode}/" + "x".join(map(str, shape)),
            "nd.SoftmaxActivation",
            (Arr(shape),),
            {"mode": mode},
        )
suite.standard(
    "SoftmaxActivation",
    "nd.SoftmaxActivation",
    (x,),
    [{}],
    dtypes=("float64", "float16", "int32"),
    bad={"mode": ((x,), {"mode": "all"}, ("all",)), "2d": ((x,), {"mode": "channel"}, ("SoftmaxActivation", "axes"))},
)
suite.op("SoftmaxActivation/1d", "nd.SoftmaxActivation", (Arr((4,)),))

# ---- Dropout: the drawn masks are MXNet's
for dtype in ("float32", "float64", "float16"):
    for p in (0.0, 0.2, 0.5, 0.9):
        for word, attrs in (("always", {"mode": "always"}), ("training", {})):
            data = Arr((9, 15), dtype, low=1, high=2)
            suite.op(f"Dropout/{word}_{p}_{dtype}", "nd.Dropout", (data,), {"p": p, **attrs})
for shape in ((1,), (70,), (2, 1, 100), (65, 3)):
    suite.op(
        "Dropout/shape_" + "x".join(map(str, shape)), "nd.Dropout", (Arr(shape, low=1, high=2),), {"mode": "always"}
    )
for axes in ((0,), (1,), (0, 1), (2,), (0, 1, 2)):
    for dtype in ("float32", "float64"):
        data = Arr((5, 6, 4), dtype, low=1, high=2)
        suite.op(f"Dropout/axes_{''.join(map(str, axes))}_{dtype}", "nd.Dropout", (data,), {"axes": axes, "p": 0.4})
suite.op("Dropout/all", "nd.Dropout", (Arr((3, 4)),), {"p": 1.0, "mode": "always"}, grad=False)
suite.op(
    "Dropout/text", "nd.Dropout", (Arr((3, 4)),), {"p": "0.5", "mode": "always", "axes": "(0,)", "cudnn_off": None}
)
suite.op("Dropout/out", "nd.Dropout", (Arr((3, 4)),), {"p": 0.5}, grad=False, out=True)
suite.op("Dropout/rows", "nd.Dropout", (Arr((3, 4), layout="rows"),), {"p": 0.5})
suite.op("Dropout/int32", "nd.Dropout", (Arr((3, 4), "int32"),), {"p": 0.5}, grad=False)
suite.op("Dropout/int32_always", "nd.Dropout", (Arr((3, 4), "int32"),), {"p": 0.5, "mode": "always"}, grad=False)
suite.op("Dropout/grad_add", "nd.Dropout", (Arr((3, 4), req="add"),), {"p": 0.5})
suite.op("Dropout/bad_p", "nd.Dropout", (x,), {"p": 1.5}, says=("p",))
suite.op("Dropout/bad_p_negative", "nd.Dropout", (x,), {"p": -0.5}, says=("p",))
suite.op("Dropout/bad_mode", "nd.Dropout", (x,), {"mode": "never"}, says=("never",))


@suite.case("Dropout/stream")
def stream(mx: Any) -> Any:
    """Masks and other draws from one stream."""
    mx.random.seed(42)
    ones = mx.nd.ones((10, 20))
    results = []
    with mx.autograd.record():
        for p in (0.5, 0.1):
            results.append(mx.nd.Dropout(ones, p=p))
            results.append(mx.nd.random.uniform(shape=(3,)))
        results.append(mx.nd.Dropout(ones, p=0.0))
        results.append(mx.nd.Dropout(ones))
    results.append(mx.nd.Dropout(ones))
    return results


@suite.case("Dropout/sharing")
def sharing(mx: Any) -> Any:
    """Outside training the result is a copy."""
    data = mx.nd.ones((3,))
    out = mx.nd.Dropout(data)
    out[:] = 5
    return data, out
