"""Single contrib operators: Hawkes processes, Fourier transforms and count sketches (on GPUs), calibration."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor

from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import op_error, register
from ...registry.tags import Range
from ..elemwise._kernels import with_number
from ..indexing.take import FloatOrInt, embedding
from ._graph import also_reads
from ._hawkes import Likelihood


@operator("_contrib_hawkesll", outputs=2)
def hawkesll(
    lda: Tensor, alpha: Tensor, beta: Tensor, state: Tensor, lags: Tensor, marks: Tensor, valid_length: Tensor,
    max_time: Tensor,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Log likelihood of marked self-exciting Hawkes processes with exponential decay.

    Args:
        lda: background intensities (N, K), floating.
        alpha: branching ratios (K,).
        beta: decay exponents (K,).
        state: states of the processes at the start (N, K).
        lags: times between events (N, T).
        marks: int32 marks of the events (N, T), from 0 to K - 1.
        valid_length: number of events of each process (N,).
        max_time: end of the observation of each process (N,).

    Returns:
        Log likelihoods (N,) and the states at ``max_time`` (N, K). Gradients reach ``lda``, ``alpha`` and ``beta`` from
        the likelihoods; all others are zero.

    Raises:
        MXNetError: shapes that do not fit, marks that are not int32, other dtypes that differ.

    Source: MXNet 1.9.1 src/operator/contrib/hawkes_ll-inl.h.
    """
    op = "hawkesll"
    if lda.dim() != 2 or lags.dim() != 2 or lags.shape[0] != lda.shape[0] or not lda.is_floating_point():
        raise op_error(op, "lda must be floating (N, K) and lags (N, T)", lda=lda, lags=lags)
    count, kinds = lda.shape
    legal: dict[str, tuple[Tensor, tuple[int, ...]]] = {
        "alpha": (alpha, (kinds,)), "beta": (beta, (kinds,)), "state": (state, (count, kinds)),
        "marks": (marks, tuple(lags.shape)), "valid_length": (valid_length, (count,)), "max_time": (max_time, (count,)),
    }  # fmt: skip
    for name, (tensor, shape) in legal.items():
        if tensor.shape != shape or tensor.dtype is not (torch.int32 if name == "marks" else lda.dtype):
            kind = "int32" if name == "marks" else "of the dtype of lda"
            raise op_error(op, f"{name} must be {kind} with shape {shape}", **{name: tensor, "lda": lda})
    if lda.is_meta:
        return lda.new_empty((count,)), torch.empty_like(lda)
    inputs = (lda, alpha, beta, state, lags, marks, valid_length, max_time)
    result: tuple[Tensor, Tensor] = Likelihood.apply(*inputs)  # type: ignore[no-untyped-call]
    return result


def _gpu_only(op: str, data: Tensor) -> None:
    if data.device.type == "cpu":
        raise op_error(op, "is only available on GPUs", data=data)


def _fft(data: Tensor) -> Tensor:
    return torch.view_as_real(torch.fft.fft(data)).flatten(-2)


def _ifft(data: Tensor) -> Tensor:
    pairs = data.reshape(*data.shape[:-1], -1, 2)
    return torch.real(torch.fft.ifft(torch.view_as_complex(pairs), norm="forward"))


@operator("_contrib_fft")
def fft(data: Tensor, compute_size: int = 128) -> Tensor:
    """Fourier transform along the last axis; on GPUs only, as in MXNet.

    Args:
        data: float32 with two or four axes.
        compute_size: of no effect.

    Returns:
        Real and imaginary parts by turns: the last axis is twice as long.

    Raises:
        MXNetError: data on the CPU, or with another number of axes.

    Source: MXNet 1.9.1 src/operator/contrib/fft-inl.h.
    """
    _gpu_only("fft", data)
    if data.dim() not in (2, 4):
        raise op_error("fft", "data must have two or four axes", data=data)
    return _fft(data)


@operator("_contrib_ifft")
def ifft(data: Tensor, compute_size: int = 128) -> Tensor:
    """Inverse Fourier transform along the last axis, not divided by its length; on GPUs only, as in MXNet.

    Args:
        data: float32 with two or four axes: real and imaginary parts by turns.
        compute_size: of no effect.

    Returns:
        The real part of the result: the last axis is half as long.

    Raises:
        MXNetError: data on the CPU, or with another number of axes.

    Source: MXNet 1.9.1 src/operator/contrib/ifft-inl.h.
    """
    _gpu_only("ifft", data)
    if data.dim() not in (2, 4) or data.shape[-1] % 2:
        raise op_error("ifft", "data must have two or four axes and pairs in the last one", data=data)
    return _ifft(data)


