"""Attribute values: what is accepted, how text is read, how a refusal is worded."""

from typing import Annotated, Literal

import numpy as np
import pytest
import torch

from mxcompat._core.context import Context, cpu
from mxcompat.registry.tags import Illegal, Range, tag_of

LEGAL = [
    (int, 3, 3),
    (int, "3", 3),
    (int, np.int64(3), 3),
    (int, "-2L", -2),
    (float, 2, 2.0),
    (float, "1e-3", 1e-3),
    (float, np.float32(0.5), 0.5),
    (bool, True, True),
    (bool, 1, True),
    (bool, "False", False),
    (bool, "0", False),
    (str, "word", "word"),
    (tuple[int, ...], (2, 3), (2, 3)),
    (tuple[int, ...], [2, 3], (2, 3)),
    (tuple[int, ...], 2, (2,)),
    (tuple[int, ...], "(2, 3)", (2, 3)),
    (tuple[int, ...], "[2,3,]", (2, 3)),
    (tuple[int, ...], "()", ()),
    (tuple[int, ...], np.array([4, 5]), (4, 5)),
    (tuple[int | None, ...], (None, 2), (None, 2)),
    (tuple[int | None, ...], "(None, 2)", (None, 2)),
    (tuple[float, ...], "(0.1, 2)", (0.1, 2.0)),
    (int | None, None, None),
    (int | None, "None", None),
    (int | None, "4", 4),
    (Literal["clip", "wrap"], "wrap", "wrap"),
    (Literal["a", "b"] | None, "None", None),
    (torch.dtype, "float16", torch.float16),
    (torch.dtype, np.int32, torch.int32),
    (torch.dtype, np.dtype("uint8"), torch.uint8),
    (Annotated[torch.dtype, "float32", "float64"], "float64", torch.float64),
    (Annotated[int, Range(1, None)], 1, 1),
    (Context, "cpu(0)", cpu()),
]


@pytest.mark.parametrize(("annotation", "raw", "expected"), LEGAL, ids=lambda v: str(v))
def test_legal_values_are_converted(annotation, raw, expected):
    found = tag_of(annotation).convert(raw)
    assert found == expected
    assert type(found) is type(expected)


ILLEGAL = [
    (int, 1.0),
    (int, "1.0"),
    (int, True),
    (int, None),
    (float, "x"),
    (float, True),
    (bool, "yes"),
    (bool, None),
    (tuple[int, ...], "a"),
    (tuple[int, ...], (1.5,)),
    (tuple[int, ...], True),
    (Literal["clip", "wrap"], "no"),
    (Annotated[torch.dtype, "float32"], "int32"),
    (Annotated[int, Range(1, None)], 0),
    (Annotated[float, Range(None, 1)], 1.5),
]


@pytest.mark.parametrize(("annotation", "raw"), ILLEGAL, ids=lambda v: str(v))
def test_illegal_values_are_refused(annotation, raw):
    with pytest.raises(Illegal):
        tag_of(annotation).convert(raw)


@pytest.mark.parametrize("annotation", [list, dict[str, int], int | str, "int", Annotated[int, "x"], None])
def test_an_unknown_annotation_is_an_error(annotation):
    with pytest.raises(TypeError, match="annotated"):
        tag_of(annotation)
