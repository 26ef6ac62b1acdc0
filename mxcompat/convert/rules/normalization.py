"""Normalization."""

from __future__ import annotations

import torch

from .._errors import Gap
from .._pieces import Piece, State, arg, opt
from .._rule import View, example, formula, layer, rule

_FIVE = ((2, 3, 4, 4), (3,), (3,), (3,), (3,))
_STATES = {"params": (1, 2, 3, 4), "draw": (0.5, 1.5)}


def _ones_for(state: State) -> State:
    return State(f"{state.key} (fixed to 1)", torch.ones_like(state.tensor))


@rule(
    "BatchNorm",
    "BatchNorm_v1",
    "_contrib_SyncBatchNorm",
    examples=[
        example(*_FIVE, **_STATES, fix_gamma=False, eps=1e-5, source="nn.BatchNorm2d(3)"),
        example(*_FIVE, **_STATES, momentum=0.7, source="nn.BatchNorm2d(3, eps=0.001, momentum=0.3)"),
        example((2, 3), *_FIVE[1:], **_STATES, fix_gamma=False, source="nn.BatchNorm1d(3"),
        example((2, 3, 4), *_FIVE[1:], **_STATES, use_global_stats=True, source="nn.BatchNorm1d(3"),
        example((2, 3, 2, 2, 2), *_FIVE[1:], **_STATES, source="nn.BatchNorm3d(3"),
        example((2, 4, 4, 3), *_FIVE[1:], **_STATES, axis=3, gap="axis=3"),
    ],
)
def batch_norm(n: View) -> Piece:
    n.only_first()
    axis = n.attrs.get("axis", 1)
    if axis not in (1, 1 - n.ndim()):
        raise Gap(f"axis={axis}: torch normalizes axis 1")
    if n.ndim() > 5:
        raise Gap(f"data with {n.ndim()} axes")
    gamma, beta, mean, var = (n.need_state(i) for i in range(1, 5))
    if n["fix_gamma"]:
        gamma = _ones_for(gamma)
    counted = State(f"{mean.key} (batches seen)", torch.tensor(0))
    notes = ("use_global_stats: keep this layer in evaluation mode when training",) if n["use_global_stats"] else ()
    return layer(
        n,
        f"nn.BatchNorm{max(n.ndim() - 2, 1)}d",
        arg("num_features", gamma.tensor.numel()),
        opt("eps", n["eps"], 1e-5),
        opt("momentum", round(1 - n["momentum"], 6), 0.1),
        states={
            "weight": gamma,
            "bias": beta,
            "running_mean": mean,
            "running_var": var,
            "num_batches_tracked": counted,
        },
        notes=notes,
    )


@rule(
    "LayerNorm",
    examples=[
        example((2, 3, 4), (4,), (4,), params=(1, 2), source="nn.LayerNorm(4)"),
        example((2, 3, 4), (3,), (3,), axis=1, params=(1, 2), source="movedim"),
        example((2, 3, 4), (4,), (4,), eps=1e-12, source="F.layer_norm("),
    ],
)
def layer_norm(n: View) -> Piece:
    n.only_first()
    axis = n["axis"] % n.ndim()
    gamma, beta = n.state(1), n.state(2)
    size = n.shape()[axis]
    if gamma is None or beta is None:
        if axis != n.ndim() - 1:
            raise Gap(f"axis={n['axis']} with scales that are computed")
        return formula(n, f"F.layer_norm(_0, ({size},), _1, _2, {n['eps']!r})")
    piece = layer(
        n,
        "nn.LayerNorm",
        arg("normalized_shape", size),
        opt("eps", n["eps"], 1e-5),
        states={"weight": gamma, "bias": beta},
    )
    if axis != n.ndim() - 1:
        piece.call = f"_m(_0.movedim({axis}, -1)).movedim(-1, {axis})"
    return piece


@rule(
    "GroupNorm",
    examples=[
        example((2, 4, 3, 3), (2,), (2,), num_groups=2, params=(1, 2), source="nn.GroupNorm(2, 4)"),
        example((2, 4, 3, 3), (2,), (2,), num_groups=2, gap="computed"),
    ],
)
def group_norm(n: View) -> Piece:
    n.only_first()
    groups, channels = n["num_groups"], n.shape()[1]
    gamma, beta = n.need_state(1), n.need_state(2)
    each = channels // groups

    # MXNet 1.9.1 has a scale per group, torch one per channel
    def spread(state: State) -> State:
        if state.tensor.numel() == channels:
            return state
        return State(f"{state.key} (per channel)", state.tensor.repeat_interleave(each))

    return layer(
        n,
        "nn.GroupNorm",
        arg("num_groups", groups),
        arg("num_channels", channels),
        opt("eps", n["eps"], 1e-5),
        states={"weight": spread(gamma), "bias": spread(beta)},
    )


@rule(
    "InstanceNorm",
    examples=[
        example((2, 3, 4, 4), (3,), (3,), params=(1, 2), source="nn.InstanceNorm2d(3, eps=0.001, affine=True)"),
        example((2, 3, 5), (3,), (3,), eps=1e-5, params=(1, 2), source="nn.InstanceNorm1d(3, affine=True)"),
        example((2, 3, 5), (3,), (3,), source="F.instance_norm("),
    ],
)
def instance_norm(n: View) -> Piece:
    n.only_first()
    gamma, beta = n.state(1), n.state(2)
    if gamma is None or beta is None:
        return formula(n, f"F.instance_norm(_0, weight=_1, bias=_2, eps={n['eps']!r})")
    if not 3 <= n.ndim() <= 5:
        raise Gap(f"data with {n.ndim()} axes")
    return layer(
        n,
        f"nn.InstanceNorm{n.ndim() - 2}d",
        arg("num_features", n.shape()[1]),
        opt("eps", n["eps"], 1e-5),
        opt("affine", True, False),
        states={"weight": gamma, "bias": beta},
    )


@rule("LRN", examples=[example((2, 5, 3, 3), nsize=3, alpha=0.01, source="nn.LocalResponseNorm")])
def local_response(n: View) -> Piece:
    n.only_first()
    piece = layer(
        n,
        "nn.LocalResponseNorm",
        arg("size", n["nsize"]),
        opt("alpha", n["alpha"], 1e-4),
        opt("beta", n["beta"], 0.75),
        opt("k", n["knorm"], 1.0),
        states={},
    )
    return piece
