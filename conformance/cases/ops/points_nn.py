"""Layer operators at the points that their own cases leave open; those that only symbols can call are bound."""

from __future__ import annotations

from typing import Any

from ...calls import Arr, head_gradient
from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)

SUMS = Tolerance(rtol=2e-5, atol=2e-6, why="sums over a channel are added in another order")
HALF = Tolerance(rtol=1e-2, atol=4e-3, why="float16 kernels of MXNet round after each elementary step")
LAYOUTS = ("rows", "transposed", "reshaped")


def bound(
    op: str,
    args: dict[str, Arr],
    aux: dict[str, Arr],
    attrs: dict[str, Any],
    train: bool = True,
    steps: int = 2,
    req: str = "write",
) -> Any:
    """A program: the operator as a symbol, bound and run; outputs, gradients and states after each step."""

    def program(mx: Any) -> Any:
        function = mx.sym
        for word in op.split("."):
            function = getattr(function, word)
        symbol = function(*[mx.sym.var(name) for name in args], name="n", **attrs)
        given = {name: arr.build(mx) for name, arr in args.items()}
        grads = {name: mx.nd.ones(a.shape, dtype=a.dtype) for name, a in given.items()}
        states = {"n_" + name: arr.build(mx) for name, arr in aux.items()}
        executor = symbol.bind(mx.cpu(), given, grads, req, states)
        seen: list[Any] = [symbol.list_outputs(), symbol.list_auxiliary_states()]
        for _ in range(steps):
            outputs = executor.forward(is_train=train)
            seen.append([o.copy() for o in outputs])
            if train:
                heads = [mx.nd.array(head_gradient(o.asnumpy()), dtype=o.dtype) for o in outputs]
                executor.backward(heads)
                mx.nd.waitall()
                seen.append({name: grad.copy() for name, grad in grads.items()})
            seen.append({name: state.copy() for name, state in states.items()})
        return seen

    return program


def norm_inputs(shape: tuple[int, ...], dtype: str = "float32", layout: str = "plain") -> tuple[Any, Any]:
    """Data, gamma and beta; running mean and variance."""
    n = (shape[1],)
    args = {
        "data": Arr(shape, dtype, layout=layout),
        "gamma": Arr(n, dtype, low=0.5, high=2, seed=2, layout=layout),
        "beta": Arr(n, dtype, seed=3, layout=layout),
    }
    aux = {
        "moving_mean": Arr(n, dtype, seed=4, layout=layout),
        "moving_var": Arr(n, dtype, low=0.5, high=2, seed=5, layout=layout),
    }
    return args, aux


SETS: dict[str, dict[str, Any]] = {
    "default": {},
    "gamma": {"fix_gamma": False},
    "eps": {"eps": 0.1, "fix_gamma": False},
    "momentum": {"momentum": 0.3},
    "global": {"use_global_stats": True, "fix_gamma": False},
    "outputs": {"output_mean_var": True, "fix_gamma": False},
}
SHAPES = {"4d": (3, 2, 2, 3), "2d": (4, 3), "one_channel": (3, 1, 2, 2), "one_place": (4, 2, 1, 1)}
for word, attrs in SETS.items():
    for mode in ("train", "predict"):
        program = bound("BatchNorm_v1", *norm_inputs((3, 2, 2, 3)), attrs, mode == "train")
        suite.table(f"batch_norm_v1/{word}", {mode: program}, tol=SUMS)
for word, shape in SHAPES.items():
    program = bound("BatchNorm_v1", *norm_inputs(shape), {"fix_gamma": False})
    suite.table("batch_norm_v1", {word: program}, tol=SUMS)
for layout in LAYOUTS:
    program = bound("BatchNorm_v1", *norm_inputs((3, 2, 2, 2), layout=layout), {"fix_gamma": False})
    suite.table("batch_norm_v1", {layout: program}, tol=SUMS)
suite.table("batch_norm_v1", {"float64": bound("BatchNorm_v1", *norm_inputs((3, 2, 2, 2), "float64"), {})})
suite.table(
    "batch_norm_v1", {"add": bound("BatchNorm_v1", *norm_inputs((3, 2, 2, 2)), {"fix_gamma": False}, req="add")},
    tol=SUMS,
)  # fmt: skip
suite.errors(
    "batch_norm_v1",
    {
        "attribute": (bound("BatchNorm_v1", *norm_inputs((3, 2, 2, 2)), {"axis": 1}), ("axis",)),
        "momentum": (bound("BatchNorm_v1", *norm_inputs((3, 2, 2, 2)), {"momentum": "much"}), ("momentum",)),
    },
)

