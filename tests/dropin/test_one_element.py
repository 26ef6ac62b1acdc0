"""Arrays of one element are numbers while the drop-in is active."""

from __future__ import annotations

import math
import operator
import pickle
from collections.abc import Iterator

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.dropin._one_element import SWITCH


@pytest.fixture
def old_numpy() -> Iterator[None]:
    SWITCH.on = True
    yield
    SWITCH.on = False


def test_without_the_drop_in_numpy_is_as_it_is() -> None:
    assert type(mx.nd.ones(1).asnumpy()) is np.ndarray


@pytest.mark.usefixtures("old_numpy")
def test_one_element_converts() -> None:
    array = (mx.nd.ones(1) * 2.5).asnumpy()
    assert operator.mod("%f %d", (array, array)) == "2.500000 2"
    assert float(array) == 2.5 and int(array) == 2 and complex(array) == 2.5 and round(array) == 2
    assert math.sqrt(array * 10) == 5.0
    assert operator.mod("%.1f", array / 2) == "1.2"
    assert operator.mod("%f", mx.nd.ones((1, 1)).asnumpy()) == "1.000000"


@pytest.mark.usefixtures("old_numpy")
def test_it_looks_like_an_array() -> None:
    array = mx.nd.ones(1).asnumpy()
    assert isinstance(array, np.ndarray)
    assert repr(array) == "array([1.], dtype=float32)"
    assert str(type(array)) == "<class 'numpy.ndarray'>"
    assert type(pickle.loads(pickle.dumps(array))) is np.ndarray


@pytest.mark.usefixtures("old_numpy")
def test_other_arrays_are_plain() -> None:
    assert type(mx.nd.ones(2).asnumpy()) is np.ndarray
    with pytest.raises(TypeError):
        float(mx.nd.ones(2).asnumpy())


@pytest.mark.usefixtures("old_numpy")
def test_more_elements_computed_from_one_do_not_convert() -> None:
    with pytest.raises(TypeError):
        float(mx.nd.ones(1).asnumpy() + np.ones(2))


@pytest.mark.usefixtures("old_numpy")
def test_numbers_compute_as_in_numpy_1() -> None:
    number = mx.nd.array([0.1]).asscalar()
    assert isinstance(number, np.float32) and str(type(number)) == "<class 'numpy.float32'>"
    for result in (0.9 * number, number * 2, number / 3, 1 - number, number**2, number + np.int64(1)):
        assert type(result) is np.float64
    assert type(number + number) is np.float32 and type(number + True) is np.float32
    assert type(-number) is np.float32
    assert number != 0.1 and number > 0.1 and number == np.float32(0.1)
    assert hash(number) == hash(np.float32(0.1))
    assert (number + np.ones(2, "float32")).dtype == np.float32
    assert type(pickle.loads(pickle.dumps(number))) is np.float32
    assert type(0.5 * mx.nd.array([0.1]).asnumpy()[0]) is np.float64


def test_without_the_drop_in_numbers_are_numpys() -> None:
    assert type(mx.nd.ones(1).asscalar()) is np.float32


@pytest.mark.usefixtures("old_numpy")
@pytest.mark.parametrize("shape", [(1,), (1, 1)])
def test_reductions_give_numbers(shape: tuple[int, ...]) -> None:
    array = (mx.nd.ones(shape) * 1.5).asnumpy()
    for result in (array.mean(), array.sum(), array.max(), np.mean(array), np.median(array), array.ravel().sum(axis=0)):
        assert isinstance(result, np.float32) and result == 1.5 and hash(result) == hash(1.5)
    assert isinstance(array.all(), (bool, np.bool_))
    kept = array.sum(axis=0, keepdims=True)
    assert kept.shape == shape and float(kept) == 1.5
    assert type(float(array + 1)) is float and (array + 1).shape == shape


@pytest.mark.usefixtures("old_numpy")
def test_a_metric_of_single_numbers_is_a_number() -> None:
    metric = mx.metric.MSE()
    metric.update([mx.nd.array([1.0])], [mx.nd.array([1.5])])
    assert metric.get() == ("mse", 0.25) and type(metric.get()[1]) is float
