"""Learning rates as functions of the number of updates.

A scheduler is called with the number of updates made so far and answers with the learning rate of the next one. An
optimizer that is given a scheduler and a learning rate writes the latter into ``base_lr`` and nothing else, as MXNet
does: `PolyScheduler`, `CosineScheduler` and every warm-up go on from the rate that they were constructed with.
"""

from __future__ import annotations

import logging
from math import cos
from math import pi as pi

from ._core.errors import ArgumentTypeError


class LRScheduler:
    """Base class: warm-up, and what the other schedulers share.

    Args:
        base_lr: learning rate after the warm-up.
        warmup_steps: number of updates of the warm-up; 0 for none.
        warmup_begin_lr: learning rate at the start of the warm-up, at most ``base_lr``.
        warmup_mode: ``"linear"`` goes from ``warmup_begin_lr`` to ``base_lr`` in equal steps, ``"constant"`` stays at
            ``warmup_begin_lr``.

    Raises:
        AssertionError: ``warmup_steps`` is no int.
        ValueError: a number out of range, an unknown mode.

    Source: MXNet 1.9.1 python/mxnet/lr_scheduler.py.
    """

    base_lr: float

    def __init__(
        self,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ) -> None:
        if not isinstance(warmup_steps, int):
            raise ArgumentTypeError(f"warmup_steps must be an int, got {warmup_steps!r}")
        if warmup_begin_lr > base_lr:
            raise ValueError(
                f"warmup_begin_lr={warmup_begin_lr} exceeds base_lr={base_lr}; the warm-up must start at or below it"
            )
        if warmup_steps < 0:
            raise ValueError(f"warmup_steps must be 0 or more, got {warmup_steps}")
        if warmup_mode not in ("linear", "constant"):
            raise ValueError(f"warmup_mode must be 'linear' or 'constant', got {warmup_mode!r}")
        self.base_lr = base_lr
        self.warmup_steps = warmup_steps
        self.warmup_final_lr = base_lr
        self.warmup_begin_lr = warmup_begin_lr
        self.warmup_mode = warmup_mode

    def get_warmup_lr(self, num_update: int) -> float:
        """The learning rate of an update of the warm-up.

        Raises:
            AssertionError: the warm-up is over by then.
        """
        if num_update >= self.warmup_steps:
            raise ArgumentTypeError(f"update {num_update} is after the {self.warmup_steps} updates of the warm-up")
        if self.warmup_mode == "constant":
            return self.warmup_begin_lr
        if self.warmup_mode != "linear":
            raise ValueError(f"warmup_mode must be 'linear' or 'constant', got {self.warmup_mode!r}")
        span = self.warmup_final_lr - self.warmup_begin_lr
        return self.warmup_begin_lr + span * float(num_update) / float(self.warmup_steps)

    def __call__(self, num_update: int) -> float:
        """The learning rate after ``num_update`` updates (the largest count of all weights).

        Raises:
            NotImplementedError: a subclass must say.
        """
        raise NotImplementedError(f"{type(self).__name__} must override __call__(num_update)")


def _check_factor(factor: float) -> None:
    if factor > 1.0:
        raise ValueError(f"factor={factor} would raise the learning rate; give at most 1")