# BatchNormWithReLU and SyncBatchNorm can be called on arrays
NORM = tuple(Arr((2,), low=0.5, high=1.5, seed=seed) for seed in (2, 3, 4, 5))
RELU, SYNC = "nd.contrib.BatchNormWithReLU", "nd.contrib.SyncBatchNorm"
for path, base in ((RELU, {}), (SYNC, {"key": "two"})):
    name, free = path.rsplit(".", 1)[1], {**base, "fix_gamma": False}
    for layout in ("plain", *LAYOUTS):
        data = (Arr((3, 2, 2, 2), layout=layout), *NORM)
        suite.op(f"{name}/{layout}", path, data, free, grad=(0, 1, 2), tol=SUMS)
    for shape in ((4, 2), (2, 2, 1, 3), (3, 2, 1, 1)):
        label = "x".join(map(str, shape))
        suite.op(f"{name}/{label}", path, (Arr(shape), *NORM), free, grad=(0, 1, 2), tol=SUMS)
    one = tuple(a.with_(shape=(1,)) for a in NORM)
    alone = {**free, "key": "one"} if base else free  # what has a key has one shape for good
    suite.op(f"{name}/one_channel", path, (Arr((3, 1, 2, 2)), *one), alone, grad=(0, 1, 2), tol=SUMS)
    for dtype in ("float64", "int32"):
        typed = (Arr((3, 2, 2, 2), dtype), *[a.with_(dtype=dtype if dtype == "float64" else "float32") for a in NORM])
        own = {**free, "key": dtype} if base else free
        suite.op(f"{name}/{dtype}", path, typed, own, grad=dtype == "float64" and (0, 1, 2), tol=SUMS)
    data = (Arr((3, 2, 2, 2)), *NORM)
    suite.op_error(f"{name}/attribute", path, data, {**base, "moment": 1}, says=("moment",))
    suite.op_error(f"{name}/count", path, data[:2], base, says=(name,))
data = (Arr((3, 2, 2, 2)), *NORM)
for label, attrs in {
    "eps": {"eps": 0.1},
    "momentum": {"momentum": 0.5},
    "cudnn_off": {"cudnn_off": True},
    "calibrated": {"min_calib_range": -1.0, "max_calib_range": 1.0},
    "axis": {"axis": 1},
    "axis_negative": {"axis": -3},
    "axis_last": {"axis": -1},
}.items():
    suite.op(f"BatchNormWithReLU/{label}", RELU, data, {"fix_gamma": False, **attrs}, grad=(0, 1, 2), tol=SUMS)
suite.op("BatchNormWithReLU/outputs", RELU, data, {"output_mean_var": True}, grad=False, tol=SUMS)
suite.op("SyncBatchNorm/ndev", SYNC, data, {"key": "a", "ndev": 1}, grad=(0, 1, 2), tol=SUMS)
for attrs in ({"momentum": 0.3}, {"eps": 0.1}, {"use_global_stats": True}):
    label = next(iter(attrs))
    suite.op(
        f"SyncBatchNorm/{label}", SYNC, data, {"key": "b" + label, **attrs}, grad=(0, 1, 2), mutates=True, tol=SUMS
    )

# a penalty on mean activations
KL = "IdentityAttachKLSparseReg"
chances = {"low": 0.1, "high": 0.9}
for label, attrs in {
    "default": {},
    "target": {"sparseness_target": 0.4},
    "penalty": {"penalty": 0.5},
    "momentum": {"momentum": 0.3},
    "all": {"sparseness_target": 0.4, "penalty": 0.25, "momentum": 0.5},
}.items():
    for shape in ((4, 3), (4, 1), (1, 3)):
        size = "x".join(map(str, shape))
        aux = {"moving_avg": Arr(shape[1:], seed=3, **chances)}
        for mode in ("train", "predict"):
            program = bound(KL, {"data": Arr(shape, **chances)}, aux, attrs, mode == "train")
            suite.table(f"sparse_reg/{label}/{size}", {mode: program}, tol=SUMS)
for layout in LAYOUTS:
    aux = {"moving_avg": Arr((3,), seed=3, layout=layout, **chances)}
    program = bound(KL, {"data": Arr((4, 3), layout=layout, **chances)}, aux, {})
    suite.table("sparse_reg", {layout: program}, tol=SUMS)
for dtype in ("float64", "float16"):
    aux = {"moving_avg": Arr((3,), dtype, seed=3, **chances)}
    program = bound(KL, {"data": Arr((4, 3), dtype, **chances)}, aux, {"penalty": 0.5})
    suite.table("sparse_reg", {dtype: program}, tol=HALF if dtype == "float16" else None)
