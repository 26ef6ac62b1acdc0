"""Update operators of many weights, and the checks of training loops."""

from __future__ import annotations

from typing import Any

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)

MASTER = Tolerance(rtol=1e-6, atol=1e-6, why="float64 weights are made from float32 master copies")
HALF = Tolerance(rtol=4e-3, atol=2e-3, why="float16 kernels of MXNet round after each elementary step")
SHAPES = ((2, 3), (4,), (1, 1))
RANGES = {"w": (-2, 2), "g": (-2, 2), "m": (-1, 1), "v": (0.1, 2), "W": (-2, 2)}


def interleaved(roles: str, dtype: str, shapes: Any = SHAPES) -> list[Arr]:
    """``w0 g0 ... w1 g1 ...``: with a master copy ``W`` only weight and gradient have ``dtype``."""
    made = []
    for i, shape in enumerate(shapes):
        for j, role in enumerate(roles):
            own = dtype if role in "wg" or "W" not in roles else "float32"
            made.append(Arr(shape, own, *RANGES[role], seed=10 * i + j + 1))
    return made


def tolerance(roles: str, dtype: str) -> Any:
    if "W" in roles:
        return MASTER if dtype == "float64" else None
    return HALF if dtype == "float16" else None


def run(path: str, arrays: list[Arr], kwargs: dict[str, Any], width: int, count: int, steps: int = 2) -> Any:
    """A program: some updates with ``out=`` the weights; every array afterwards."""

    def program(mx: Any) -> Any:
        built = [a.build(mx) for a in arrays]
        function = mx
        for name in path.split("."):
            function = getattr(function, name)
        outs = [built[i * width] for i in range(count)]
        for _ in range(steps):
            function(*built, out=outs if count > 1 else outs[0], **kwargs)
        return built

    return program


LRS, WDS, ETAS = (0.1, 0.2, 0.05), (0.0, 0.1, 0.01), (1.0, 0.5, 2.0)
KINDS = {
    "multi_sgd_update": "wg",
    "multi_sgd_mom_update": "wgm",
    "multi_mp_sgd_update": "wgW",
    "multi_mp_sgd_mom_update": "wgmW",
}
for name, roles in KINDS.items():
    for dtype in ("float32", "float64", "float16"):
        tol = tolerance(roles, dtype)
        for label, extra in {
            "default": {},
            "clip": {"clip_gradient": 0.5, "rescale_grad": 0.5},
            **({"momentum": {"momentum": 0.9}} if "m" in roles else {}),
        }.items():
            kwargs = dict(extra, lrs=LRS, wds=WDS, num_weights=3)
            program = run("nd." + name, interleaved(roles, dtype), kwargs, len(roles), 3)
            suite._add(f"{name}/{label}_{dtype}", program, tol=tol)
            rates = [Arr(values=LRS), Arr(values=WDS)]
            program = run(
                f"nd.preloaded_{name}", interleaved(roles, dtype) + rates, dict(extra, num_weights=3), len(roles), 3
            )
            suite._add(f"preloaded_{name}/{label}_{dtype}", program, tol=tol)
    one = interleaved(roles, "float32", SHAPES[:1])
    suite._add(f"{name}/one", run("nd." + name, one, {"lrs": 0.1, "wds": 0.01}, len(roles), 1))
    suite._add(
        f"{name}/no_decay", run("nd." + name, one, {"lrs": (0.1,), "wds": (0,), "num_weights": 1}, len(roles), 1)
    )
    suite.op(f"{name}/without_out", "nd." + name, tuple(one), {"lrs": 0.1, "wds": 0.1}, grad=False)
    both = interleaved(roles, "float32", SHAPES[:2])
    for label, kwargs in {
        "count": {"lrs": (0.1, 0.1), "wds": (0, 0)},
        "lrs": {"lrs": (0.1,), "wds": (0, 0), "num_weights": 2},
        "wds": {"lrs": (0.1, 0.1), "wds": (0,), "num_weights": 2},
        "missing": {"lrs": (0.1, 0.1), "num_weights": 2},
    }.items():
        words = {"count": "num_weights", "missing": "wds"}.get(label, label)
        suite._add(f"{name}/bad_{label}", run("nd." + name, both, kwargs, len(roles), 2), fails=True, says=(words,))
    wrong = [*both[:1], Arr((5,)), *both[2:]]
    suite._add(
        f"{name}/bad_shape",
        run("nd." + name, wrong, {"lrs": LRS[:2], "wds": WDS[:2], "num_weights": 2}, len(roles), 2),
        fails=True,
        says=(name, "grad"),
    )

