"""BatchNorm with its running averages, LayerNorm, GroupNorm, InstanceNorm, L2Normalization and LRN."""

from __future__ import annotations

from typing import Any

from ...calls import Arr, head_gradient
from ...compare import Tolerance
from ...suite import Suite

suite = Suite(__name__)

SUMS = Tolerance(rtol=1e-4, atol=2e-5, why="means and variances summed in another order")
HALF = Tolerance(rtol=1e-2, atol=2e-2, why="MXNet keeps float16 sums, here they are float32")


def arr(shape: Any, seed: int = 1, **more: Any) -> Arr:
    return Arr(shape, seed=seed, **more)


# ---- BatchNorm
BN = "nd.BatchNorm"


def states(channels: int, dtype: str = "float32") -> tuple[Arr, ...]:
    """gamma, beta, moving_mean and moving_var."""
    return (
        arr((channels,), 2, dtype=dtype),
        arr((channels,), 3, dtype=dtype),
        arr((channels,), 4, dtype=dtype),
        arr((channels,), 5, dtype=dtype, low=0.5, high=2),
    )


def program(
    op: str, data: Arr, attrs: Any, train: bool = True, add: bool = False, times: int = 1, backward: bool = True
) -> Any:
    """Outputs, gradients and running averages after each of several recorded steps."""
    dtype = "float32" if data.dtype == "float16" else data.dtype
    axis = int(attrs.get("axis", 1))
    channels = data.shape[axis] if -len(data.shape) <= axis < len(data.shape) else 2

    def run(mx: Any) -> Any:
        function = mx
        for word in op.split("."):
            function = getattr(function, word)
        arrays = [a.build(mx) for a in (data, *states(channels, dtype))]
        for a in arrays[:3]:
            a.attach_grad("add" if add else "write")
        seen = []
        for _ in range(times):
            with mx.autograd.record(train_mode=train):
                out = function(*arrays, **attrs)
            outs = out if isinstance(out, list) else [out]
            mx.nd.waitall()  # the write to gamma is not ordered with the copies
            seen.append([o.copy() for o in outs])
            seen.append([a.copy() for a in arrays[1:]])
            if backward:
                heads = [mx.nd.array(head_gradient(o.asnumpy()), dtype=o.dtype) for o in outs]
                mx.autograd.backward(outs, heads, train_mode=train or op == BN)
                mx.nd.waitall()
                seen.append([a.grad.copy() for a in arrays[:3]])
                seen.append([a.copy() for a in arrays[1:]])
        return seen

    return run


VARIANTS = {
    "default": {},
    "gamma": {"fix_gamma": False},
    "global": {"use_global_stats": True, "fix_gamma": False},
    "global_fixed": {"use_global_stats": True},
    "momentum": {"momentum": 0.3, "fix_gamma": False},
    "momentum_zero": {"momentum": 0.0},
    "momentum_one": {"momentum": 1.0},
    "eps": {"eps": 0.1, "fix_gamma": False},
    "outputs": {"output_mean_var": True, "fix_gamma": False},
    "outputs_global": {"output_mean_var": True, "use_global_stats": True},
    "text": {"eps": "0.01", "momentum": "0.5", "fix_gamma": "False", "axis": "1"},
    "cudnn_off": {"cudnn_off": True, "min_calib_range": -1.0, "max_calib_range": 1.0},
}
for op in (BN, "nd.contrib.SyncBatchNorm"):
    name = op.rsplit(".", 1)[-1]
    for word, attrs in VARIANTS.items():
        if name != "BatchNorm":
            if word in ("text", "cudnn_off", "outputs_global"):
                continue  # attributes it does not have, outputs that it leaves unset
            attrs = {**attrs, "key": "one"}
        for mode in ("train", "predict"):
            if name != "BatchNorm" and "outputs" in word and mode == "predict":
                continue
            case = program(op, arr((3, 2, 2, 3)), attrs, mode == "train", times=2)
            suite.case(f"{name}/{word}/{mode}", tol=SUMS)(case)
for dtype in ("float64", "float16"):
    for word in ("default", "gamma", "global", "outputs"):
        for mode in ("train", "predict"):
            case = program(BN, arr((3, 2, 2, 3), dtype=dtype), VARIANTS[word], mode == "train")
            tol = HALF if dtype == "float16" else None
            suite.case(f"BatchNorm/{dtype}/{word}_{mode}", tol=tol)(case)