for label, attrs in {
    "attribute": {"target": 1},
    "range": {"sparseness_target": 2.0},
    "text": {"penalty": "much"},
}.items():
    program = bound(KL, {"data": Arr((4, 3), **chances)}, {"moving_avg": Arr((3,), **chances)}, attrs)
    suite.errors("sparse_reg", {label: (program, (next(iter(attrs)),))})

# ------------------------------------------------------------------------------------------ outputs

label = Arr(values=[1.0, 0.0, 2.0])
for layout in LAYOUTS:
    args = (Arr((3, 3), layout=layout), label.with_(layout=layout))
    suite.op(f"softmax_cross_entropy/{layout}", "nd.softmax_cross_entropy", args, grad=(0,))
suite.op("softmax_cross_entropy/one_row", "nd.softmax_cross_entropy", (Arr((1, 3)), Arr(values=[2.0])), grad=(0,))
suite.op(
    "softmax_cross_entropy/one_class", "nd.softmax_cross_entropy", (Arr((2, 1)), Arr(values=[0.0, 0.0])), grad=(0,)
)
for linear in (False, True):
    attrs = {"use_linear": linear, "margin": 0.5}
    suite.op(f"svm/one_row/{linear}", "nd.SVMOutput", (Arr((1, 3)), Arr(values=[2.0])), attrs, grad=(0,))
    suite.op(f"svm/one_class/{linear}", "nd.SVMOutput", (Arr((3, 1)), Arr(values=[0.0, 0.0, 0.0])), attrs, grad=(0,))
    for layout in LAYOUTS:
        args = (Arr((3, 3), layout=layout), label.with_(layout=layout))
        suite.op(
            f"svm/{layout}/{linear}", "nd.SVMOutput", args, {**attrs, "regularization_coefficient": 0.5}, grad=(0,)
        )

# ------------------------------------------------------------------------------------------ convolutions, RNN, space

x, weight, bias = Arr((1, 1, 3, 3)), Arr((2, 1, 2, 2), seed=2), Arr((2,), seed=3)
for label, attrs in {
    "workspace": {"workspace": 256},
    "cudnn_off": {"cudnn_off": True},
    "tune_off": {"cudnn_tune": "off"},
    "tune_fastest": {"cudnn_tune": "fastest"},
    "tune_limited": {"cudnn_tune": "limited_workspace"},
}.items():
    attrs = {"kernel": (2, 2), "num_filter": 2, **attrs}
    suite.op(f"convolution_v1/{label}", "nd.Convolution_v1", (x, weight, bias), attrs, tol=SUMS)
suite.op_error(
    "convolution_v1/tune", "nd.Convolution_v1", (x, weight, bias),
    {"kernel": (2, 2), "num_filter": 2, "cudnn_tune": "slow"}, says=("cudnn_tune",),
)  # fmt: skip

LSTM = {"state_size": 2, "num_layers": 1, "mode": "lstm", "state_outputs": True}
for dtype in ("float32", "float64"):
    args = (
        Arr((3, 1, 2), dtype),
        Arr((48,), dtype, seed=2),
        Arr((1, 1, 2), dtype, seed=3),
        Arr((1, 1, 2), dtype, seed=4),
    )
    for clip in (
        {"lstm_state_clip_nan": True},
        {"lstm_state_clip_min": -0.25, "lstm_state_clip_max": 0.25, "lstm_state_clip_nan": True},
        {"lstm_state_clip_min": -0.25},
    ):
        label = ",".join(key.rsplit("_", 1)[1] for key in clip)
        suite.op(f"rnn/clip/{label}/{dtype}", "nd.RNN", args, {**LSTM, **clip}, grad=False, tol=SUMS)

turn = Arr(values=[[0.8, -0.3, 0.1, 0.2, 0.9, -0.2]])
for shape in ((1, 1, 4, 4), (1, 2, 3, 5)):
    attrs = {"target_shape": (2, 3), "transform_type": "affine", "sampler_type": "bilinear"}
    label = "x".join(map(str, shape))
    suite.op(f"spatial_transformer/{label}", "nd.SpatialTransformer", (Arr(shape), turn), attrs, tol=SUMS)


@suite.case()
def layers_that_arrays_cannot_call(mx):
    one, many = mx.nd.ones(2), mx.nd.ones((3, 2))
    return attempt(lambda: mx.nd.BatchNorm_v1(many, one, one)), attempt(lambda: mx.nd.IdentityAttachKLSparseReg(many))
