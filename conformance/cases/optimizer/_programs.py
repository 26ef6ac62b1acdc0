"""Training of two weights by given gradients, and what is left: shared by the cases of optimizers."""

import contextlib
import io

import numpy as np

SHAPES = {"fc_weight": (3, 4), "fc_bias": (4,)}
NAMES = dict(enumerate(SHAPES))


def weights(mx, dtype="float32", stype="default", ctx=None):
    """Two weights, always the same."""
    state = np.random.RandomState(3)
    made = [mx.nd.array(state.uniform(-1, 1, s), dtype=dtype, ctx=ctx) for s in SHAPES.values()]
    return made if stype == "default" else [made[0].tostype(stype), made[1]]


def gradients(mx, step, dtype="float32", stype="default", ctx=None):
    """Two gradients of a step; some entries are zero, and of a row_sparse one some rows."""
    state = np.random.RandomState(100 + step)
    made = [state.normal(0, 2, s) for s in SHAPES.values()]
    made[0][step % 3] = 0
    made[1][step % 4] = 0
    arrays = [mx.nd.array(g, dtype=dtype, ctx=ctx) for g in made]
    return arrays if stype == "default" else [arrays[0].tostype(stype), arrays[1]]


def shown(state):
    """A state as plain values: sparse arrays by storage type and values."""
    if isinstance(state, (list, tuple)):
        return [shown(s) for s in state]
    if hasattr(state, "stype"):
        return state.stype, state.shape, state.dtype, state.asnumpy()
    return state


def train(mx, optimizer, steps=10, dtype="float32", stype="default", grad_stype=None, one_by_one=False):
    """Weights and states after some steps of an updater, and after the first two of them."""
    updater = mx.optimizer.get_updater(optimizer)
    ws = weights(mx, dtype, stype)
    kept = []
    for step in range(steps):
        gs = gradients(mx, step, dtype, grad_stype or stype)
        if one_by_one:
            for index in range(2):
                updater(index, gs[index], ws[index])
        else:
            updater([0, 1], gs, ws)
        if step in (0, 1, steps - 1):
            kept.append([shown(w) for w in ws])
    states = [shown(updater.states[index]) for index in range(2)]
    return {"weights": kept, "states": states, "count": optimizer.num_update}


def make(mx, name, **kwargs):
    """An optimizer, with a schedule if ``schedule`` names one."""
    schedule = kwargs.pop("schedule", None)
    if schedule == "factor":
        kwargs["lr_scheduler"] = mx.lr_scheduler.FactorScheduler(3, 0.5, base_lr=0.1)
    elif schedule == "cosine":
        kwargs["lr_scheduler"] = mx.lr_scheduler.CosineScheduler(8, 0.1, 0.01, warmup_steps=3)
    if kwargs.pop("names", False):
        kwargs["param_idx2name"] = dict(NAMES)
    with contextlib.redirect_stdout(io.StringIO()):  # what is said of a rate that the schedule has to take over
        return mx.optimizer.create(name, **kwargs)
