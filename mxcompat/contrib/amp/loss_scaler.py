"""The factor on losses that keeps small gradients alive in float16."""

from __future__ import annotations

import logging
from typing import Any

from ... import autograd as ag
from ...nd import multi_all_finite, ones
from ...nd import ndarray as nd  # noqa: F401  # a public name of the original


class LossScaler:
    """A scale that halves when gradients overflow and doubles after 2,000 updates without that.

    It starts at 2**16 and stays at or below 2**24. A change takes effect at the check after the one that decided it,
    since the losses of the running step have the old scale.

    Source: MXNet 1.9.1 python/mxnet/contrib/amp/loss_scaler.py.
    """

    def __init__(self) -> None:
        self._loss_scale = 2.0**16
        self._next_loss_scale = self._loss_scale
        self._max_loss_scale = 2.0**24
        self._scale_seq_len = 2000
        self._unskipped = 0

    @property
    def loss_scale(self) -> float:
        """The factor now."""
        return self._loss_scale

    def has_overflow(self, params: Any) -> bool:
        """Whether a gradient (on its first context) has an infinity or a NaN; brings the scale up to date.

        Args:
            params: parameters; those without a gradient are skipped.
        """
        with ag.pause():
            gradients = [p._grad[0] for p in params if p._grad is not None]
            finite = ones((1,), ctx=gradients[0].context)
            for start in range(0, len(gradients), 200):
                part = gradients[start : start + 200]
                multi_all_finite(*part, num_arrays=len(part), init_output=False, out=finite)
            overflow = not bool(finite.asnumpy()[0])
        self._loss_scale = self._next_loss_scale
        if overflow:
            self._next_loss_scale = self._loss_scale / 2.0
            self._unskipped = 0
            logging.info("AMP: decreasing loss scale to %f", self._next_loss_scale)
        else:
            self._unskipped += 1
        if self._unskipped == self._scale_seq_len:
            self._unskipped = 0
            self._next_loss_scale = min(self._max_loss_scale, self._loss_scale * 2.0)
            logging.info("AMP: increasing loss scale to %f", self._next_loss_scale)
        return overflow
