"""Output layers: SoftmaxOutput, regression outputs, SVMOutput and MakeLoss."""

from __future__ import annotations

from typing import Any

from ...calls import Arr, Call
from ...compare import Tolerance
from ...suite import Suite


class _Suite(Suite):
    """A suite whose calls always tell the recorded outputs: for SoftmaxOutput, MXNet has another kernel in training."""

    def op(
        self,
        name: str,
        path: str,
        args: Any,
        kwargs: Any = None,
        *,
        grad: Any = True,
        out: bool = False,
        tol: Any = None,
        says: Any = (),
    ) -> None:
        call = Call(path, args, kwargs, grad=grad, out=out)

        def program(mx: Any) -> Any:
            result = call.run(mx)
            recorded = result.pop("out recorded", result["out"])
            return {**result, "out recorded": recorded}

        self._add(name, program, call=call, tol=tol, says=says)


suite = _Suite(__name__)

SUMS = Tolerance(rtol=1e-4, atol=1e-6, why="exponentials summed in another order")
HALF = Tolerance(rtol=4e-3, atol=1e-3, why="MXNet rounds to float16 between the steps")
NORMS = ("null", "batch", "valid")

x, label = Arr((4, 3)), Arr(values=[0, 2, 1, 2])
suite.standard(
    "SoftmaxOutput",
    "nd.SoftmaxOutput",
    (x, label),
    [
        {},
        {"grad_scale": 2.5},
        {"use_ignore": True, "ignore_label": 2},
        {"ignore_label": 2},
        {"smooth_alpha": 0.2},
        {"smooth_alpha": 0.2, "use_ignore": True, "ignore_label": 1},
        {"out_grad": True},
        {"out_grad": True, "normalization": "batch", "grad_scale": 3},
        {"multi_output": True},
        {"preserve_shape": True},
        {"multi_output": True, "smooth_alpha": 0.2},
    ],
    dtypes=("float64", "float16", "int32"),
    float16_tol=HALF,
    tol=SUMS,
    bad={
        "label": ((x, Arr(values=[0, 1])), {}, ("SoftmaxOutput", "label")),
        "label_axes": ((x, Arr((4, 1))), {}, ("SoftmaxOutput", "label")),
        "dtypes": ((x, label.with_(dtype="int32")), {}, ("SoftmaxOutput", "int32")),
        "normalization": ((x, label), {"normalization": "all"}, ("all",)),
        "smooth": ((x, label), {"smooth_alpha": 1.5}, ("smooth_alpha",)),
        "missing": ((x,), {}, ("SoftmaxOutput", "label")),
        "attribute": ((x, label), {"scale": 1}, ("scale",)),
    },
)
suite.op("SoftmaxOutput/alias", "nd.Softmax", (x, label), tol=SUMS)
suite.op("SoftmaxOutput/grad_add", "nd.SoftmaxOutput", (x.with_(req="add"), label.with_(req="add")), tol=SUMS)
suite.op("SoftmaxOutput/fraction", "nd.SoftmaxOutput", (x, Arr(values=[0.7, 1.2, 0.0, 2.9])), tol=SUMS)
suite.op("SoftmaxOutput/out_of_range", "nd.SoftmaxOutput", (x, Arr(values=[-1, 3, 1, 9])), tol=SUMS)
suite.op("SoftmaxOutput/one_class", "nd.SoftmaxOutput", (Arr((3, 1)), Arr(values=[0, 0, 0])), tol=SUMS)
cube, probabilities = Arr((2, 3, 4)), Arr((2, 3, 4), seed=2, low=0, high=1)
for norm in NORMS:
    for ignore in ({}, {"use_ignore": True, "ignore_label": 1}):
        attrs = {"normalization": norm, "grad_scale": 1.5, **ignore}
        word = norm + ("_ignore" if ignore else "")
        for dtype in ("float32", "float64"):
            for name, data, target, more in (
                ("rows", x, label, {}),
                ("multi_flat", cube, Arr((2, 4), low=0, high=2.9, seed=3), {"multi_output": True}),
                ("multi_kept", cube, Arr((2, 1, 4), low=0, high=2.9, seed=3), {"multi_output": True}),
                ("multi_4d", Arr((2, 3, 2, 2)), Arr((2, 2, 2), low=0, high=2.9, seed=3), {"multi_output": True}),
                ("preserve", cube, Arr((2, 3), low=0, high=3.9, seed=3), {"preserve_shape": True}),
                ("probabilities", cube, probabilities, {}),
                ("probabilities_multi", cube, probabilities, {"multi_output": True}),
            ):
                args = (data.with_(dtype=dtype), target.with_(dtype=dtype))
                suite.op(f"SoftmaxOutput/{name}/{word}_{dtype}", "nd.SoftmaxOutput", args, {**attrs, **more}, tol=SUMS)
