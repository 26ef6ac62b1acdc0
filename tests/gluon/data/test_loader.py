"""DataLoader in the main process: the short cut gives what the long way gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mxcompat as mx
from mxcompat.gluon.data import ArrayDataset, DataLoader, Dataset, SimpleDataset, _batchify
from mxcompat.gluon.data.dataloader import default_batchify_fn, default_mp_batchify_fn
from mxcompat.gluon.data.vision import transforms as T

X = mx.nd.array(np.arange(30).reshape(10, 3))
IMAGES = mx.nd.array(np.random.default_rng(0).integers(0, 256, (10, 4, 5, 3)), dtype="uint8")
DATASETS = {
    "array": X,
    "vector": mx.nd.arange(10),
    "numpy": np.arange(20, dtype=np.int32).reshape(10, 2),
    "numpy_vector": np.arange(10.0),
    "numpy_fortran": np.asfortranarray(np.arange(20.0).reshape(10, 2)),
    "numpy_every_second": np.arange(20.0)[::2],
    "simple": SimpleDataset(X),
    "pair": ArrayDataset(X, mx.nd.arange(10)),
    "images": ArrayDataset(IMAGES, np.arange(10)),
    "other_context": ArrayDataset(X.as_in_context(mx.cpu(1)), np.arange(10)),
    "to_tensor": ArrayDataset(IMAGES, np.arange(10)).transform_first(T.ToTensor()),
    "to_tensor_alone": SimpleDataset(IMAGES).transform(T.ToTensor()),
    "composed": ArrayDataset(IMAGES, np.arange(10)).transform_first(
        T.Compose([T.ToTensor(), T.Normalize((0.1, 0.2, 0.3), (0.3, 0.2, 0.1)), T.Cast("float64")])
    ),
}


def same(one: Any, other: Any) -> bool:
    """Equal values, shapes, dtypes, contexts and containers."""
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return bool(
        type(one) is type(other)
        and (one.shape, one.dtype, one.context) == (other.shape, other.dtype, other.context)
        and (one.asnumpy() == other.asnumpy()).all()
    )


@pytest.mark.parametrize(
    "indices", [[0], [3, 1, 1], [9, 0, 5, 2], [-1, 0, -10], [np.int64(4), 2], np.array([2, 0])], ids=str
)
@pytest.mark.parametrize("function", [default_batchify_fn, default_mp_batchify_fn])
@pytest.mark.parametrize("name", DATASETS)
def test_short_cut_equals_the_long_way(name: str, function: Any, indices: Any) -> None:
    dataset = DATASETS[name]
    picked = _batchify._picked(dataset, indices, function is default_mp_batchify_fn)
    assert picked is not None
    assert same(picked, function([dataset[i] for i in indices]))


class Doubled(ArrayDataset):
    """A dataset that looks like arrays and is not."""

    def __getitem__(self, idx: Any) -> Any:
        return super().__getitem__(idx) * 2


class Subclass(T.ToTensor):
    """A transform that is not known to treat a batch like its images."""


def watched() -> Any:
    transform = T.ToTensor()
    transform.register_forward_hook(lambda block, inputs, output: None)
    return transform


@pytest.mark.parametrize(
    "dataset",
    [
        Doubled(X),
        ArrayDataset(X, list(range(10))),
        [1, 2, 3],
        SimpleDataset([X, X]),
        np.array(["a", "b"]),
        np.arange(3, dtype=np.int16),
        np.arange(3).astype(">i4"),
        mx.nd.ones((3, 2)).tostype("csr"),
        SimpleDataset(IMAGES).transform(lambda image: image),
        SimpleDataset(IMAGES).transform(Subclass()),
        SimpleDataset(IMAGES).transform(watched()),
        SimpleDataset(IMAGES).transform(T.RandomFlipLeftRight()),
        SimpleDataset(IMAGES).transform(T.Compose([T.ToTensor(), T.RandomFlipLeftRight()])),
        SimpleDataset(IMAGES).transform(T.Compose([])),
        SimpleDataset(IMAGES.asnumpy()).transform(T.ToTensor()),
        ArrayDataset(IMAGES, np.arange(10)).transform(T.ToTensor()),
        SimpleDataset(X).transform(T.ToTensor()),
    ],
    ids=lambda dataset: type(dataset).__name__,
)
def test_no_short_cut(dataset: Any) -> None:
    assert _batchify._picked(dataset, [0, 1], False) is None


@pytest.mark.parametrize("indices", [[], [10], [-11], [0.5], [True, False], [[0], [1]], [slice(2)]], ids=str)
def test_unusual_indices_take_the_long_way(indices: Any) -> None:
    assert _batchify._picked(X, indices, False) is None


def test_recording_takes_the_long_way() -> None:
    with mx.autograd.record():
        assert _batchify._picked(X, [0, 1], False) is None


def test_a_complaint_is_about_a_sample() -> None:
    tensors = mx.nd.zeros((4, 3, 2, 2))
    loader = DataLoader(SimpleDataset(tensors).transform(T.Normalize((1, 2), 1)), 2)
    with pytest.raises(mx.MXNetError, match=r"\(3, 2, 2\)"):
        next(iter(loader))


def test_a_batch_shares_no_memory_with_the_dataset() -> None:
    values = np.arange(6.0)
    for batch in DataLoader(values, 6):
        batch[:] = 0
    assert values.tolist() == [0, 1, 2, 3, 4, 5]


def test_samples_of_unequal_shapes_are_named() -> None:
    with pytest.raises(KeyError, match=r"equal shapes, got \[\(2,\), \(3,\)\]"):
        default_batchify_fn([np.ones(2), np.ones(3)])


def test_one_pass_asks_for_each_sample_once() -> None:
    asked: list[int] = []

    class Asked(Dataset):
        def __len__(self) -> int:
            return 5

        def __getitem__(self, idx: int) -> int:
            asked.append(idx)
            return idx

    assert [batch.asnumpy().tolist() for batch in DataLoader(Asked(), 2)] == [[0, 1], [2, 3], [4]]
    assert asked == [0, 1, 2, 3, 4]