for name, roles in {"_multi_adamw_update": "wgmv", "_multi_mp_adamw_update": "wgmvW"}.items():
    for dtype in ("float32", "float64", "float16"):
        for label, extra in {
            "default": {},
            "clip": {"clip_gradient": 0.5},
            "betas": {"beta1": 0.5, "beta2": 0.75, "epsilon": 0.1},
        }.items():
            kwargs = dict(extra, lrs=LRS, wds=WDS, etas=ETAS, num_weights=3)
            scale = Arr(values=[0.5], dtype="float32" if "W" in roles else dtype)
            program = run("nd._internal." + name, [*interleaved(roles, dtype), scale], kwargs, len(roles), 3)
            suite._add(f"{name[1:]}/{label}_{dtype}", program, tol=tolerance(roles, dtype))
    suite._add(
        f"{name[1:]}/float16_and_float32",
        run(
            "nd._internal." + name,
            [*interleaved(roles, "float16"), Arr(values=[0.5])],
            {"lrs": LRS, "wds": WDS, "etas": ETAS, "num_weights": 3},
            len(roles),
            3,
        ),
    )
    for label, scale in {"zero": 0.0, "nan": float("nan")}.items():
        arrays = [*interleaved(roles, "float32"), Arr(values=[scale])]
        kwargs = {"lrs": LRS, "wds": WDS, "etas": ETAS, "num_weights": 3}
        suite._add(f"{name[1:]}/skipped_{label}", run("nd._internal." + name, arrays, kwargs, len(roles), 3))
    arrays = [*interleaved(roles, "float32"), Arr(values=[1.0])]
    for label in ("lrs", "wds", "etas"):
        kwargs = {"lrs": LRS, "wds": WDS, "etas": ETAS, "num_weights": 3, label: (0.1,)}
        suite._add(
            f"{name[1:]}/bad_{label}",
            run("nd._internal." + name, arrays, kwargs, len(roles), 3),
            fails=True,
            says=(label,),
        )

for name, roles in {"_multi_lamb_update": "wgmv", "_multi_mp_lamb_update": "wgmvW"}.items():
    for dtype in ("float32", "float64", "float16"):
        for label, extra in {
            "default": {},
            "clip": {"clip_gradient": 0.5, "rescale_grad": 0.5},
            "plain": {"bias_correction": False, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.1},
            "bounds": {"lower_bound": 1.0, "upper_bound": 1.5},
        }.items():
            kwargs = dict(extra, learning_rates=LRS, wds=WDS, step_count=(1, 2, 5), num_tensors=3)
            program = run("nd._internal." + name, interleaved(roles, dtype), kwargs, len(roles), 3)
            suite._add(
                f"{name[1:]}/{label}_{dtype}",
                program,
                tol=HALF
                if dtype == "float16"
                else Tolerance(
                    rtol=2e-5, atol=1e-6, why="sums of squares are float32 in MXNet, added in another order"
                ),
            )
    for label in ("learning_rates", "wds", "step_count"):
        kwargs = {"learning_rates": LRS, "wds": WDS, "step_count": (1, 1, 1), "num_tensors": 3, label: (1,)}
        program = run("nd._internal." + name, interleaved(roles, "float32"), kwargs, len(roles), 3)
        suite._add(f"{name[1:]}/bad_{label}", program, fails=True, says=(label,))


INF, NAN = float("inf"), float("nan")
for label, values in {"finite": [1.0, -2.0], "inf": [1.0, INF], "nan": [NAN, 1.0]}.items():
    for dtype in ("float32", "float64", "float16"):
        suite.op(
            f"all_finite/{label}_{dtype}", "nd.all_finite", (Arr(values=values, dtype=dtype),), grad=False, out=True
        )
    for init in (True, False):
        kwargs = {"num_arrays": 2, "init_output": init}
        arrays = (Arr((2, 2)), Arr(values=values))

        def kept(mx: Any, arrays: Any = arrays, kwargs: Any = kwargs) -> Any:
            outs = [mx.nd.array([5.0]) for _ in range(2)]
            built = [a.build(mx) for a in arrays]
            mx.nd.multi_all_finite(*built, out=outs[0], **kwargs)
            mx.nd.all_finite(built[1], init_output=kwargs["init_output"], out=outs[1])
            return outs

        suite._add(f"multi_all_finite/{label}_{init}", kept)
suite.op("all_finite/large_float64", "nd.all_finite", (Arr(values=[1e300], dtype="float64"),), grad=False)
suite.op_error("all_finite/bad_int", "nd.all_finite", (Arr((2,), "int32"),), says=("all_finite",))
suite.op_error("multi_all_finite/bad_count", "nd.multi_all_finite", (Arr((2,)), Arr((2,))), says=("num_arrays",))
suite.op_error(
    "multi_all_finite/bad_dtypes",
    "nd.multi_all_finite",
    (Arr((2,)), Arr((2,), "float64")),
    {"num_arrays": 2},
    says=("multi_all_finite",),
)

P = [Arr((3,), low=0.1, high=2, seed=i) for i in range(1, 5)]
suite.standard(
    "multi_lars",
    "nd.multi_lars",
    tuple(P),
    [{"eta": 0.1, "eps": 0.01}, {"eta": 0.5, "eps": 0.0, "rescale_grad": 0.25}],
    dtypes=("float64", "float16"),
    grad=False,
    bad={
        "shape": ((P[0], P[1], P[2], Arr((2,))), {"eta": 0.1, "eps": 0.1}, ("multi_lars",)),
        "missing": (tuple(P), {"eta": 0.1}, ("eps",)),
    },
)
suite.op(
    "multi_lars/zeros",
    "nd.multi_lars",
    (Arr(values=[1.0, 2.0, 3.0]), Arr(values=[0.0, 1.0, -1.0]), Arr(values=[1.0, 0.0, 1.0]), Arr((3,))),
    {"eta": 0.1, "eps": 0.01},
    grad=False,
)


@suite.case()
def loss_scaler(mx):
    nd = mx.nd
    out = nd.zeros((1,))
    chunks = [[nd.ones((2,)), nd.array([1.0, INF])], [nd.ones((3,))]]
    for i, chunk in enumerate(chunks):
        nd.multi_all_finite(*chunk, num_arrays=len(chunk), init_output=i == 0, out=out)
    return out, attempt(lambda: nd.all_finite(nd.ones((2,)), out=nd.zeros((2,))))