suite.op(
    "SoftmaxOutput/multi_out_grad",
    "nd.SoftmaxOutput",
    (cube, Arr((2, 4), low=0, high=2.9)),
    {"multi_output": True, "out_grad": True},
    tol=SUMS,
)
suite.op(
    "SoftmaxOutput/probabilities_out_grad",
    "nd.SoftmaxOutput",
    (cube, probabilities),
    {"out_grad": True, "grad_scale": 2},
    tol=SUMS,
)
suite.op("SoftmaxOutput/probabilities_smooth", "nd.SoftmaxOutput", (x, Arr((4, 3))), {"smooth_alpha": 0.5}, tol=SUMS)
suite.op(
    "SoftmaxOutput/all_ignored",
    "nd.SoftmaxOutput",
    (x, label),
    {"use_ignore": True, "ignore_label": 7, "normalization": "valid"},
    tol=SUMS,
)
suite.op(
    "SoftmaxOutput/none_valid",
    "nd.SoftmaxOutput",
    (x, Arr(values=[1, 1, 1, 1])),
    {"use_ignore": True, "ignore_label": 1, "normalization": "valid"},
    tol=SUMS,
)
suite.op("SoftmaxOutput/1d", "nd.SoftmaxOutput", (Arr((3,)), Arr((3,), seed=2)), tol=SUMS)
suite.op("SoftmaxOutput/4d", "nd.SoftmaxOutput", (Arr((2, 2, 1, 3)), Arr((2, 2, 1), low=0, high=1)), tol=SUMS)

SOFT = {"LogisticRegressionOutput": SUMS}
for op in ("LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput"):
    data, target = Arr((2, 3)), Arr((2, 3), seed=2)
    suite.standard(
        op,
        "nd." + op,
        (data, target),
        [{}, {"grad_scale": 2.5}, {"grad_scale": 0.3}],
        dtypes=("float64", "float16", "int32"),
        float16_tol=HALF,
        tol=SOFT.get(op),
        bad={
            "shape": ((data, Arr((3, 2))), {}, (op, "label")),
            "size": ((data, Arr((2,))), {}, (op, "label")),
            "dtypes": ((data, target.with_(dtype="float64")), {}, (op, "float64")),
            "missing": ((data,), {}, (op, "label")),
        },
    )
    for shape, other in (
        ((3, 1), (3,)),
        ((3,), (3, 1)),
        ((4,), (4,)),
        ((2, 3), (2, 3, 1)),
        ((2, 1, 2, 2), (2, 4)),
        ((1, 1), (1, 1)),
    ):
        word = "x".join(map(str, shape)) + "_" + "x".join(map(str, other))
        for dtype in ("float32", "float64"):
            suite.op(
                f"{op}/{word}_{dtype}", "nd." + op, (Arr(shape, dtype), Arr(other, dtype, seed=2)), tol=SOFT.get(op)
            )
    suite.op(f"{op}/grad_add", "nd." + op, (data.with_(req="add"), target.with_(req="add")), tol=SOFT.get(op))
suite.op("MAERegressionOutput/ties", "nd.MAERegressionOutput", (Arr(values=[[1, 2, 0]]), Arr(values=[[1, 1, 0]])))

suite.standard(
    "SVMOutput",
    "nd.SVMOutput",
    (x, label),
    [
        {},
        {"use_linear": True},
        {"margin": 0.5},
        {"regularization_coefficient": 2.5},
        {"use_linear": True, "margin": 2, "regularization_coefficient": 0.5},
    ],
    dtypes=("float64", "float16", "int32"),
    float16_tol=HALF,
    bad={
        "label": ((x, Arr(values=[0, 1])), {}, ("SVMOutput", "label")),
        "dtypes": ((x, label.with_(dtype="float64")), {}, ("SVMOutput", "float64")),
        "missing": ((x,), {}, ("SVMOutput", "label")),
    },
)
edge = Arr(values=[[1, -1, 0.5], [-1, 1, 2]])
for linear in (False, True):
    suite.op(f"SVMOutput/edge_{linear}", "nd.SVMOutput", (edge, Arr(values=[0, 1])), {"use_linear": linear})
    suite.op(f"SVMOutput/cube_{linear}", "nd.SVMOutput", (cube, Arr((2, 3), low=0, high=3.9)), {"use_linear": linear})
    suite.op(f"SVMOutput/out_of_range_{linear}", "nd.SVMOutput", (x, Arr(values=[-1, 3, 1, 9])), {"use_linear": linear})

suite.standard(
    "MakeLoss",
    "nd.MakeLoss",
    (x,),
    [
        {},
        {"grad_scale": 2.5},
        {"normalization": "batch"},
        {"normalization": "batch", "grad_scale": 3},
        {"normalization": "valid"},
        {"normalization": "valid", "valid_thresh": 1.0, "grad_scale": 2},
        {"normalization": "valid", "valid_thresh": 10.0},
        {"valid_thresh": 1.0},
    ],
    dtypes=("float64", "float16", "int32"),
    bad={
        "normalization": ((x,), {"normalization": "all"}, ("all",)),
        "attribute": ((x,), {"scale": 1}, ("scale",)),
    },
)
for shape in ((1,), (5,), (2, 1, 3)):
    for norm in NORMS:
        suite.op(f"MakeLoss/{norm}_" + "x".join(map(str, shape)), "nd.MakeLoss", (Arr(shape),), {"normalization": norm})
suite.op("MakeLoss/grad_add", "nd.MakeLoss", (x.with_(req="add"),), {"grad_scale": 2})
