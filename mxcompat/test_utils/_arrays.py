"""Random and regular data. Draws come from NumPy's global generator, in MXNet's order, so that seeds repeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.random as rnd

from .. import nd
from ..nd import NDArray
from ._settings import default_context, default_dtype


def random_arrays(*shapes: tuple[int, ...]) -> Any:
    """Standard normal NumPy arrays of the default dtype: a list, or the array itself if there is one shape."""
    arrays = [np.asarray(rnd.randn(*shape), dtype=default_dtype()) for shape in shapes]
    return arrays[0] if len(arrays) == 1 else arrays


def random_uniform_arrays(*shapes: tuple[int, ...], **kwargs: Any) -> list[Any]:
    """A list of uniform NumPy arrays.

    Args:
        low, high: bounds, 0 and 1 by default.
        dtype: the default one by default.
    """
    low, high = kwargs.pop("low", 0.0), kwargs.pop("high", 1.0)
    dtype = kwargs.pop("dtype", default_dtype())
    if kwargs:
        raise TypeError(f"Got unexpected argument/s : {', '.join(kwargs)}")
    return [np.asarray(rnd.uniform(low, high, size=shape)).astype(dtype) for shape in shapes]


def random_sample(population: Any, k: int) -> Any:
    """``k`` different elements of a sequence, in random order. AssertionError if there are fewer."""
    if not 0 <= k <= len(population):
        raise AssertionError(f"random_sample: k={k} of {len(population)} elements")
    shuffled = population[:]
    rnd.shuffle(shuffled)
    return shuffled[:k]


def rand_shape_2d(dim0: int = 10, dim1: int = 10, allow_zero_size: bool = False) -> tuple[int, ...]:
    """A random shape of two axes, each up to the given length."""
    return _shape((dim0, dim1), allow_zero_size)


def rand_shape_3d(dim0: int = 10, dim1: int = 10, dim2: int = 10, allow_zero_size: bool = False) -> tuple[int, ...]:
    """A random shape of three axes, each up to the given length."""
    return _shape((dim0, dim1, dim2), allow_zero_size)


def _shape(limits: tuple[int, ...], allow_zero_size: bool) -> tuple[int, ...]:
    return tuple(int(rnd.randint(0 if allow_zero_size else 1, limit + 1)) for limit in limits)


def rand_shape_nd(num_dim: int, dim: int = 10, allow_zero_size: bool = False) -> tuple[int, ...]:
    """A random shape of some axes, each up to the given length."""
    return tuple(int(n) for n in rnd.randint(0 if allow_zero_size else 1, dim + 1, size=num_dim))


def rand_coord_2d(x_low: int, x_high: int, y_low: int, y_high: int) -> tuple[Any, Any]:
    """A random point: an int64 from [x_low, x_high) and one from [y_low, y_high)."""
    x = rnd.randint(x_low, x_high, dtype=np.int64)
    return x, rnd.randint(y_low, y_high, dtype=np.int64)


def create_2d_tensor(rows: int, columns: int, dtype: Any = np.int64) -> NDArray:
    """A matrix whose rows hold their number."""
    column = nd.arange(0, rows, dtype=dtype).reshape((rows, 1))
    return nd.broadcast_to(column, shape=(rows, columns))


def create_vector(size: int, dtype: Any = np.int64) -> NDArray:
    """The numbers 0, 1, ..., size - 1."""
    return nd.arange(0, size, dtype=dtype)


def get_identity_mat(size: int) -> NDArray:
    """An identity matrix."""
    return nd.array(np.eye(size))


def get_identity_mat_batch(size: int) -> NDArray:
    """Two identity matrices."""
    return nd.array(np.stack([np.eye(size)] * 2))


def assign_each(the_input: Any, function: Callable[[Any], Any] | None) -> Any:
    """A float64 NumPy array of a function's values at each entry; a copy if there is no function."""
    if function is None:
        return np.array(the_input)
    return np.array([function(x) for x in np.asarray(the_input).ravel()], dtype=float).reshape(the_input.shape)