class FactorScheduler(LRScheduler):
    """Multiply the learning rate by a factor every ``step`` updates.

    Args:
        step: number of updates between changes, at least 1.
        factor: at most 1.
        stop_factor_lr: the learning rate never falls below this.
        base_lr: learning rate after the warm-up.
        warmup_steps: number of updates of the warm-up.
        warmup_begin_lr: learning rate at the start of the warm-up.
        warmup_mode: ``"linear"`` or ``"constant"``.

    Raises:
        ValueError: a number out of range.

    Source: MXNet 1.9.1 python/mxnet/lr_scheduler.py.
    """

    def __init__(
        self,
        step: int,
        factor: float = 1,
        stop_factor_lr: float = 1e-8,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if step < 1:
            raise ValueError(f"step={step} must be 1 or more")
        _check_factor(factor)
        self.step = step
        self.factor = factor
        self.stop_factor_lr = stop_factor_lr
        self.count = 0

    def __call__(self, num_update: int) -> float:
        """The learning rate after ``num_update`` updates; changes are final, so counts should not go back."""
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        while num_update > self.count + self.step:  # several at once when training goes on from a checkpoint
            self.count += self.step
            self.base_lr *= self.factor
            if self.base_lr < self.stop_factor_lr:
                self.base_lr = self.stop_factor_lr
                text = "Update[%d]: now learning rate arrived at %0.5e, will not change in the future"
            else:
                text = "Update[%d]: Change learning rate to %0.5e"
            logging.info(text, num_update, self.base_lr)
        return self.base_lr


class MultiFactorScheduler(LRScheduler):
    """Multiply the learning rate by a factor after each of a list of updates.

    Args:
        step: the updates after which to change, increasing, the first at least 1.
        factor: at most 1.
        base_lr: learning rate after the warm-up.
        warmup_steps: number of updates of the warm-up.
        warmup_begin_lr: learning rate at the start of the warm-up.
        warmup_mode: ``"linear"`` or ``"constant"``.

    Raises:
        AssertionError: ``step`` is no list, or empty.
        ValueError: a number out of range.

    Source: MXNet 1.9.1 python/mxnet/lr_scheduler.py.
    """

    def __init__(
        self,
        step: list[int],
        factor: float = 1,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if not step or not isinstance(step, list):
            raise ArgumentTypeError(f"step must be a list of at least one update, got {step!r}")
        if step[0] < 1:
            raise ValueError(f"step={step} must begin with 1 or more")
        if any(later <= earlier for earlier, later in zip(step, step[1:], strict=False)):
            raise ValueError(f"step={step} must rise from entry to entry")
        _check_factor(factor)
        self.step = step
        self.cur_step_ind = 0
        self.factor = factor
        self.count = 0

    def __call__(self, num_update: int) -> float:
        """The learning rate after ``num_update`` updates; changes are final, so counts should not go back."""
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        while self.cur_step_ind < len(self.step) and num_update > self.step[self.cur_step_ind]:
            self.count = self.step[self.cur_step_ind]
            self.cur_step_ind += 1
            self.base_lr *= self.factor
            logging.info("Update[%d]: Change learning rate to %0.5e", num_update, self.base_lr)
        return self.base_lr


class _Descent(LRScheduler):
    """What `PolyScheduler` and `CosineScheduler` share: ``base_lr`` to ``final_lr`` over ``max_update`` updates."""

    def _prepare(self, max_update: int, final_lr: float) -> None:
        if not isinstance(max_update, int):
            raise ArgumentTypeError(f"max_update must be an int, got {max_update!r}")
        if max_update < 1:
            raise ValueError(f"max_update={max_update} must be a number of updates, at least 1")
        self.base_lr_orig = self.base_lr
        self.max_update = max_update
        self.final_lr = final_lr
        self.max_steps = max_update - self.warmup_steps


class PolyScheduler(_Descent):
    """Let the learning rate fall as a power of the remaining part of the training.

    Args:
        max_update: number of updates until ``final_lr`` is reached, warm-up included, at least 1.
        base_lr: learning rate after the warm-up.
        pwr: the power.
        final_lr: learning rate in the end.
        warmup_steps: number of updates of the warm-up.
        warmup_begin_lr: learning rate at the start of the warm-up.
        warmup_mode: ``"linear"`` or ``"constant"``.

    Raises:
        AssertionError: ``max_update`` is no int.
        ValueError: a number out of range.

    Source: MXNet 1.9.1 python/mxnet/lr_scheduler.py.
    """

    def __init__(
        self,
        max_update: int,
        base_lr: float = 0.01,
        pwr: float = 2,
        final_lr: float = 0,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self.power = pwr
        self._prepare(max_update, final_lr)

    def __call__(self, num_update: int) -> float:
        """``final_lr + (base_lr - final_lr) * (1 - progress) ** pwr``; stays at its last value after the end."""
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        if num_update <= self.max_update:
            left = 1 - float(num_update - self.warmup_steps) / float(self.max_steps)
            self.base_lr = self.final_lr + (self.base_lr_orig - self.final_lr) * pow(left, self.power)
        return self.base_lr


class CosineScheduler(_Descent):
    """Let the learning rate fall along half a period of the cosine.

    Args:
        max_update: number of updates until ``final_lr`` is reached, warm-up included, at least 1.
        base_lr: learning rate after the warm-up.
        final_lr: learning rate in the end.
        warmup_steps: number of updates of the warm-up.
        warmup_begin_lr: learning rate at the start of the warm-up.
        warmup_mode: ``"linear"`` or ``"constant"``.

    Raises:
        AssertionError: ``max_update`` is no int.
        ValueError: a number out of range.

    Source: MXNet 1.9.1 python/mxnet/lr_scheduler.py.
    """

    def __init__(
        self,
        max_update: int,
        base_lr: float = 0.01,
        final_lr: float = 0,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self._prepare(max_update, final_lr)

    def __call__(self, num_update: int) -> float:
        """``final_lr + (base_lr - final_lr) * (1 + cos(pi * progress)) / 2``; stays at its last value after the end."""
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        if num_update <= self.max_update:
            height = 1 + cos(pi * (num_update - self.warmup_steps) / self.max_steps)
            self.base_lr = self.final_lr + (self.base_lr_orig - self.final_lr) * height / 2
        return self.base_lr
