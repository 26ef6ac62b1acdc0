"""Checking optimizers and Gluon blocks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from .. import autograd, random
from ..initializer import Initializer
from ..util import use_np
from ._arrays import rand_ndarray
from ._compare import assert_almost_equal, compare_ndarray_tuple
from ._settings import default_context


def compare_optimizer(
    opt1: Any,
    opt2: Any,
    shape: Any,
    dtype: Any,
    w_stype: str = "default",
    g_stype: str = "default",
    rtol: float = 1e-4,
    atol: float = 1e-5,
    compare_states: bool = True,
    ntensors: int = 1,
) -> None:
    """AssertionError unless two optimizers make the same step on random weights and gradients.

    Args:
        opt1, opt2: the optimizers.
        shape: of the weight; a list of ``ntensors`` shapes lets ``opt2`` update them at once.
        dtype: of the arrays.
        w_stype, g_stype: storage types of what ``opt2`` gets; ``opt1`` gets dense arrays.
        rtol, atol: see `assert_almost_equal`.
        compare_states: compare the optimizers' states, too.
        ntensors: how many weights.
    """
    if isinstance(shape, list):
        _compare_many(opt1, opt2, shape, dtype, rtol, atol, compare_states, ntensors)
        return
    if ntensors != 1:
        raise AssertionError(f"compare_optimizer: ntensors={ntensors} needs a list of shapes")
    weight1, weight2 = _pair(shape, w_stype, dtype, density=1)
    grad1, grad2 = _pair(shape, g_stype, dtype)
    state1, state2 = opt1.create_state_multi_precision(0, weight1), opt2.create_state_multi_precision(0, weight2)
    if compare_states:
        compare_ndarray_tuple(state1, state2)
    opt1.update_multi_precision(0, weight1, grad1, state1)
    opt2.update_multi_precision(0, weight2, grad2, state2)
    if compare_states:
        compare_ndarray_tuple(state1, state2, rtol=rtol, atol=atol)
    assert_almost_equal(weight1, weight2, rtol=rtol, atol=atol)


def _pair(shape: Any, stype: str, dtype: Any, **options: Any) -> tuple[Any, Any]:
    if stype == "default":
        array = random.uniform(shape=shape, ctx=default_context(), dtype=dtype)
        return array.copyto(default_context()), array
    if stype not in ("row_sparse", "csr"):
        raise ValueError(f"compare_optimizer: storage type {stype!r} is not supported")
    array = rand_ndarray(shape, stype, dtype=dtype, **options)
    return array.copyto(default_context()).tostype("default"), array


def _compare_many(
    opt1: Any, opt2: Any, shapes: list[Any], dtype: Any, rtol: float, atol: float, compare_states: bool, count: int
) -> None:
    weights, grads = [], []
    for shape in shapes:
        weights.append(random.uniform(shape=shape, ctx=default_context(), dtype=dtype))
        grads.append(random.uniform(shape=shape, ctx=default_context(), dtype=dtype))
    weights2, grads2 = copy.deepcopy(tuple(weights)), copy.deepcopy(tuple(grads))
    states2 = [opt2.create_state_multi_precision(0, weights2[i]) for i in range(count)]
    opt2.update_multi_precision(list(range(count)), weights2, grads2, states2)
    for i in range(count):
        state = opt1.create_state_multi_precision(i, weights[i])
        opt1.update_multi_precision(i, weights[i], grads[i], state)
        if compare_states:
            compare_ndarray_tuple(state, states2[i], rtol, atol)
        compare_ndarray_tuple(weights[i], weights2[i], rtol, atol)


class _Given(Initializer):
    """Weights by parameter name."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()
        self._values = values

    def _init_weight(self, name: str, arr: Any) -> None:
        arr[()] = self._values[name]


@use_np
def check_gluon_hybridize_consistency(
    net_builder: Callable[..., Any],
    data_l: list[Any],
    numpy_func: Callable[..., Any] | None = None,
    test_grad: bool = True,
    rtol: float = 1e-4,
    atol: float = 1e-4,
) -> None:
    """AssertionError unless a block gives the same results and gradients hybridized or not, recording or not.

    Args:
        net_builder: makes the block; called with ``prefix=``.
        data_l: its inputs.
        numpy_func: the same computation on NumPy arrays, to compare with.
        test_grad: compare gradients of the inputs, too.
        rtol, atol: see `assert_almost_equal`.
    """
    first: Any = None
    first_grads: Any = None
    init: _Given | None = None
    for hybridize in (False, True):
        for recording in (False, True) if test_grad else (False,):
            net = net_builder(prefix="net_")
            net.initialize(*([] if init is None else [init]))
            if hybridize:
                net.hybridize()
            inputs = [array.copy() for array in data_l]
            if recording:
                for array in inputs:
                    array.attach_grad()
                with autograd.record():
                    out = net(*inputs)
                out.backward(out)
            else:
                out = net(*inputs)
            if init is None:
                init = _Given({name: p.data().asnumpy() for name, p in net.collect_params().items()})
            if first is None:
                first = out.asnumpy()
            else:
                assert_almost_equal(out.asnumpy(), first, rtol=rtol, atol=atol)
            if recording:
                grads = [array.grad.asnumpy() for array in inputs]
                first_grads = first_grads or grads
                for found, wanted in zip(grads, first_grads, strict=True):
                    assert_almost_equal(found, wanted, rtol=rtol, atol=atol)
    if numpy_func is not None:
        assert_almost_equal(first, numpy_func(*(array.asnumpy() for array in data_l)), rtol=rtol, atol=atol)
