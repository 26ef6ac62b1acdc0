"""Bad input is refused with the operator, the shapes and the dtypes in the message."""

from __future__ import annotations

import pytest
import torch

from mxcompat._core.errors import MXNetError
from mxcompat.registry.operator import REGISTRY, find

TWO = torch.ones(2)


@pytest.mark.parametrize("name", ["exp", "relu", "cbrt", "sign", "erf", "erfinv", "clip", "_contrib_quadratic"])
def test_bool_is_refused(name):
    extra = (0.0, 1.0) if name == "clip" else ()
    with pytest.raises(MXNetError, match=rf"^{name}: bool.* got data bool \(2,\)"):
        find(name).fn(TWO.bool(), *extra)


@pytest.mark.parametrize("name", ["elemwise_add", "_equal", "_maximum", "_identity_with_attr_like_rhs", "add_n"])
def test_shapes_that_differ_are_refused(name):
    with pytest.raises(MXNetError, match=rf"{name}: .*\(2,\).*\(3,\)"):
        find(name).fn(TWO, torch.ones(3))


def test_integers_divided_by_zero_raise_on_the_cpu():
    with pytest.raises(RuntimeError, match="ZeroDivision"):
        find("broadcast_div").fn(torch.ones(2, dtype=torch.int32), torch.zeros(2, dtype=torch.int32))


def test_remainder_by_zero_is_zero():
    for dtype in (torch.int32, torch.uint8, torch.float32):
        assert find("broadcast_mod").fn(torch.ones(2, dtype=dtype), torch.zeros(2, dtype=dtype)).tolist() == [0, 0]


@pytest.mark.parametrize("name", ["log_softmax", "softmin"])
def test_lengths_are_for_softmax_only(name):
    with pytest.raises(MXNetError, match=f"{name}: use_length"):
        find(name).fn(TWO, -1, None, None, True)


def test_a_definition_never_returns_its_input():
    for name in ("_copy", "BlockGrad", "make_loss", "round", "floor", "relu", "abs", "square", "_contrib_round_ste"):
        for x in (torch.ones(3), torch.ones(3, dtype=torch.int32)):
            result = REGISTRY[name].fn(x)
            assert result.data_ptr() != x.data_ptr(), name
    for dtype in (torch.float32, torch.int32):
        x = torch.ones(3, dtype=dtype)
        assert find("Cast").fn(x, dtype).data_ptr() != x.data_ptr()
        assert find("clip").fn(x, -5.0, 5.0).data_ptr() != x.data_ptr()
        assert find("smooth_l1").fn(x).data_ptr() != x.data_ptr()
        assert find("_contrib_quadratic").fn(x, 0.0, 1.0, 0.0).data_ptr() != x.data_ptr()