for word, shape, axis in (
    ("2d", (4, 3), 1),
    ("3d", (4, 3, 2), 1),
    ("5d", (2, 2, 2, 1, 2), 1),
    ("last", (2, 3, 4), -1),
    ("first", (3, 4), 0),
    ("middle", (2, 3, 2, 2), 2),
    ("negative", (2, 3, 2, 2), -2),
    ("1d", (4,), 0),
    ("one_channel", (3, 1, 2), 1),
    ("one_place", (4, 2, 1, 1), 1),
):
    for dtype in ("float32", "float64"):
        case = program(BN, arr(shape, dtype=dtype), {"fix_gamma": False, "axis": axis})
        suite.case(f"BatchNorm/shape_{word}/{dtype}", tol=SUMS)(case)
suite.case("BatchNorm/grad_add", tol=SUMS)(program(BN, arr((3, 2, 2)), {"fix_gamma": False}, add=True, times=2))
suite.case("BatchNorm/no_backward", tol=SUMS)(program(BN, arr((3, 2, 2)), {}, backward=False, times=2))
for layout in ("rows", "transposed"):
    suite.case(f"BatchNorm/{layout}", tol=SUMS)(program(BN, arr((3, 2, 2), layout=layout), {"fix_gamma": False}))

four = (arr((3, 2, 2)), *states(2))
suite.op("BatchNorm/call", BN, four, {"fix_gamma": False}, grad=False, mutates=True, tol=SUMS)
suite.op("BatchNorm/call_fixed", BN, four, {}, grad=False, mutates=True, tol=SUMS)
suite.op("BatchNorm/out", BN, four, {}, grad=False, out=True, tol=SUMS)
suite.op("BatchNorm/gradient_of_state", BN, four, {"fix_gamma": False}, tol=SUMS)
for word, args, attrs, says in (
    ("int32", (four[0].with_(dtype="int32"), *four[1:]), {}, ("BatchNorm", "int32")),
    ("axis", four, {"axis": 3}, ("BatchNorm", "axis")),
    ("axis_negative", four, {"axis": -4}, ("BatchNorm", "axis")),
    ("missing", four[:3], {}, ("BatchNorm", "moving_mean")),
    (
        "half_gamma",
        (four[0].with_(dtype="float16"), *[a.with_(dtype="float16") for a in four[1:]]),
        {},
        ("gamma", "float32"),
    ),
    ("dtypes", (four[0], four[1].with_(dtype="float64"), *four[2:]), {}, ("gamma", "float64")),
    ("attribute", four, {"moment": 1}, ("moment",)),
    ("momentum", four, {"momentum": "much"}, ("momentum",)),
):
    suite.op(f"BatchNorm/bad_{word}", BN, args, attrs, grad=False, says=says)
suite.op("SyncBatchNorm/bad_no_key", "nd.contrib.SyncBatchNorm", four, {}, grad=False, says=("key",))
for word in ("default", "gamma", "global"):
    for mode in ("train", "predict"):
        case = program(
            "nd.contrib.BatchNormWithReLU", arr((3, 2, 2, 3)), VARIANTS[word], mode == "train", backward=mode == "train"
        )
        suite.case(f"BatchNormWithReLU/{word}/{mode}", tol=SUMS)(case)


@suite.case("BatchNorm/when", tol=SUMS)
def when(mx: Any) -> Any:
    """At which moment the running averages move."""
    data, *rest = (a.build(mx) for a in four)
    mean = rest[2]
    seen = [mean.copy()]
    with mx.autograd.train_mode():
        mx.nd.BatchNorm(data, *rest).wait_to_read()
    seen.append(mean.copy())
    with mx.autograd.record():
        mx.nd.BatchNorm(data, *rest).wait_to_read()
    seen.append(mean.copy())
    data.attach_grad()
    with mx.autograd.record():
        out = mx.nd.BatchNorm(data, *rest)
    out.wait_to_read()
    seen.append(mean.copy())
    out.backward(retain_graph=True)
    mx.nd.waitall()
    seen.append(mean.copy())
    out.backward()
    mx.nd.waitall()
    seen.append(mean.copy())
    with mx.autograd.record(train_mode=False):
        out = mx.nd.BatchNorm(data, *rest)
    out.backward()
    mx.nd.waitall()
    return [*seen, mean]


