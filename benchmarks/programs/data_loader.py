"""An epoch of a DataLoader over 4,096 images that are cropped, flipped and normalized: in the process, in two workers.

The torch twin does the same steps with torch's own operations on its own DataLoader.
"""

from typing import Any, Dict

import numpy as np

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"
COUNT, SIDE, BATCH = 4096, 64, 128


def _images() -> Any:
    return np.random.RandomState(1).randint(0, 256, (COUNT, SIDE, SIDE, 3), dtype=np.uint8)


def with_mxnet(mx: Any) -> Calls:
    data, transforms = mx.gluon.data, mx.gluon.data.vision.transforms
    images, labels = mx.nd.array(_images(), dtype="uint8"), np.arange(COUNT, dtype=np.int32)
    steps = transforms.Compose(
        [
            transforms.CenterCrop(56),
            transforms.RandomFlipLeftRight(),
            transforms.ToTensor(),
            transforms.Normalize(0.13, 0.31),
        ]
    )
    dataset = data.ArrayDataset(images, labels).transform_first(steps)
    calls: Calls = {}
    for workers in (0, 2):
        loader = data.DataLoader(dataset, batch_size=BATCH, shuffle=True, num_workers=workers)

        def epoch(loader: Any = loader) -> None:
            for _ in loader:
                pass

        calls[f"{workers} workers"] = epoch
    return calls


class Images:
    """The same images and steps for torch; at the top of the module, so that workers can be started with it."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        self.images = torch.from_numpy(_images())

    def __len__(self) -> int:
        return COUNT

    def __getitem__(self, i: int) -> Any:
        image = self.images[i, 4:60, 4:60]
        if self.torch.rand(()) < 0.5:
            image = image.flip(1)
        return (image.permute(2, 0, 1).float() / 255 - 0.13) / 0.31, i


def with_torch(torch: Any) -> Calls:
    calls: Calls = {}
    for workers in (0, 2):
        loader = torch.utils.data.DataLoader(Images(torch), batch_size=BATCH, shuffle=True, num_workers=workers)

        def epoch(loader: Any = loader) -> None:
            for _ in loader:
                pass

        calls[f"{workers} workers"] = epoch
    return calls


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    calls = contender.calls(with_mxnet, with_torch)
    few = Effort(blocks=min(effort.blocks, 3), block_seconds=0.0, quick=effort.quick)
    return time_calls(calls, contender.wait, few)