def assign_each2(input1: Any, input2: Any, function: Callable[[Any, Any], Any] | None) -> Any:
    """The same for a function of two arrays' entries; a copy of the first if there is no function."""
    if function is None:
        return np.array(input1)
    if input1.shape != input2.shape:
        raise AssertionError(f"assign_each2: shapes {input1.shape} and {input2.shape} differ")
    pairs = zip(np.asarray(input1).ravel(), np.asarray(input2).ravel(), strict=True)
    return np.array([function(x, y) for x, y in pairs], dtype=float).reshape(input1.shape)


# ------------------------------------------------------------------------------------------- sparse arrays


def rand_ndarray(
    shape: tuple[int, ...],
    stype: str = "default",
    density: float | None = None,
    dtype: Any = None,
    modifier_func: Callable[[Any], Any] | None = None,
    shuffle_csr_indices: bool = False,
    distribution: str | None = None,
    ctx: Any = None,
) -> Any:
    """A random array of any storage type: standard normal if dense; see `rand_sparse_ndarray` for the others."""
    ctx = ctx or default_context()
    if stype == "default":
        return nd.array(random_arrays(shape), dtype=dtype, ctx=ctx)
    return rand_sparse_ndarray(
        shape,
        stype,
        density=density,
        dtype=dtype,
        distribution=distribution,
        modifier_func=modifier_func,
        shuffle_csr_indices=shuffle_csr_indices,
        ctx=ctx,
    )[0]


def rand_sparse_ndarray(
    shape: tuple[int, ...],
    stype: str,
    density: float | None = None,
    dtype: Any = None,
    distribution: str | None = None,
    data_init: float | None = None,
    rsp_indices: Any = None,
    modifier_func: Callable[[Any], Any] | None = None,
    shuffle_csr_indices: bool = False,
    ctx: Any = None,
) -> tuple[Any, tuple[Any, ...]]:
    """A random sparse array.

    Args:
        shape: its shape.
        stype: ``"csr"`` or ``"row_sparse"``.
        density: share of stored entries (csr) or rows; random if None.
        dtype: the default one if None.
        distribution: ``"uniform"``; for csr also ``"powerlaw"`` (few long rows, many short ones).
        data_init: all stored entries have this value.
        rsp_indices: the stored rows, instead of random ones.
        modifier_func: applied to each stored entry (row_sparse).
        shuffle_csr_indices: store the columns of each row in random order.
        ctx: the context; the default one if None.

    Returns:
        the array, and its parts: (values, rows), or (indptr, columns, values).

    Raises:
        AssertionError, ValueError: an illegal combination.
    """
    ctx = ctx or default_context()
    density = rnd.rand() if density is None else density
    dtype = default_dtype() if dtype is None else dtype
    distribution = "uniform" if distribution is None else distribution
    if stype == "row_sparse":
        if distribution != "uniform":
            raise AssertionError(f"Distribution {distribution} not supported for row_sparse")
        return _random_rows(shape, density, dtype, data_init, rsp_indices, modifier_func, ctx)
    if stype != "csr":
        raise AssertionError(f"unknown storage type {stype!r}: legal are 'csr' and 'row_sparse'")
    if len(shape) != 2:
        raise AssertionError(f"rand_sparse_ndarray: a csr array has two axes, got shape {shape}")
    if distribution == "uniform":
        made = _uniform_csr(shape, density, dtype, data_init, shuffle_csr_indices)
    elif distribution == "powerlaw":
        made = _powerlaw_csr(shape, density, dtype)
    else:
        raise AssertionError(f"Distribution not supported: {distribution}")
    csr = made.as_in_context(ctx)
    return csr, (csr.indptr, csr.indices, csr.data)