@suite.case("BatchNorm/gradient_of_beta_only", tol=SUMS)
def only_beta(mx: Any) -> Any:
    data, *rest = (a.build(mx) for a in four)
    rest[1].attach_grad()
    with mx.autograd.record():
        out = mx.nd.BatchNorm(data, *rest, fix_gamma=False)
    out.backward()
    mx.nd.waitall()
    return rest[1].grad, rest


@suite.case("BatchNorm/mean_as_head", tol=SUMS)
def mean_as_head(mx: Any) -> Any:
    data, *rest = (a.build(mx) for a in four)
    data.attach_grad()
    with mx.autograd.record():
        out = mx.nd.BatchNorm(data, *rest, output_mean_var=True)
    out[1].backward()
    mx.nd.waitall()
    return data.grad, rest


# ---- LayerNorm
x, g, b = arr((2, 3, 4)), arr((4,), 2), arr((4,), 3)
suite.standard(
    "LayerNorm",
    "nd.LayerNorm",
    (x, g, b),
    [{}, {"eps": 0.1}, {"output_mean_var": True}, {"axis": 2}],
    dtypes=("float64", "int32"),
    tol=SUMS,
    bad={
        "axis": ((x, g, b), {"axis": 3}, ("LayerNorm", "axis")),
        "axis_negative": ((x, g, b), {"axis": -4}, ("LayerNorm", "axis")),
        "gamma": ((x, arr((3,)), b), {}, ("LayerNorm", "gamma")),
        "beta": ((x, g, arr((3,))), {}, ("LayerNorm", "beta")),
        "missing": ((x, g), {}, ("LayerNorm", "beta")),
        "dtypes": ((x.with_(dtype="float64"), g, b), {}, ("LayerNorm", "float32")),
    },
)
suite.op("LayerNorm/float16", "nd.LayerNorm", tuple(a.with_(dtype="float16") for a in (x, g, b)), tol=HALF)
suite.op("LayerNorm/grad_add", "nd.LayerNorm", tuple(a.with_(req="add") for a in (x, g, b)), tol=SUMS)
for shape in ((5,), (1,), (3, 1), (1, 4), (2, 1, 2, 3)):
    for axis in range(-len(shape), len(shape)):
        for mean_var in (False, True):
            args = (arr(shape), arr((shape[axis],), 2), arr((shape[axis],), 3))
            word = "x".join(map(str, shape)) + f"_{axis}" + ("_outputs" if mean_var else "")
            suite.op(f"LayerNorm/{word}", "nd.LayerNorm", args, {"axis": axis, "output_mean_var": mean_var}, tol=SUMS)

# ---- GroupNorm
x, g, b = arr((2, 4, 3)), arr((2,), 2), arr((2,), 3)
two = {"num_groups": 2}
suite.standard(
    "GroupNorm",
    "nd.GroupNorm",
    (x, g, b),
    [two, {**two, "eps": 0.1}, {**two, "output_mean_var": True}],
    dtypes=("float64", "int32"),
    tol=SUMS,
    bad={
        "gamma": ((x, arr((4,)), arr((4,))), two, ("GroupNorm", "gamma")),
        "groups": ((x, arr((3,)), arr((3,))), {"num_groups": 3}, ("GroupNorm", "num_groups")),
        "2d": ((arr((2, 4)), g, b), two, ("GroupNorm", "axes")),
        "missing": ((x, g), two, ("GroupNorm", "beta")),
    },
)
suite.op("GroupNorm/float16", "nd.GroupNorm", tuple(a.with_(dtype="float16") for a in (x, g, b)), two, tol=HALF)
suite.op("GroupNorm/grad_add", "nd.GroupNorm", tuple(a.with_(req="add") for a in (x, g, b)), two, tol=SUMS)
for shape, groups in (((2, 4, 2, 3), 4), ((1, 3, 2), 1), ((2, 6, 1, 2, 2), 3), ((1, 2, 5), 2), ((2, 1, 3), 1)):
    for mean_var in (False, True):
        args = (arr(shape), arr((groups,), 2), arr((groups,), 3))
        word = "x".join(map(str, shape)) + f"_{groups}" + ("_outputs" if mean_var else "")
        suite.op(
            f"GroupNorm/{word}", "nd.GroupNorm", args, {"num_groups": groups, "output_mean_var": mean_var}, tol=SUMS
        )
