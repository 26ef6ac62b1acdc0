"""Weight updates at the points that their own cases leave open: one weight alone, slices, rare attributes, refusals."""

from __future__ import annotations

from typing import Any

from ...calls import Arr
from ...compare import Tolerance
from ...suite import Suite
from .optimizer_multi import interleaved, run

suite = Suite(__name__)

HALF = Tolerance(rtol=4e-3, atol=2e-3, why="float16 kernels of MXNet round after each elementary step")
SUMS = Tolerance(rtol=2e-5, atol=1e-6, why="sums of squares are float32 in MXNet, added in another order")
RANGES = {"w": (-2, 2), "g": (-2, 2), "m": (-1, 1), "v": (0.1, 2), "W": (-2, 2), "1": (0.5, 2), "s": (0.5, 2)}


def arrays(roles: str, shape: tuple[int, ...], dtype: str, layout: str = "plain") -> tuple[Arr, ...]:
    """Inputs by role: weight, gradient, moments, master weight, a number ``1`` per weight, a scale ``s``."""
    made = []
    for i, role in enumerate(roles):
        own = dtype if "W" not in roles or role in "wg" else "float32"
        at = (1,) if role in "1s" else shape
        low, high = RANGES[role]
        made.append(Arr(at, own, low, high, seed=i + 1, layout="plain" if role in "1s" else layout))
    return tuple(made)


# operator -> roles, what every call gives, further attributes one by one
SINGLE: dict[str, tuple[str, dict[str, Any], list[dict[str, Any]]]] = {
    "mp_sgd_update": ("wgW", {"lr": 0.1}, [{"lazy_update": False}, {"wd": 0.1}]),
    "mp_sgd_mom_update": ("wgmW", {"lr": 0.1, "momentum": 0.9}, [{"lazy_update": False}, {"wd": 0.1}]),
    "mp_nag_mom_update": ("wgmW", {"lr": 0.1, "momentum": 0.9}, [{"clip_gradient": 0.5}]),
    "mp_lamb_update_phase1": (
        "wgmvW",
        {"t": 2, "wd": 0.1},
        [{"beta1": 0.5}, {"beta2": 0.75}, {"epsilon": 0.1}, {"beta1": 0.5, "bias_correction": False}],
    ),
    "mp_lamb_update_phase2": ("wW11W", {"lr": 0.1}, [{"lower_bound": 1.0}, {"upper_bound": 0.6}]),
    "lamb_update_phase2": ("wg11", {"lr": 0.1}, [{"lower_bound": 1.0}, {"upper_bound": 0.6}]),
    "_adamw_update": ("wgmvs", {"lr": 0.1, "eta": 0.5, "wd": 0.1}, [{"beta1": 0.5, "beta2": 0.75, "epsilon": 0.1}]),
    "_mp_adamw_update": ("wgmvWs", {"lr": 0.1, "eta": 0.5, "wd": 0.1}, [{"beta1": 0.5, "beta2": 0.75}]),
}
for name, (roles, required, more) in SINGLE.items():
    path = ("nd._internal." if name[0] == "_" else "nd.") + name
    dtype = "float16" if "W" in roles else "float32"
    tol = HALF if dtype == "float16" else None

    def one(label: str, args: tuple[Arr, ...], kwargs: dict[str, Any], tol: Any = tol, path: str = path) -> None:
        suite.op(f"{path.rsplit('.', 1)[1].strip('_')}/{label}", path, args, kwargs, grad=False, mutates=True, tol=tol)

    for shape in ((1,), (2, 1, 3), (1, 1)):
        one("x".join(map(str, shape)), arrays(roles, shape, dtype), required)
    for layout in ("rows", "transposed", "reshaped"):
        one(layout, arrays(roles, (3, 2), dtype, layout), required)
    for extra in more:
        one(",".join(extra), arrays(roles, (2, 3), dtype), {**required, **extra})
    plain = arrays(roles, (2, 3), dtype)
    short = name.strip("_")
    suite.op_error(f"{short}/attribute", path, plain, {**required, "rate": 1.0}, says=("rate",))
    suite.op_error(f"{short}/shape", path, (plain[0], Arr((3, 2), plain[1].dtype), *plain[2:]), required, says=(short,))
    suite.op_error(f"{short}/count", path, plain[:1], required, says=(short,))

for name in ("sgd_update", "signsgd_update", "sgd_mom_update"):
    roles = "wgm" if "mom" in name else "wg"
    suite.op(f"{name}/gradient", f"nd.{name}", arrays(roles, (2, 3), "float32"), {"lr": 0.1})
    suite.op(f"{name}/1", f"nd.{name}", arrays(roles, (1,), "float64"), {"lr": 0.1}, grad=False)
