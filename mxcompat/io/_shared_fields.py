"""Parameters that several native iterators have.

Source: MXNet 1.9.1 src/io/image_iter_common.h.
"""

from __future__ import annotations

from typing import Annotated, Literal

from ..registry.tags import REQUIRED, Range
from ._fields import Field

Count = Annotated[int, Range(0)]
Positive = Annotated[int, Range(1)]
DTypeName = Literal["float32", "float64", "float16", "bfloat16", "int64", "int32", "uint8", "int8"] | None

BATCH = (
    Field("batch_size", Count, REQUIRED, "Instances in a batch."),
    Field("round_batch", bool, True, "Fill up the last batch from the beginning of the data."),
)
PREFETCH = (
    Field("prefetch_buffer", Count, 4, "Batches that are made ahead."),
    Field("ctx", Literal["cpu", "gpu"], "gpu", "What the loader is tuned for; results are the same."),
    Field("dtype", DTypeName, None, "dtype of the data; None: the iterator's own."),
)
PARTS = (
    Field("num_parts", int, 1, "Cut the data into so many parts."),
    Field("part_index", int, 0, "The part to read."),
)