suite.op("GroupNorm/default", "nd.GroupNorm", (x, arr((1,), 2), arr((1,), 3)), tol=SUMS)

# ---- InstanceNorm
x, g, b = arr((2, 3, 4)), arr((3,), 2), arr((3,), 3)
suite.standard(
    "InstanceNorm",
    "nd.InstanceNorm",
    (x, g, b),
    [{}, {"eps": 0.1}],
    dtypes=("float64", "float16", "int32"),
    tol=SUMS,
    bad={
        "gamma": ((x, arr((4,)), b), {}, ("InstanceNorm", "gamma")),
        "2d": ((arr((2, 3)), g, b), {}, ("InstanceNorm", "axes")),
        "missing": ((x, g), {}, ("InstanceNorm", "beta")),
    },
)
for shape in ((1, 3, 2, 2), (2, 3, 1, 2, 2), (1, 3, 1), (3, 3, 5)):
    args = (arr(shape), g, b)
    suite.op("InstanceNorm/" + "x".join(map(str, shape)), "nd.InstanceNorm", args, tol=SUMS)
suite.op("InstanceNorm/grad_add", "nd.InstanceNorm", tuple(a.with_(req="add") for a in (x, g, b)), tol=SUMS)

# ---- L2Normalization
for mode in ("instance", "channel", "spatial"):
    attrs = {"mode": mode}
    suite.standard(
        f"L2Normalization/{mode}",
        "nd.L2Normalization",
        (arr((2, 3, 4)),),
        [attrs, {**attrs, "eps": 0.5}],
        dtypes=("float64", "int32"),
        tol=SUMS,
        bad={"mode": ((arr((2, 3, 4)),), {"mode": "all"}, ("all",)), "2d": ((arr((2, 3)),), attrs, ("axes",))},
    )
    for shape in ((2, 3, 2, 2), (1, 1, 1), (2, 1, 3, 1, 2)):
        suite.op(
            f"L2Normalization/{mode}/" + "x".join(map(str, shape)), "nd.L2Normalization", (arr(shape),), attrs, tol=SUMS
        )
    half = arr((2, 3, 4), dtype="float16")
    suite.op(f"L2Normalization/{mode}/float16", "nd.L2Normalization", (half,), {**attrs, "eps": 0.001}, tol=HALF)
suite.op("L2Normalization/default", "nd.L2Normalization", (arr((2, 3)),), tol=SUMS)
suite.op("L2Normalization/1d", "nd.L2Normalization", (arr((4,)),), {"eps": 0.1}, tol=SUMS)
suite.op("L2Normalization/zeros", "nd.L2Normalization", (Arr(values=[[0, 0], [1, 0]]),), tol=SUMS)

# ---- LRN
x = arr((2, 5, 2, 3))
suite.standard(
    "LRN",
    "nd.LRN",
    (x,),
    [
        {"nsize": 3},
        {"nsize": 5, "alpha": 0.5, "beta": 0.5, "knorm": 1.0},
        {"nsize": 1},
        {"nsize": 9, "alpha": 1.0},
        {"nsize": 3, "knorm": 0.1},
    ],
    dtypes=("float64", "float16", "int32"),
    tol=SUMS,
    bad={
        "no_nsize": ((x,), {}, ("nsize",)),
        "3d": ((arr((2, 3, 4)),), {"nsize": 3}, ("LRN", "axes")),
        "5d": ((arr((2, 3, 2, 2, 2)),), {"nsize": 3}, ("LRN", "axes")),
    },
)
suite.op("LRN/one", "nd.LRN", (arr((1, 1, 1, 1)),), {"nsize": 3, "alpha": 1.0}, tol=SUMS)
suite.op("LRN/grad_add", "nd.LRN", (x.with_(req="add"),), {"nsize": 3, "alpha": 1.0}, tol=SUMS)
