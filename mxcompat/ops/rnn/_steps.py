"""Plain recurrent layers and GRU on a CPU, step by step, with a gradient that works on all steps at once where it can.

torch's own kernels add to the gradient of every weight at each step, and keep each intermediate of a step: with the
gradient they take a third more time (seen in 2.13). Here a step back is what depends on the step after it, and the
weights get theirs from one product over all steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

_TORCH: dict[str, Callable[..., tuple[Tensor, ...]]] = {
    "rnn_relu": torch.rnn_relu,
    "rnn_tanh": torch.rnn_tanh,
    "gru": torch.gru,
}


def suits(mode: str, data: Tensor, state: Tensor, weights: list[list[Tensor]]) -> bool:
    """Whether `layers` computes this, and is worth it: without a gradient torch's kernels are as fast."""
    return (
        mode in _TORCH
        and torch.is_grad_enabled()
        and (data.requires_grad or state.requires_grad or any(w.requires_grad for layer in weights for w in layer))
        and data.is_cpu
        and data.dtype in (torch.float32, torch.float64)
        and data.shape[0] > 1
        and data.shape[1] > 0
        and not torch.compiler.is_compiling()
    )


def layers(
    mode: str, data: Tensor, state: Tensor, weights: list[list[Tensor]], bidirectional: bool
) -> tuple[Tensor, Tensor]:
    """Layers one above the other: outputs and last states, as torch's kernels give them."""
    ends = []
    count = 2 if bidirectional else 1
    for i, layer in enumerate(weights):
        sides = []
        for side in range(count):
            x = data.flip(0) if side else data
            own = layer[4 * side : 4 * side + 4]
            out: Tensor = _Steps.apply(mode, x, state[i * count + side], *own)  # type: ignore[no-untyped-call]
            ends.append(out[-1])
            sides.append(out.flip(0) if side else out)
        data = torch.cat(sides, 2) if bidirectional else sides[0]
    return data, torch.stack(ends)


class _Steps(torch.autograd.Function):
    """One direction of one layer: the hidden states of all steps."""

    @staticmethod
    def forward(
        ctx: Any, mode: str, data: Tensor, state: Tensor, wi: Tensor, wh: Tensor, bi: Tensor, bh: Tensor
    ) -> Any:
        inputs = data.reshape(-1, data.shape[2])
        gru = mode == "gru"
        gates = torch.addmm(bi if gru else bi + bh, inputs, wi.t()).view(*data.shape[:2], -1)
        inner = torch.Tensor()
        if gru:
            out, inner = _gru(gates, state, wh.t(), bh)
        else:
            out = _plain(torch.relu_ if mode == "rnn_relu" else torch.tanh_, gates, state, wh.t())
        ctx.mode = mode
        if any(ctx.needs_input_grad):
            ctx.save_for_backward(data, state, wi, wh, bi, bh, out, *((gates, inner) if gru else ()))
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        data, state, wi, wh, bi, bh, out, *kept = ctx.saved_tensors
        if torch.is_grad_enabled():  # to be differentiated again, which torch's kernel knows how to
            inputs = data, state, wi, wh, bi, bh
            wanted = [t for t in inputs if t.requires_grad]
            flags = True, 1, 0.0, False, False, False
            again = _TORCH[ctx.mode](data, state.unsqueeze(0), [wi, wh, bi, bh], *flags)[0]
            found = iter(torch.autograd.grad(again, wanted, grads[0], create_graph=True))
            return None, *(next(found) if t.requires_grad else None for t in inputs)
        before = torch.cat((state.unsqueeze(0), out[:-1]))
        if ctx.mode == "gru":
            to_inputs, to_state, first = _gru_back(grads[0], before, wh, *kept)
        else:
            slope = (out > 0).to(out.dtype) if ctx.mode == "rnn_relu" else 1 - out * out
            to_inputs, first = _plain_back(grads[0], slope, wh)
            to_state = to_inputs
        need = ctx.needs_input_grad
        inner, outer = to_state.view(-1, to_state.shape[2]), to_inputs.view(-1, to_inputs.shape[2])
        return (
            None,
            (outer @ wi).view(data.shape) if need[1] else None,
            first if need[2] else None,
            outer.t() @ data.reshape(-1, data.shape[2]) if need[3] else None,
            inner.t() @ before.view(-1, before.shape[2]) if need[4] else None,
            outer.sum(0) if need[5] else None,
            inner.sum(0) if need[6] else None,
        )


def _plain(act: Callable[[Tensor], Tensor], gates: Tensor, h: Tensor, wh: Tensor) -> Tensor:
    out = torch.empty_like(gates)
    for gate, place in zip(gates, out, strict=True):
        h = act(torch.addmm(gate, h, wh, out=place))
    return out


def _plain_back(grad: Tensor, slope: Tensor, wh: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients of what goes into the activation at each step, and of the first state."""
    result = torch.empty_like(slope)
    steps = list(zip(grad.unbind(), slope.unbind(), result.unbind(), strict=True))
    behind = None
    for head, rate, place in reversed(steps):
        torch.mul(head if behind is None else torch.addmm(head, behind, wh), rate, out=place)
        behind = place
    return result, result[0] @ wh


def _gru(gates: Tensor, h: Tensor, wh: Tensor, bh: Tensor) -> tuple[Tensor, Tensor]:
    """Hidden states, and what the states before gave to the gates; ``gates`` become r, z and n."""
    size = h.shape[1]
    out = gates.new_empty(*gates.shape[:2], size)
    inner = torch.empty_like(gates)
    pairs, resets, updates, news = gates[..., : 2 * size], *gates.chunk(3, 2)
    columns = (pairs, resets, updates, news, inner, inner[..., : 2 * size], inner[..., 2 * size :], out)
    for pair, reset, update, new, within, first, last, place in zip(*(c.unbind() for c in columns), strict=True):
        torch.addmm(bh, h, wh, out=within)
        pair.add_(first).sigmoid_()
        new.addcmul_(reset, last).tanh_()
        h = torch.lerp(new, h, update, out=place)
    return out, inner[..., 2 * size :].contiguous()


def _gru_back(grad: Tensor, before: Tensor, wh: Tensor, gates: Tensor, inner: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of the two products at each step, of the input and of the state, and of the first state."""
    size = before.shape[2]
    reset, update, new = gates.chunk(3, 2)
    rest = 1 - update
    to_new = (1 - new * new).mul_(rest)
    to_update = (before - new).mul_(update).mul_(rest)
    to_reset = (1 - reset).mul_(reset).mul_(inner)
    ours, theirs = torch.empty_like(gates), torch.empty_like(gates)
    columns = (grad, reset, update, to_new, to_update, to_reset, ours[..., 2 * size :], theirs, *theirs.chunk(3, 2))
    back = torch.zeros_like(before[0])
    for head, r, z, dn, dz, dr, n, all_three, first, second, third in reversed(
        list(zip(*(c.unbind() for c in columns), strict=True))
    ):
        total = back + head
        torch.mul(total, dn, out=n)
        torch.mul(total, dz, out=second)
        torch.mul(n, dr, out=first)
        torch.mul(n, r, out=third)
        back = torch.addmm(total.mul_(z), all_three, wh)
    ours[..., : 2 * size] = theirs[..., : 2 * size]
    return ours, theirs, back
