"""2-bit gradient compression: an entry is sent as plus or minus the threshold, or as zero; the rest waits for later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from .._core.errors import ArgumentTypeError, MXNetError


class TwoBit:
    """Quantizes with a residual for each sender, as MXNet 1.9.1 does.

    Args:
        threshold: what is sent, positive.

    Source: MXNet 1.9.1 src/kvstore/gradient_compression-inl.h.
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = float(torch.tensor(threshold, dtype=torch.float32))
        self._residuals: dict[Any, Tensor] = {}

    def quantized(self, sender: Any, grad: Tensor) -> Tensor:
        """What arrives of a float32 gradient: ``threshold``, ``-threshold`` or 0; the rest stays with the sender."""
        if grad.dtype is not torch.float32:
            raise MXNetError(f"2bit gradient compression: gradients must be float32, got {grad.dtype}")
        residual = self._residuals.get(sender)
        if residual is None:
            residual = self._residuals[sender] = torch.zeros_like(grad)
        residual.add_(grad)
        sent = torch.zeros_like(grad)
        sent[residual >= self.threshold] = self.threshold
        sent[residual <= -self.threshold] = -self.threshold
        residual.sub_(sent)
        return sent

    def packed(self, sent: Tensor) -> Tensor:
        """Four entries of a quantized gradient to a byte, for the wire."""
        codes = (sent > 0).to(torch.uint8) + (sent < 0).to(torch.uint8) * 2
        codes = torch.nn.functional.pad(codes.reshape(-1), (0, -codes.numel() % 4)).reshape(-1, 4)
        return codes[:, 0] | codes[:, 1] << 2 | codes[:, 2] << 4 | codes[:, 3] << 6

    def unpacked(self, data: Tensor, like: Tensor) -> Tensor:
        """The quantized gradient of the bytes."""
        codes = torch.stack([data >> shift & 3 for shift in (0, 2, 4, 6)], 1).reshape(-1)[: like.numel()]
        values = torch.tensor([0.0, self.threshold, -self.threshold, 0.0], dtype=like.dtype)
        return values[codes.long()].reshape(like.shape)


def compression_of(params: Any) -> TwoBit:
    """The compression that ``{"type": "2bit", "threshold": 0.5}`` describes.

    Raises:
        AssertionError: no dict.
        MXNetError: no type, a type that there is not, a threshold that is not positive.
    """
    if not isinstance(params, Mapping):
        raise ArgumentTypeError(f"unexpected type for param_dict: {type(params)}")
    try:
        threshold = float(str(params.get("threshold", 0.5)))
    except ValueError:
        raise MXNetError(
            f"Invalid Parameter format for threshold expect float but value='{params['threshold']}'"
        ) from None
    if "type" not in params:
        raise MXNetError("Required parameter type of string is not presented: legal is {'type': '2bit'}")
    if not threshold > 0:
        raise MXNetError(f"gradient compression: threshold must be greater than 0, got {threshold}")
    if params["type"] != "2bit":
        raise MXNetError(f"Unknown type for gradient compression {params['type']}: legal is '2bit'")
    return TwoBit(threshold)
