"""`mxnet.misc`: the learning rate schedules of MXNet's first releases; `mxnet.lr_scheduler` has the newer ones."""

from __future__ import annotations

import logging


class LearningRateScheduler:
    """Base of the schedules: called with the number of the iteration, answers with the rate."""

    def __init__(self) -> None:
        self.base_lr = 0.01

    def __call__(self, iteration: int) -> float:
        raise NotImplementedError(f"{type(self).__name__} does not say what the rate is: give __call__")


class FactorScheduler(LearningRateScheduler):
    """Multiplies the rate by a factor every some steps.

    Args:
        step: number of iterations with the same rate, at least 1.
        factor: below 1.

    Raises:
        ValueError: values out of range.
    """

    def __init__(self, step: int, factor: float = 0.1) -> None:
        super().__init__()
        if step < 1:
            raise ValueError(f"FactorScheduler: step={step} must be at least 1")
        if factor >= 1.0:
            raise ValueError(f"FactorScheduler: factor={factor} must be less than 1 to make the rate fall")
        self.step = step
        self.factor = factor
        self.old_lr = self.base_lr
        self.init = False

    def __call__(self, iteration: int) -> float:
        if not self.init:
            self.init = True
            self.old_lr = self.base_lr
        rate = self.base_lr * float(self.factor) ** int(iteration / self.step)
        if rate != self.old_lr:
            self.old_lr = rate
            logging.info("At Iteration [%d]: Swith to new learning rate %.5f", iteration, rate)
        return rate