def _count_sketch(data: Tensor, h: Tensor, s: Tensor, out_dim: int) -> Tensor:
    rows = data.reshape(-1, data.shape[-1])
    result = rows.new_zeros((len(rows), out_dim))
    result = result.index_add(1, h.detach().reshape(-1).to(torch.int64), rows * s.detach().reshape(-1))
    return result.reshape(*data.shape[:-1], out_dim)


@operator("_contrib_count_sketch", same_dtype=True)
def count_sketch(
    data: Tensor, h: Tensor, s: Tensor, out_dim: int = REQUIRED, processing_batch_size: int = 32
) -> Tensor:
    """Add every feature, times a sign, to the output feature that a hash names; on GPUs only, as in MXNet.

    Args:
        data: floating (N, features).
        h: (1, features), the output feature of each feature, from 0 to ``out_dim - 1``.
        s: (1, features), its sign.
        out_dim: number of output features.
        processing_batch_size: of no effect.

    Returns:
        (N, out_dim). The gradients of ``h`` and ``s`` are zero.

    Raises:
        MXNetError: data on the CPU, shapes that do not fit.

    Source: MXNet 1.9.1 src/operator/contrib/count_sketch-inl.h.
    """
    _gpu_only("count_sketch", data)
    if h.numel() != data.shape[-1] or s.numel() != data.shape[-1]:
        raise op_error("count_sketch", "h and s must have one entry per feature", data=data, h=h, s=s)
    return also_reads(_count_sketch(data, h, s, out_dim), h, s)


_Floats = np.ndarray[Any, np.dtype[np.float32]]


def _smoothed(values: _Floats) -> _Floats | None:
    """Zeros become a small number that is taken off the others; None if that is not possible."""
    zero = values == 0
    filled = len(values) - int(zero.sum())
    if filled == 0:
        return None
    small = np.float32(0.0001)
    off = small * np.float32(zero.sum()) / np.float32(filled)
    if off >= 1:
        return None
    smooth: _Floats = np.where(zero, values + small, values - off).astype(np.float32)
    return smooth


def _divergence(op: str, p: _Floats, q: _Floats) -> float:
    p, q = p / p.sum(dtype=np.float32), q / q.sum(dtype=np.float32)
    if (p <= 0).any() or (q <= 0).any():
        raise op_error(op, "a bin of hist is too small to smooth the histogram")
    return float((p * np.log(p / q)).sum(dtype=np.float32))