def _random_rows(
    shape: tuple[int, ...], density: float, dtype: Any, data_init: Any, rsp_indices: Any, modifier_func: Any, ctx: Any
) -> tuple[Any, tuple[Any, ...]]:
    if rsp_indices is None:
        rows = np.flatnonzero(rnd.rand(shape[0]) < density)
    else:
        rows = np.asarray(rsp_indices)
        if len(rows) > shape[0]:
            raise AssertionError(f"rand_sparse_ndarray: {len(rows)} rsp_indices for {shape[0]} rows")
    if rows.shape[0] == 0:
        empty = nd.zeros(shape, stype="row_sparse", dtype=dtype, ctx=ctx)
        return empty, (np.array([], dtype=dtype), np.array([]))
    values = rnd.rand(rows.shape[0], *shape[1:]).astype(dtype)
    if data_init is not None:
        values.fill(data_init)
    if modifier_func is not None:
        values = assign_each(values, modifier_func)
    return nd.sparse.row_sparse_array((values, rows), shape=shape, dtype=dtype, ctx=ctx), (values, rows)


def _check_density(shape: tuple[int, ...], density: float) -> None:
    if not 0 <= density <= 1:
        raise ValueError(f"density has to be between 0 and 1, got {density}")
    if min(shape) <= 0:
        raise ValueError(f"shape={shape} must have at least one row and one column")


def _uniform_csr(shape: tuple[int, ...], density: float, dtype: Any, data_init: Any, shuffle: bool) -> Any:
    """Entries at random places, drawn as SciPy's ``sparse.rand`` of MXNet's time did: the places down the columns."""
    _check_density(shape, density)
    rows, columns = shape
    places = rnd.choice(rows * columns, size=round(density * rows * columns), replace=False)
    kind = np.dtype(dtype)
    if np.issubdtype(kind, np.integer):
        values = rnd.randint(np.iinfo(kind).min, np.iinfo(kind).max, len(places), dtype=kind)
    else:
        values = rnd.uniform(size=len(places)).astype(kind)
    column, row = np.divmod(places, rows)
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))])
    csr = _Csr(values[order], column[order], starts)
    if data_init is not None:
        csr.data.fill(data_init)
    if shuffle:
        shuffle_csr_column_indices(csr)
    return nd.sparse.csr_matrix(csr, shape=shape, dtype=dtype)


class _Csr(NamedTuple):
    data: Any
    indices: Any
    indptr: Any


def shuffle_csr_column_indices(csr: Any) -> None:
    """Put the columns of each row of a csr matrix in random order."""
    for start, end in zip(csr.indptr[:-1], csr.indptr[1:], strict=True):
        columns = np.array(csr.indices[start:end])
        rnd.shuffle(columns)
        csr.indices[start:end] = columns


def _powerlaw_csr(shape: tuple[int, ...], density: float, dtype: Any) -> Any:
    """The first column is full; then row i gets entries in up to 2**(i+1) columns, until all are used."""
    _check_density(shape, density)
    rows, columns = shape
    left = int(rows * columns * density)
    if left < 2 * rows:
        raise ValueError(
            f"density={density} of shape {shape} gives {left} entries; a power law needs two in every row, "
            f"{2 * rows} here"
        )
    values = np.zeros(shape, dtype=dtype)
    for row in range(rows):
        values[row, 0] = 1 + rnd.uniform(0.001, 2)
        left -= 1
    reach = 2
    for row in range(rows):
        width = min(columns, reach)
        if width == columns and left > width:
            values[row] = 1 + rnd.uniform(0.001, 2)
            left -= width - 1
            continue
        for column in range(1, width):
            values[row, column] = 1 + rnd.uniform(0.001, 2)
            left -= 1
            if left <= 0:
                return nd.array(values).tostype("csr")
        reach *= 2
    if left > 0:
        raise ValueError(f"density={density} of shape {shape} leaves {left} entries without a place; lower it")
    return nd.array(values).tostype("csr")


