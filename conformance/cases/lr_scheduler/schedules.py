"""Every scheduler over fifty updates: with each warm-up, from a checkpoint, going back, with bad arguments."""

from ...suite import Suite, attempt

suite = Suite(__name__)

WARMUPS = {
    "none": {},
    "linear": {"warmup_steps": 7, "warmup_begin_lr": 0.02},
    "linear/zero": {"warmup_steps": 4},
    "constant": {"warmup_steps": 7, "warmup_begin_lr": 0.02, "warmup_mode": "constant"},
    "one": {"warmup_steps": 1, "warmup_begin_lr": 0.05},
}
SCHEDULES = {
    "FactorScheduler": {
        "step": ((10, 0.5), {}),
        "each": ((1,), {"factor": 0.8}),
        "stop": ((4, 0.1), {"stop_factor_lr": 1e-3}),
        "constant": ((5,), {}),
    },
    "MultiFactorScheduler": {
        "steps": (([5, 15, 30], 0.5), {}),
        "one": (([10],), {"factor": 0.1}),
        "constant": (([1, 2],), {}),
    },
    "PolyScheduler": {
        "square": ((40,), {}),
        "linear": ((30,), {"pwr": 1, "final_lr": 0.01}),
        "root": ((60,), {"pwr": 0.5}),
    },
    "CosineScheduler": {
        "zero": ((40,), {}),
        "final": ((30,), {"final_lr": 0.03}),
        "long": ((80,), {}),
    },
}


def _made(mx, name, args, kwargs):
    return getattr(mx.lr_scheduler, name)(*args, base_lr=0.1, **kwargs)


def _rates(mx, name, args, kwargs, updates=range(50)):
    schedule = _made(mx, name, args, kwargs)
    return [schedule(n) for n in updates], dict(vars(schedule))


for _name, _sets in SCHEDULES.items():
    for _key, (_args, _kwargs) in _sets.items():
        suite.table(
            "%s/%s" % (_name, _key),
            {
                warmup: lambda mx, name=_name, args=_args, kwargs=dict(_kwargs, **more): _rates(mx, name, args, kwargs)
                for warmup, more in WARMUPS.items()
            },
        )
        suite.table(
            "%s/%s" % (_name, _key),
            {
                "late": lambda mx, name=_name, args=_args, kwargs=_kwargs: _rates(mx, name, args, kwargs, [33, 34, 49]),
                "back": lambda mx, name=_name, args=_args, kwargs=_kwargs: _rates(mx, name, args, kwargs, [20, 5, 21]),
                "same": lambda mx, name=_name, args=_args, kwargs=_kwargs: _rates(mx, name, args, kwargs, [11] * 3),
                "changed": lambda mx, name=_name, args=_args, kwargs=_kwargs: _changed(mx, name, args, kwargs),
            },
        )


def _changed(mx, name, args, kwargs):
    """What an optimizer does that is given a rate: it writes base_lr."""
    schedule = _made(mx, name, args, dict(kwargs, warmup_steps=3))
    schedule.base_lr = 0.7
    return [schedule(n) for n in (0, 2, 3, 4, 12, 40)]


def _base(mx, **kwargs):
    schedule = mx.lr_scheduler.LRScheduler(**kwargs)
    return dict(vars(schedule)), [attempt(schedule.get_warmup_lr, n) for n in range(5)], attempt(schedule, 1)


suite.table(
    "LRScheduler",
    {
        "default": _base,
        "linear": lambda mx: _base(mx, base_lr=1, warmup_steps=3, warmup_begin_lr=0.25),
        "constant": lambda mx: _base(mx, base_lr=1, warmup_steps=3, warmup_begin_lr=0.25, warmup_mode="constant"),
        "equal": lambda mx: _base(mx, base_lr=1, warmup_steps=3, warmup_begin_lr=1),
        "pi": lambda mx: mx.lr_scheduler.pi,
    },
)
suite.errors(
    "refused",
    {
        "warmup/float": (lambda mx: mx.lr_scheduler.LRScheduler(warmup_steps=1.5), ("warmup_steps",)),
        "warmup/negative": (lambda mx: mx.lr_scheduler.LRScheduler(warmup_steps=-1), ("warmup_steps",)),
        "warmup/begin": (lambda mx: mx.lr_scheduler.LRScheduler(0.1, 2, 0.2), ("warmup_begin_lr",)),
        "warmup/mode": (lambda mx: mx.lr_scheduler.LRScheduler(warmup_mode="cubic"), ("warmup_mode",)),
        "factor/step": (lambda mx: mx.lr_scheduler.FactorScheduler(0), ("step",)),
        "factor/factor": (lambda mx: mx.lr_scheduler.FactorScheduler(1, 1.5), ("factor",)),
        "factor/none": (lambda mx: mx.lr_scheduler.FactorScheduler(), ("step",)),
        "multi/tuple": (lambda mx: mx.lr_scheduler.MultiFactorScheduler((1, 2)), ("step",)),
        "multi/empty": (lambda mx: mx.lr_scheduler.MultiFactorScheduler([]), ("step",)),
        "multi/falling": (lambda mx: mx.lr_scheduler.MultiFactorScheduler([3, 2]), ("step",)),
        "multi/equal": (lambda mx: mx.lr_scheduler.MultiFactorScheduler([2, 2]), ("step",)),
        "multi/zero": (lambda mx: mx.lr_scheduler.MultiFactorScheduler([0, 2]), ("step",)),
        "multi/factor": (lambda mx: mx.lr_scheduler.MultiFactorScheduler([1], 2), ("factor",)),
        "poly/float": (lambda mx: mx.lr_scheduler.PolyScheduler(10.0), ("max_update",)),
        "poly/zero": (lambda mx: mx.lr_scheduler.PolyScheduler(0), ("updates",)),
        "cosine/float": (lambda mx: mx.lr_scheduler.CosineScheduler(10.0), ("max_update",)),
        "cosine/zero": (lambda mx: mx.lr_scheduler.CosineScheduler(0), ("updates",)),
        "poly/warmup_only": (lambda mx: mx.lr_scheduler.PolyScheduler(5, warmup_steps=5)(5), ()),
    },
)
