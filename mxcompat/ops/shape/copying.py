"""Copies into given arrays, and resets."""

from __future__ import annotations

from torch import Tensor

from ...registry import REQUIRED, operator
from ...registry.operator import op_error
from ._kernels import floats_only


@operator("_copyto", aliases=("_npi_copyto",), writes_out=True)
def _copyto(data: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A copy of an array, for ``out=``.

    Args:
        data: any dtype.

    Returns:
        The copy, same shape and dtype; with ``out=`` in the dtype of ``out``.

    Raises:
        MXNetError: ``out`` has another shape.

    Differences: the original works with ``out=`` only.

    Source: MXNet 1.9.1 src/ndarray/ndarray_function.cc.
    """
    if out is None:
        return data.clone()
    if out.shape != data.shape:
        raise op_error("_copyto", f"out has shape {tuple(out.shape)}", data=data)
    return out.copy_(data)


@operator("reset_arrays", mutates=("data",), outputs=0)
def reset_arrays(*data: Tensor, num_arrays: int = REQUIRED) -> tuple[Tensor, ...]:
    """Set arrays to zero, in place.

    Args:
        data: float arrays of any shapes; they are written to.
        num_arrays: number of arrays.

    Returns:
        Nothing (an empty list).

    Raises:
        MXNetError: ``num_arrays`` is not the number of arrays; a dtype that is not floating.

    Source: MXNet 1.9.1 src/operator/contrib/reset_arrays.cc.
    """
    if len(data) != num_arrays:
        raise op_error("reset_arrays", f"num_arrays={num_arrays} must be the number of arrays, {len(data)}")
    for each in data:
        floats_only("reset_arrays", each)
        each.data.zero_()
    return ()