def _quantized(op: str, hist: _Floats, half: int, bins: int) -> float:
    """The divergence of the histogram, cut off ``half`` bins from the middle, from its quantized form."""
    middle = len(hist) // 2
    start, stop = middle - half, middle + half + 1
    inner = hist[start:stop].astype(np.int64)
    inner[0] = 0
    p = hist[start:stop].copy()
    p[0] = hist[: start + 1].sum(dtype=np.float32)
    p[-1] += hist[stop:].sum(dtype=np.float32)
    size = len(inner)
    merged = size // bins
    edges = np.arange(bins) * merged
    sums = np.add.reduceat(inner, edges).astype(np.float32)
    norms = np.add.reduceat((inner != 0).astype(np.int64), edges)
    each = np.where(norms > 0, sums / np.maximum(norms, 1).astype(np.float32), 0).astype(np.float32)
    owner = np.minimum(np.arange(size) // merged, bins - 1)
    q = np.where(p != 0, each[owner], np.float32(0))
    smooth_p, smooth_q = _smoothed(p), _smoothed(q)
    if smooth_q is None or smooth_p is None:
        return float("inf")
    return _divergence(op, smooth_p, smooth_q)


@operator("_contrib_calibrate_entropy", outputs=2, differentiable=False)
def calibrate_entropy(hist: Tensor, hist_edges: Tensor, num_quantized_bins: int = 255) -> tuple[Tensor, Tensor]:
    """The threshold for 8-bit numbers that changes a distribution least, by Kullback-Leibler divergence.

    Args:
        hist: float32 counts of an odd number of bins that are symmetric about zero. Read on the host.
        hist_edges: float32 borders of the bins, one more.
        num_quantized_bins: number of values of the quantized type.

    Returns:
        The threshold and its divergence, float32 of shape (1,).

    Raises:
        MXNetError: sizes that do not fit, other dtypes.

    Source: MXNet 1.9.1 src/operator/quantization/calibrate.cc.
    """
    op = "calibrate_entropy"
    if hist.dtype is not torch.float32 or hist_edges.dtype is not torch.float32:
        raise op_error(op, "hist and hist_edges must be float32", hist=hist, hist_edges=hist_edges)
    count = hist.numel()
    if hist_edges.numel() != count + 1 or not 1 < num_quantized_bins <= count:
        legal = f"hist_edges must have one more entry than hist, num_quantized_bins={num_quantized_bins} no more"
        raise op_error(op, legal, hist=hist, hist_edges=hist_edges)
    if hist.is_meta:
        return hist.new_empty((1,)), hist.new_empty((1,))
    counts = hist.detach().cpu().numpy().reshape(-1)
    first = num_quantized_bins // 2
    best, least = 0, float(np.finfo(np.float32).max)
    for half in range(first, count // 2 + 1):
        found = _quantized(op, counts, half, num_quantized_bins)
        if found < least:
            best, least = half - first, found
    threshold = hist_edges.detach().reshape(-1)[count // 2 + first + best + 1]
    return threshold.reshape(1).clone(), hist.new_tensor([least])


def _backward_only(name: str) -> None:
    def refuse() -> Tensor:
        raise op_error(name, "is called by the backward pass only, with inputs that MXNet does not publish")

    doc = f"""The gradient of ``{name.removeprefix("_contrib_backward_")}``; not for calling.

    Raises:
        MXNetError: always.

    Source: MXNet 1.9.1 src/operator/contrib.
    """
    register(name, refuse, doc=doc)


for _name in ("hawkesll", "index_copy", "quadratic"):
    _backward_only(f"_contrib_backward_{_name}")


_times = with_number(torch.mul)


@operator("_contrib_backward_gradientmultiplier", differentiable=False)
def backward_gradientmultiplier(data: Tensor, scalar: float = 1.0, is_int: bool = True) -> Tensor:
    """Multiply by a number: the gradient of ``gradientmultiplier``.

    Args:
        data: of any dtype.
        scalar: the factor.
        is_int: whether ``scalar`` came as an integer; if not, integers become float64.

    Returns:
        The product; integers multiply with the whole part of ``scalar``.

    Source: MXNet 1.9.1 src/operator/contrib/gradient_multiplier_op.cc.
    """
    product: Tensor = _times(data, scalar, is_int)
    return product


@operator("_contrib_SparseEmbedding")
def sparse_embedding(
    data: Tensor,
    weight: Tensor,
    input_dim: Annotated[int, Range(1, None)] = REQUIRED,
    output_dim: Annotated[int, Range(1, None)] = REQUIRED,
    dtype: FloatOrInt = torch.float32,
    sparse_grad: bool = False,
    deterministic: bool = False,
) -> Tensor:
    """Rows of a table, by their numbers: `Embedding` under the name it had for row_sparse weights.

    Args:
        data: row numbers.
        weight: (input_dim, output_dim).
        input_dim: number of rows.
        output_dim: length of a row.
        dtype: of no effect; a floating one, uint8 or int32.
        sparse_grad: only False: MXNet's signature shows it, MXNet refuses it.
        deterministic: add up gradients in a fixed order, which is always so here. (MXNet takes it, though its signature
            does not show it.)

    Returns:
        Rows of shape ``data.shape + (output_dim,)``.

    Raises:
        MXNetError: as `Embedding` does; another ``dtype``; ``sparse_grad=True``.

    Source: MXNet 1.9.1 src/operator/tensor/indexing_op.cc.
    """
    if sparse_grad:
        raise MXNetError("Cannot find argument 'sparse_grad' in _contrib_SparseEmbedding: the gradient array tells it")
    if dtype in (torch.int8, torch.int64):  # MXNet's signature shows them, too
        raise MXNetError(f"_contrib_SparseEmbedding: dtype={dtype} must be floating, uint8 or int32")
    return embedding(data, weight, input_dim, output_dim, dtype)