for lazy in (True, False):
    suite.op(
        f"sgd_mom_update/lazy/{lazy}", "nd.sgd_mom_update", arrays("wgm", (2, 1), "float32"),
        {"lr": 0.1, "momentum": 0.9, "lazy_update": lazy}, grad=False, mutates=True,
    )  # fmt: skip


LRS, WDS, ETAS = (0.1, 0.2), (0.0, 0.1), (1.0, 0.5)
MANY: dict[str, tuple[str, dict[str, Any]]] = {
    "multi_sgd_update": ("wg", {"lrs": LRS, "wds": WDS, "num_weights": 2}),
    "multi_sgd_mom_update": ("wgm", {"lrs": LRS, "wds": WDS, "momentum": 0.9, "num_weights": 2}),
    "multi_mp_sgd_update": ("wgW", {"lrs": LRS, "wds": WDS, "num_weights": 2}),
    "multi_mp_sgd_mom_update": ("wgmW", {"lrs": LRS, "wds": WDS, "momentum": 0.9, "num_weights": 2}),
    "preloaded_multi_sgd_update": ("wg", {"num_weights": 2}),
    "preloaded_multi_sgd_mom_update": ("wgm", {"momentum": 0.9, "num_weights": 2}),
    "preloaded_multi_mp_sgd_update": ("wgW", {"num_weights": 2}),
    "preloaded_multi_mp_sgd_mom_update": ("wgmW", {"momentum": 0.9, "num_weights": 2}),
    "_multi_adamw_update": ("wgmv", {"lrs": LRS, "wds": WDS, "etas": ETAS, "num_weights": 2}),
    "_multi_mp_adamw_update": ("wgmvW", {"lrs": LRS, "wds": WDS, "etas": ETAS, "num_weights": 2}),
    "_multi_lamb_update": ("wgmv", {"learning_rates": LRS, "wds": WDS, "step_count": (1, 3), "num_tensors": 2}),
    "_multi_mp_lamb_update": ("wgmvW", {"learning_rates": LRS, "wds": WDS, "step_count": (1, 3), "num_tensors": 2}),
}
for name, (roles, kwargs) in MANY.items():
    path = ("nd._internal." if name[0] == "_" else "nd.") + name
    short, width = name.strip("_"), len(roles)
    dtype = "float16" if "W" in roles else "float32"
    tol = HALF if dtype == "float16" else SUMS if "lamb" in name else None
    rest = [Arr(values=LRS), Arr(values=WDS)] if "preloaded" in name else [Arr(values=[0.5])] if "adamw" in name else []
    for layout in ("rows", "transposed", "reshaped"):
        given = [a.with_(layout=layout) for a in interleaved(roles, dtype, ((2, 3), (4, 1)))]
        suite.table(short, {layout: run(path, given + rest, kwargs, width, 2)}, tol=tol)
    small = interleaved(roles, dtype, ((1,), (1, 1)))
    suite.table(short, {"size_one": run(path, small + rest, kwargs, width, 2)}, tol=tol)
    sound = interleaved(roles, dtype, ((2, 3), (4,)))
    suite.errors(
        short,
        {
            "attribute": (run(path, sound + rest, {**kwargs, "rate": 1}, width, 2), ("rate",)),
            "count": (run(path, sound[:-1] + rest, kwargs, width, 2), (short,)),
            "shape": (run(path, [sound[0], Arr((5,), dtype), *sound[2:], *rest], kwargs, width, 2), (short,)),
        },
    )

sums = tuple(Arr((3,), low=0.1, high=4, seed=seed) for seed in (2, 3))
suite.op(
    "multi_lars/gradient", "nd.multi_lars", (Arr((3,), low=0.1, high=1), *sums, Arr((3,), low=0, high=0.1, seed=4)),
    {"eta": 0.5, "eps": 1e-3},
)  # fmt: skip
suite.op(
    "multi_lars/one", "nd.multi_lars", tuple(Arr((1,), low=0.1, high=1, seed=seed) for seed in range(4)),
    {"eta": 0.5, "eps": 1e-3, "rescale_grad": 0.5}, grad=False,
)  # fmt: skip
for layout in ("rows", "transposed", "reshaped"):
    pair = (Arr((2, 3), layout=layout), Arr((4, 1), seed=2, layout=layout))
    suite.op(f"multi_sum_sq/{layout}", "nd.multi_sum_sq", pair, {"num_arrays": 2}, tol=SUMS)
