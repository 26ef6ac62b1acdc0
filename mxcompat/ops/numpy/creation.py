"""Making arrays: constants, ranges, windows, index grids. Shapes without axes and without elements are legal."""

from __future__ import annotations

import math
from typing import Annotated

import torch
from torch import Tensor

from ..._core.context import Context
from ..._core.errors import MXNetError
from ...registry import REQUIRED, operator
from ...registry.operator import register
from ..creation.init import EyeType, RangeType, device_of, progression
from ..elemwise._kernels import cast_number


def _legal(op: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    if shape and min(shape) < 0:
        raise MXNetError(f"{op}: no dimension may be negative, got shape={shape}")
    return shape


@operator("_npi_zeros")
def np_zeros(shape: tuple[int, ...] = (), ctx: Context | None = None, dtype: torch.dtype = torch.float32) -> Tensor:
    """An array of zeros.

    Args:
        shape: lengths of the axes, not negative.
        ctx: where; None is the current context.
        dtype: any.

    Returns:
        The array.

    Raises:
        MXNetError: a negative length.

    Source: MXNet 1.9.1 src/operator/numpy/np_init_op.cc.
    """
    return torch.zeros(_legal("_npi_zeros", shape), dtype=dtype, device=device_of(ctx))


@operator("_npi_ones")
def np_ones(shape: tuple[int, ...] = (), ctx: Context | None = None, dtype: torch.dtype = torch.float32) -> Tensor:
    """An array of ones.

    Args:
        shape: lengths of the axes, not negative.
        ctx: where; None is the current context.
        dtype: any.

    Returns:
        The array.

    Raises:
        MXNetError: a negative length.

    Source: MXNet 1.9.1 src/operator/numpy/np_init_op.cc.
    """
    return torch.ones(_legal("_npi_ones", shape), dtype=dtype, device=device_of(ctx))


@operator("_npi_identity")
def np_identity(shape: tuple[int, ...] = (), ctx: Context | None = None, dtype: torch.dtype = torch.float32) -> Tensor:
    """A square matrix with ones on the main diagonal.

    Args:
        shape: rows and columns.
        ctx: where; None is the current context.
        dtype: any.

    Returns:
        The matrix.

    Raises:
        MXNetError: not two equal lengths.

    Source: MXNet 1.9.1 src/operator/numpy/np_init_op.cc.
    """
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 0:
        raise MXNetError(f"_npi_identity: shape={shape} must be two equal lengths")
    return torch.eye(shape[0], dtype=dtype, device=device_of(ctx))


@operator("_npi_eye")
def np_eye(
    N: int = REQUIRED, M: int | None = None, k: int = 0, ctx: Context | None = None, dtype: EyeType = torch.float32
) -> Tensor:
    """A matrix with ones on a diagonal.

    Args:
        N: number of rows.
        M: number of columns; None for as many as rows.
        k: the diagonal: 0 the main one, positive above, negative below.
        ctx: where; None is the current context.
        dtype: of the result.

    Returns:
        The matrix.

    Raises:
        MXNetError: a negative size.

    Source: MXNet 1.9.1 src/operator/numpy/np_init_op.cc.
    """
    columns = N if M is None else M
    if N < 0 or columns < 0:
        raise MXNetError(f"_npi_eye: sizes cannot be negative, received N={N}, M={M}")
    result = torch.zeros((N, columns), dtype=dtype, device=device_of(ctx))
    if -N < k < columns:
        result.diagonal(k).fill_(1)
    return result


@operator("_npi_full_like", zero_grad=True)
def np_full_like(
    a: Tensor, fill_value: float = REQUIRED, ctx: Context | None = None, dtype: torch.dtype | None = None
) -> Tensor:
    """An array of one number in the shape of another array.

    Args:
        a: gives the shape, and the dtype if none is named.
        fill_value: the number.
        ctx: not used: the result is where ``a`` is.
        dtype: any; None for that of ``a``.

    Returns:
        The array.

    Source: MXNet 1.9.1 src/operator/numpy/np_init_op.cc.
    """
    wanted = dtype or a.dtype
    value = bool(fill_value) if wanted is torch.bool else cast_number(wanted, fill_value)
    return torch.full(a.shape, value, dtype=wanted, device=a.device)


@operator("_npi_arange")
def np_arange(
    start: float = REQUIRED,
    stop: float | None = None,
    step: float = 1.0,
    repeat: int = 1,
    infer_range: bool = False,
    ctx: Context | None = None,
    dtype: RangeType = torch.float32,
) -> Tensor:
    """Evenly spaced numbers from ``start`` (included) to ``stop`` (excluded).

    Args:
        start: the first number; the end, counting from 0, if ``stop`` is None.
        stop: the end.
        step: the distance, not 0.
        repeat: how often each number comes.
        infer_range: not used.
        ctx: where; None is the current context.
        dtype: of the result.

    Returns:
        One axis; it is empty where ``stop`` is not ahead.

    Raises:
        MXNetError: a step of 0.

    Source: MXNet 1.9.1 src/operator/numpy/np_init_op.cc.
    """
    if stop is None:
        start, stop = 0.0, start
    if step == 0:
        raise MXNetError("_npi_arange: step may not be 0")
    count = max(0, math.ceil((stop - start) / step)) * repeat
    return progression(count, start, step, repeat, dtype, device_of(ctx))


@operator("_npi_logspace")
def np_logspace(
    start: float = REQUIRED,
    stop: float = REQUIRED,
    num: int = REQUIRED,
    endpoint: bool = True,
    base: float = 10.0,
    ctx: Context | None = None,
    dtype: RangeType = torch.float32,
) -> Tensor:
    """``num`` powers of ``base`` with evenly spaced exponents.

    Args:
        start: the first exponent.
        stop: the last one, or with ``endpoint=False`` the one after the last.
        num: how many, not negative.
        endpoint: whether ``stop`` is included.
        base: the base.
        ctx: where; None is the current context.
        dtype: of the result; computed in float64, then cast.

    Returns:
        One axis.

    Raises:
        MXNetError: ``num`` is negative.

    Source: MXNet 1.9.1 src/operator/numpy/np_init_op.cc.
    """
    if num < 0:
        raise MXNetError(f"_npi_logspace: Number of sequence should be non-negative, received {num}")
    gaps = num - 1 if endpoint else num
    step = (stop - start) / gaps if gaps > 0 else 0.0
    exponents = torch.arange(num, dtype=torch.float64, device=device_of(ctx)) * step + start
    return torch.pow(torch.tensor(base, dtype=torch.float64, device=exponents.device), exponents).to(dtype)


IndexType = Annotated[
    torch.dtype, "bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8"
]  # fmt: skip


@operator("_npi_indices")
def np_indices(
    dimensions: tuple[int, ...] = REQUIRED, dtype: IndexType = torch.int32, ctx: Context | None = None
) -> Tensor:
    """The indices of every element of a grid: one grid for each axis.

    Args:
        dimensions: shape of the grid.
        dtype: of the result.
        ctx: where; None is the current context.

    Returns:
        An array of shape (number of axes, *dimensions).

    Raises:
        MXNetError: a negative length.

    Source: MXNet 1.9.1 src/operator/numpy/np_init_op.cc.
    """
    _legal("_npi_indices", dimensions)
    device = device_of(ctx)
    if not dimensions:
        return torch.empty(0, dtype=dtype, device=device)
    grids = torch.meshgrid([torch.arange(n, device=device) for n in dimensions], indexing="ij")
    return torch.stack(grids).to(dtype)


_PI = 3.14159265358979323846

#: name, weights of the cosines of one and two turns
_WINDOWS = (
    ("hanning", (0.5, -0.5, 0.0)),
    ("hamming", (0.54, -0.46, 0.0)),
    ("blackman", (0.42, -0.5, 0.08)),
)


def _window(name: str, weights: tuple[float, float, float]) -> None:
    constant, once, twice = weights

    def fn(M: int | None = None, ctx: Context | None = None, dtype: RangeType = torch.float32) -> Tensor:
        device = device_of(ctx)
        if M is None or M < 1:
            return torch.empty(0, dtype=dtype, device=device)
        if M == 1:
            return torch.ones(1, dtype=dtype, device=device)
        inner = dtype if dtype in (torch.float32, torch.float64) else torch.float64
        angle = torch.arange(M, dtype=torch.float64, device=device) * (2 * _PI / (M - 1))
        turn = angle.to(torch.float32).to(inner)  # angles are float32 numbers, for float64 windows too
        values = constant + once * torch.cos(turn)
        if twice:
            values = values + twice * torch.cos(2 * turn)
        return values.to(dtype)

    register(
        f"_npi_{name}",
        fn,
        doc=f"""The {name} window.

Args:
    M: number of points; none or fewer than one give an empty array.
    ctx: where; None is the current context.
    dtype: of the result.

Returns:
    One axis.

Source: MXNet 1.9.1 src/operator/numpy/np_window_op.cc.
""",
    )


for _name, _weights in _WINDOWS:
    _window(_name, _weights)
