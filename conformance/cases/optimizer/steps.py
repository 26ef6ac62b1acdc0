"""Every optimizer over ten steps on two weights: float32, float16 with and without master copies, float64."""

from ...compare import Tolerance
from ...suite import Suite, attempt
from ._programs import make, train

suite = Suite(__name__)

#: hyper-parameter sets of each optimizer, beside those that all share
OWN = {
    "sgd": {"momentum": {"momentum": 0.9}, "negative": {"momentum": -0.5}, "eager": {"lazy_update": False}},
    "ccsgd": {"momentum": {"momentum": 0.9}},
    "nag": {"momentum": {"momentum": 0.9}, "clip": {"momentum": 0.9, "clip_gradient": 0.7, "wd": 0.1}},
    "signum": {"sign": {"momentum": 0.0}, "decay": {"wd_lh": 0.1}, "clip": {"clip_gradient": 0.5, "wd": 0.1}},
    "ftml": {"betas": {"beta1": 0.5, "beta2": 0.99, "epsilon": 1e-4}},
    "dcasgd": {"lamda": {"lamda": 0.5}},
    "nadam": {"decay": {"schedule_decay": 0.1}, "betas": {"beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3}},
    "adam": {"betas": {"beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3}, "eager": {"lazy_update": False}},
    "adamax": {"betas": {"beta1": 0.5, "beta2": 0.9}},
    "adagrad": {"eps": {"eps": 0.1}},
    "rmsprop": {
        "gammas": {"gamma1": 0.5, "epsilon": 1e-3},
        "clip_weights": {"clip_weights": 0.5},
        "centered": {"centered": True},
        "centered/gammas": {"centered": True, "gamma1": 0.8, "gamma2": 0.5, "epsilon": 1e-3},
        "centered/clip": {"centered": True, "clip_gradient": 0.5, "clip_weights": 0.6, "wd": 0.1},
    },
    "adadelta": {"rho": {"rho": 0.5, "epsilon": 1e-3}},
    "ftrl": {"lamda": {"lamda1": 0.5, "beta": 2}},
    "lbsgd": {
        "momentum": {"momentum": 0.9},
        "batches": {"batch_scale": 3, "momentum": 0.9},
        "linear": {"batch_scale": 4, "warmup_epochs": 1, "updates_per_epoch": 6},
        "power2": {"batch_scale": 2, "warmup_epochs": 1, "updates_per_epoch": 6, "warmup_strategy": "power2"},
        "sqrt": {"batch_scale": 2, "warmup_epochs": 1, "updates_per_epoch": 6, "warmup_strategy": "sqrt"},
        "lars": {"warmup_strategy": "lars", "wd": 0.1},
        "begin": {"begin_epoch": 2, "updates_per_epoch": 3, "batch_scale": 2},
        "other": {"warmup_strategy": "no", "batch_scale": 2, "warmup_epochs": 1, "updates_per_epoch": 6},
    },
    "lars": {
        "momentum": {"momentum": 0.9},
        "eta": {"eta": 0.1, "eps": 0.01, "momentum": 0.9, "wd": 0.1},
        "names": {"names": True, "momentum": 0.9, "wd": 0.1},
        "corrected": {"momentum": 0.9, "schedule": "factor"},
        "uncorrected": {"momentum": 0.9, "schedule": "factor", "momentum_correction": False},
    },
    "lamb": {
        "bounds": {"lower_bound": 0.5, "upper_bound": 1.0},
        "uncorrected": {"bias_correction": False},
        "betas": {"beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3},
    },
    "test": {},
    "sgld": {},
}
SHARED = {
    "plain": {},
    "rescale": {"rescale_grad": 0.25},
    "decay": {"wd": 0.1},
    "clip": {"clip_gradient": 0.5},
    "all": {"rescale_grad": 0.5, "wd": 0.01, "clip_gradient": 0.8, "learning_rate": 0.05},
    "factor": {"schedule": "factor"},
    "cosine": {"schedule": "cosine", "wd": 0.05},
    "names": {"names": True, "wd": 0.1},
}
MOMENTUM = {"sgd", "ccsgd", "nag", "lars", "lbsgd"}
NORMS = Tolerance(1e-6, 1e-7, why="the norms of float64 weights are float32, and summed in another order")
HALF = Tolerance(2e-2, 5e-3, why="float16 arithmetic: each of ten steps rounds, and the order of roundings differs")


def _program(name, kwargs, **how):
    return lambda mx: attempt(lambda: train(mx, make(mx, name, **kwargs), **how))


for _name, _own in OWN.items():
    _sets = dict(SHARED)
    _sets.update(_own)
    suite.table(_name, {key: _program(_name, kwargs) for key, kwargs in _sets.items()})
    suite.table(_name, {"one_by_one": _program(_name, {"wd": 0.01}, one_by_one=True)})
    _kwargs = {"wd": 0.01, "learning_rate": 0.05}
    if _name in MOMENTUM:
        _kwargs["momentum"] = 0.9
    suite.table(
        _name,
        {"float64": _program(_name, _kwargs, dtype="float64")},
        tol=NORMS if _name in ("lars", "lamb") else None,
    )
    suite.table(
        _name,
        {
            "multi_precision": _program(_name, dict(_kwargs, multi_precision=True), dtype="float16"),
            "multi_precision/schedule": _program(
                _name, {"schedule": "factor", "multi_precision": True, "clip_gradient": 0.8}, dtype="float16"
            ),
            "multi_precision/float32": _program(_name, dict(_kwargs, multi_precision=True)),
            "float16": _program(_name, _kwargs, dtype="float16", steps=3),
        },
        tol=HALF,
    )

for _steps in (1, 4, 5, 9):
    suite.table("nag", {"steps/%d" % _steps: _program("nag", {"momentum": 0.5, "wd": 0.1}, steps=_steps)})
for _name in ("sgd", "nag", "lbsgd", "lars"):
    suite.table(
        _name,
        {
            "multi_precision/no_momentum": _program(_name, {"multi_precision": True, "wd": 0.01}, dtype="float16"),
        },
        tol=HALF,
    )
