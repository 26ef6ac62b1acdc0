"""Properties of the indexing operators that recorded results cannot show."""

import pytest
import torch

from mxcompat import autograd, nd
from mxcompat.base import MXNetError
from mxcompat.ops.indexing._indices import IndexOutOfRange, c_number
from mxcompat.registry.operator import find


def test_index_error_is_also_an_mxnet_error():
    with pytest.raises(IndexError, match="gather_nd: index 4 is out of bounds for axis 0 with size 4") as caught:
        nd.gather_nd(nd.ones((4, 3)), nd.array([[0, 4]]))
    assert isinstance(caught.value, MXNetError) and isinstance(caught.value, IndexOutOfRange)


@pytest.mark.parametrize("indices", [[[4]], [[-5]], [[0, 1], [0, 3]], [[0, 1], [-4, 0]]])
def test_scatter_outside_is_refused(indices):
    rows = len(indices)
    data = nd.ones((len(indices[0]), 3) if rows == 1 else (len(indices[0]),))
    with pytest.raises(IndexOutOfRange, match="scatter_nd"):
        nd.scatter_nd(data, nd.array(indices), shape=(4, 3))


def test_scatter_counts_negative_positions_from_the_end():
    assert nd.scatter_nd(nd.array([7.0]), nd.array([[-1]]), shape=(3,)).asnumpy().tolist() == [0, 0, 7]


def test_gradient_of_negative_positions():
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with autograd.record():
        y = nd.gather_nd(x, nd.array([[-1, -1, 0]], dtype="int32"))
    y.backward()
    assert x.grad.asnumpy().tolist() == [1.0, 0.0, 2.0]


def test_index_copy_outside_is_refused():
    with pytest.raises(MXNetError, match=r"index_copy: index_vector must be in \[0, 4\)"):
        nd.contrib.index_copy(nd.ones((4, 3)), nd.array([4]), nd.ones((1, 3)))


@pytest.mark.parametrize("lengths", [[9, 2], [-3, 2]])
@pytest.mark.parametrize("name", ["SequenceMask", "SequenceLast", "SequenceReverse"])
def test_lengths_outside_count_as_the_nearer_end(name, lengths):
    data = nd.array([[1, 2], [3, 4], [5, 6]])
    near = [min(max(n, 1 if name == "SequenceLast" else 0), 3) for n in lengths]
    operator = getattr(nd, name)
    given = operator(data, nd.array(lengths), use_sequence_length=True)
    assert given.asnumpy().tolist() == operator(data, nd.array(near), use_sequence_length=True).asnumpy().tolist()


def test_last_without_lengths_has_a_gradient():
    x = nd.array([[1.0, 2.0], [3.0, 4.0]])
    x.attach_grad()
    with autograd.record():
        y = nd.SequenceLast(x)
    y.backward()
    assert x.grad.asnumpy().tolist() == [[0, 0], [1, 1]]


def test_batch_take_of_a_cube_is_pick():
    x = nd.array([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]])
    index = nd.array([[0, 2], [1, 1]], dtype="int32")
    assert nd.batch_take(x, index).asnumpy().tolist() == nd.pick(x, index).asnumpy().tolist()


def test_index_array_of_a_missing_axis():
    with pytest.raises(MXNetError, match="index_array: axes=2"):
        nd.contrib.index_array(nd.ones((2, 3)), axes=(2,))


@pytest.mark.parametrize(
    ("name", "inputs", "values", "shape"),
    [
        ("take", [(4, 3), (5,)], (1, "raise"), (4, 5)),
        ("pick", [(4, 3), (4,)], (-1, True, "clip"), (4, 1)),
        ("gather_nd", [(4, 3), (1, 5)], (), (5, 3)),
        ("scatter_nd", [(5, 3), (1, 5)], ((4, 3),), (4, 3)),
        ("one_hot", [(4,)], (7, 1.0, 0.0, torch.float32), (4, 7)),
        ("Embedding", [(2, 5), (4, 3)], (4, 3, torch.float32, False), (2, 5, 3)),
        ("where", [(4,), (4, 3), (4, 3)], (), (4, 3)),
        ("SequenceMask", [(4, 3), (3,)], (True, 0.0, 0), (4, 3)),
        ("SequenceLast", [(4, 3, 2), (3,)], (True, 0), (3, 2)),
        ("_unravel_index", [(5,)], ((4, 3),), (2, 5)),
        ("_contrib_index_copy", [(4, 3), (2,), (2, 3)], (), (4, 3)),
    ],
)
def test_shapes_without_data(name, inputs, values, shape):
    tensors = [torch.empty(s, device="meta") for s in inputs]
    assert tuple(find(name).call(tensors, values).shape) == shape


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (7.9, torch.int32, 7),
        (-7.9, torch.int8, -7),
        (300, torch.uint8, 44),
        (-1, torch.uint8, 255),
        (200, torch.int8, -56),
        (2.0**31, torch.int32, -(2**31)),
        (float("nan"), torch.int64, -(2**63)),
        (0.5, torch.bool, True),
        (1e300, torch.float32, float("inf")),
        (-1e6, torch.float16, -float("inf")),
        (0.1, torch.float64, 0.1),
    ],
)
def test_numbers_convert_as_in_c(value, dtype, expected):
    assert c_number(value, dtype) == expected
