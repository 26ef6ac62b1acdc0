"""Label lists (``.lst``): number, labels, path; separated by tabs.

Source: MXNet 1.9.1 src/io/image_iter_common.h, iter_image_det_recordio.cc.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .._core.errors import MXNetError
from . import _numbers

Label = npt.NDArray[np.float32]


class LabelMap:
    """Labels by the number of the image.

    Args:
        path: the list.
        width: labels of each image; at most 0: all but the last word, which is the path.
    """

    def __init__(self, path: str, width: int) -> None:
        self._path = path
        self._labels: dict[int, Label] = {}
        try:
            with open(path, "rb") as file:
                lines = file.read().replace(b"\r", b"\n").split(b"\n")
        except OSError as error:
            raise MXNetError(f"cannot open '{path}': {error.strerror}") from error
        for place, line in enumerate(lines):
            words = line.split()
            if not words:
                continue
            chosen = words[1 : width + 1] if width > 0 else words[1:-1]
            if not chosen or len(chosen) < width:
                text = line.decode(errors="replace").strip()
                raise MXNetError(
                    f"'{path}' line {place + 1}: not {max(width, 1)} labels between number and path: {text}"
                )
            label = np.array([_numbers.number(word)[0] for word in chosen], np.float32)
            self._labels[_numbers.integer(words[0].lstrip(b"0") or b"0")[0]] = label

    def find(self, number: int) -> Label:
        """The labels of an image."""
        found = self._labels.get(number)
        if found is None:
            raise MXNetError(f"'{self._path}': no line for the image number {number}")
        return found

    @property
    def widest(self) -> int:
        """The largest number of labels."""
        return max((len(label) for label in self._labels.values()), default=0)
