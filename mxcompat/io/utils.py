"""Helpers of `mxnet.io.NDArrayIter` that other libraries import.

Source: MXNet 1.9.1 python/mxnet/io/utils.py.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .._core.errors import ArgumentTypeError
from ..nd import NDArray as NDArray
from ..nd import array as array
from ..nd.sparse import CSRNDArray as CSRNDArray
from ..nd.sparse import array as sparse_array

Named = list[tuple[str, Any]]


def _is_h5(value: Any) -> bool:
    """Whether a value is a data set of h5py, which is not imported for the question."""
    h5py = sys.modules.get("h5py")
    return h5py is not None and isinstance(value, h5py.Dataset)


def _init_data(data: Any, allow_empty: bool, default_name: str) -> Named:
    """Data in any of its forms (an array, a list, a dict) as (name, array) pairs, ordered by name.

    Args:
        data: an NDArray, NumPy array or h5py data set, a list of them, or a dict with names.
        allow_empty: whether None and an empty list are legal.
        default_name: what a single array is called; several are ``_0_name``, ``_1_name``, ...

    Raises:
        AssertionError: nothing, where that is not legal.
        TypeError: something that is no array.
    """
    if data is None:
        if not allow_empty:
            raise ArgumentTypeError(f"NDArrayIter: {default_name} is None, it must be an array, a list or a dict")
        data = []
    if isinstance(data, (np.ndarray, NDArray)) or _is_h5(data):
        data = [data]
    if isinstance(data, list):
        if not data and not allow_empty:
            raise ArgumentTypeError(f"NDArrayIter: {default_name} is an empty list")
        if len(data) == 1:
            data = {default_name: data[0]}
        else:
            data = {f"_{place}_{default_name}": each for place, each in enumerate(data)}
    if not isinstance(data, dict):
        kind = type(data).__name__
        raise TypeError(f"NDArrayIter: {kind} is not legal; give an array, an h5py data set, or a list or dict of them")
    for name, value in data.items():
        if not (isinstance(value, NDArray) or _is_h5(value)):
            try:
                data[name] = array(value)
            except Exception as error:
                text = f"NDArrayIter: {name} of type '{type(value)}' is neither an array nor an h5py data set"
                raise TypeError(text) from error
    return sorted(data.items())


def _has_instance(data: Named, dtype: Any) -> bool:
    """Whether one of the arrays is of this class."""
    return any(isinstance(value, dtype) for _, value in data)


def _getdata_by_idx(data: Named, idx: Any) -> Named:
    """The arrays with their instances in the order of ``idx``; h5py data sets stay as they are."""
    found: Named = []
    for name, value in data:
        if _is_h5(value):
            found.append((name, value))
        elif isinstance(value, CSRNDArray):
            found.append((name, sparse_array(value.asscipy()[idx], value.context)))
        else:
            found.append((name, array(value.asnumpy()[idx], value.context)))
    return found


def _slice_along_batch_axis(data: Any, s: slice, batch_axis: int) -> Any:
    """A slice along one axis."""
    return data.slice_axis(axis=batch_axis, begin=s.start, end=s.stop)
