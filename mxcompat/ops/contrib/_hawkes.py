"""Likelihood of marked Hawkes processes, for all events at once.

The events of a process and mark follow each other in a recurrence ``b <- 1 + b * decay``. Sorted by process and mark
they are one long linear recurrence that begins anew where its factor is zero, and is solved by doubling: after k rounds
every event knows the effect of the last ``2 ** k`` ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor


class _Events(NamedTuple):
    """The events in order of process, mark and time, and what the recurrence needs; ``last`` are the final ones."""

    owner: Tensor  # process * kinds + mark
    mark: Tensor
    gap: Tensor
    decay: Tensor
    factor: Tensor  # that the state before the event before gets, zero for the first of a row
    first: Tensor  # whether no event of the row is before
    rounds: int
    last: Tensor
    rest: Tensor  # (N, K), the time from the last event to the end


def _solved(factor: Tensor, constant: Tensor, rounds: int) -> Tensor:
    """``x[i] = factor[i] * x[i - 1] + constant[i]``."""
    factor, result, step = factor.clone(), constant.clone(), 1
    for _ in range(rounds):
        result[step:] += factor[step:] * result[:-step]
        factor[step:] *= factor[:-step].clone()
        step *= 2
    return result


def _sorted(beta: Tensor, lags: Tensor, marks: Tensor, lengths: Tensor, max_time: Tensor) -> _Events:
    count, events = lags.shape
    kinds = len(beta)
    device = lags.device
    active = torch.arange(events, device=device) < lengths[:, None]
    time = torch.where(active, lags, 0).cumsum(1)
    owner = marks.to(torch.int64) + torch.arange(count, device=device)[:, None] * kinds
    owner = torch.where(active, owner, count * kinds).reshape(-1)
    keys = owner.cpu().numpy()
    sorted_keys = np.argsort(keys.astype(np.uint16) if count * kinds < 1 << 16 else keys, kind="stable")
    order = torch.from_numpy(sorted_keys[: int(active.sum())]).to(device)
    owner, time = owner[order], time.reshape(-1)[order]
    change = owner[1:] != owner[:-1]
    edge = change.new_ones(min(len(order), 1))
    first, final = torch.cat([edge, change]), torch.cat([change, edge])
    before = torch.cat([time[:1] * 0, time[:-1]])
    gap = time - before.masked_fill_(first, 0)
    mark = owner % kinds
    decay = torch.exp(-beta[mark] * gap)
    factor = torch.cat([decay[:1], decay[:-1]]).masked_fill_(first, 0)
    starts = first.nonzero()[:, 0].cpu().numpy()
    longest = int(np.diff(starts, append=len(order)).max(initial=1))
    last = final.nonzero()[:, 0]
    rest = max_time.repeat_interleave(kinds)
    rest[owner[last]] -= time[last]
    return _Events(owner, mark, gap, decay, factor, first, (longest - 1).bit_length(), last, rest.view(count, kinds))


class Likelihood(torch.autograd.Function):
    """Log likelihoods (N,) and final states (N, K); gradients of ``lda``, ``alpha`` and ``beta`` from the former."""

    @staticmethod
    def forward(
        ctx: Any, lda: Tensor, alpha: Tensor, beta: Tensor, state: Tensor, lags: Tensor, marks: Tensor,
        lengths: Tensor, max_time: Tensor,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        events = _sorted(beta, lags, marks, lengths, max_time)
        owner, mark, gap, decay, factor, first, rounds, last, rest = events
        before = _solved(factor, torch.where(first, state.reshape(-1)[owner], 1), rounds)
        rate, weight = lda.reshape(-1)[owner], alpha[mark]
        intensity = rate + weight * beta[mark] * before * decay
        gain = torch.log(intensity) - (rate * gap + weight * before * (1 - decay))
        phi = state.clone().reshape(-1)
        phi[owner[last]] = 1 + before[last] * decay[last]
        phi = phi.view_as(state)
        end = torch.exp(-beta * rest)
        total = -(lda * rest + alpha * phi * (1 - end)).sum(1)
        total.index_add_(0, owner // lda.shape[1], gain)
        ctx.events = events
        ctx.save_for_backward(alpha, beta, before, intensity, phi, end)
        ctx.shapes = [t.shape for t in (state, lags, lengths, max_time)]
        ctx.mark_non_differentiable(result := phi * end)
        return total, result

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        owner, mark, gap, decay, factor, _, rounds, last, rest = ctx.events
        alpha, beta, before, intensity, phi, end = ctx.saved_tensors
        head = grads[0]
        inverse, weight, speed = 1 / intensity, alpha[mark], beta[mark]
        slower = gap * decay  # minus the derivative of the decay
        # how the state before each event depends on beta
        change = before * slower
        drift = _solved(factor, torch.where(factor == 0, 0, -torch.cat([change[:1], change[:-1]])), rounds)
        turned = drift * decay - change
        by_rate = inverse - gap
        by_weight = speed * before * decay * inverse - before * (1 - decay)
        by_speed = weight * ((before * decay + speed * turned) * inverse - (drift * (1 - decay) + change))
        each = torch.stack([by_rate, by_weight, by_speed], 1)
        sums = each.new_zeros((rest.numel(), 3)).index_add_(0, owner, each).view(*rest.shape, 3)
        phi_drift = torch.zeros_like(phi).view(-1)
        phi_drift[owner[last]] = turned[last]
        phi_drift = phi_drift.view_as(phi)
        lda = (sums[..., 0] - rest) * head[:, None]
        by_alpha = sums[..., 1] - phi * (1 - end)
        by_beta = sums[..., 2] - alpha * (phi_drift * (1 - end) + phi * rest * end)
        none = [None if not wanted else head.new_zeros(()) for wanted in ctx.needs_input_grad[3:]]
        places = {3: 0, 4: 1, 6: 2, 7: 3}
        for place, number in places.items():
            if ctx.needs_input_grad[place]:
                none[place - 3] = head.new_zeros(ctx.shapes[number])
        return lda, head @ by_alpha, head @ by_beta, *none