def create_sparse_array(
    shape: tuple[int, ...],
    stype: str,
    data_init: float | None = None,
    rsp_indices: Any = None,
    dtype: Any = None,
    modifier_func: Callable[[Any], Any] | None = None,
    density: float = 0.5,
    shuffle_csr_indices: bool = False,
) -> Any:
    """A random sparse array; see `rand_sparse_ndarray`. AssertionError for another storage type."""
    if stype not in ("csr", "row_sparse"):
        raise AssertionError(f"Unknown storage type: {stype}")
    options: dict[str, Any] = {"density": density, "data_init": data_init, "dtype": dtype}
    if stype == "row_sparse":
        options["rsp_indices"] = None if rsp_indices is None else np.sort(np.asarray(rsp_indices))
        options["modifier_func"] = modifier_func
    else:
        options["modifier_func"] = modifier_func
        options["shuffle_csr_indices"] = shuffle_csr_indices
    return rand_sparse_ndarray(shape, stype, **options)[0]


def create_sparse_array_zd(
    shape: tuple[int, ...],
    stype: str,
    density: float,
    data_init: float | None = None,
    rsp_indices: Any = None,
    dtype: Any = None,
    modifier_func: Callable[[Any], Any] | None = None,
    shuffle_csr_indices: bool = False,
) -> Any:
    """`create_sparse_array`, where a row_sparse array has no rows but those of ``rsp_indices``."""
    if stype == "row_sparse":
        density = 0.0
        if rsp_indices is not None and len(rsp_indices) > shape[0]:
            raise AssertionError(f"create_sparse_array_zd: {len(rsp_indices)} rsp_indices for {shape[0]} rows")
    return create_sparse_array(
        shape,
        stype,
        data_init=data_init,
        rsp_indices=rsp_indices,
        dtype=dtype,
        modifier_func=modifier_func,
        density=density,
        shuffle_csr_indices=shuffle_csr_indices,
    )


# ------------------------------------------------------------------------------------------- matrices


def new_matrix_with_real_eigvals_2d(n: int) -> Any:
    """A well conditioned random matrix with real eigenvalues between -10 and 10."""
    while True:
        scales = np.diag(rnd.uniform(-1.0, 1.0, n))
        direction = rnd.uniform(-1.0, 1.0, n).reshape(n, 1)
        direction /= np.linalg.norm(direction, axis=-2, keepdims=True)
        basis = (np.eye(n) - 2 * direction @ direction.T) @ scales
        if np.linalg.cond(basis, 2) < 3:
            break
    eigenvalues = np.diag(rnd.uniform(-10.0, 10.0, n))
    return np.linalg.inv(basis) @ eigenvalues @ basis


def new_matrix_with_real_eigvals_nd(shape: tuple[int, ...]) -> Any:
    """Many of `new_matrix_with_real_eigvals_2d`."""
    return _many(new_matrix_with_real_eigvals_2d, shape)


def new_orthonormal_matrix_2d(n: int) -> Any:
    """A random orthonormal matrix."""
    x = rnd.randn(n, n)
    return np.linalg.qr(x.T @ x)[0]


def new_sym_matrix_with_real_eigvals_2d(n: int) -> Any:
    """A random symmetric matrix with eigenvalues between -10 and 10."""
    basis = new_orthonormal_matrix_2d(n)
    return basis.T @ np.diag(rnd.uniform(-10.0, 10.0, n)) @ basis


def new_sym_matrix_with_real_eigvals_nd(shape: tuple[int, ...]) -> Any:
    """Many of `new_sym_matrix_with_real_eigvals_2d`."""
    return _many(new_sym_matrix_with_real_eigvals_2d, shape)


def _many(make: Callable[[int], Any], shape: tuple[int, ...]) -> Any:
    count = int(np.prod(shape[:-2])) if len(shape) > 2 else 1
    return np.array([make(shape[-1]) for _ in range(count)]).reshape(shape)
