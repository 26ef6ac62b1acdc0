"""``record``, ``pause``, ``train_mode`` and ``predict_mode``."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable
from typing import TypeVar

import torch

from .._core.state import THREAD, set_recording, set_training
from ._history import HISTORY

F = TypeVar("F", bound=Callable[..., object])


class _RecordingStateScope:
    """Sets the recording and training flags of the thread and puts them back. Also a decorator."""

    def __init__(self, is_record: bool | None, train_mode: bool | None) -> None:
        self._enter_is_record = is_record
        self._enter_train_mode = train_mode
        self._previous: list[tuple[bool | None, bool | None, bool, bool]] = []

    def __enter__(self) -> None:
        record, train = self._enter_is_record, self._enter_train_mode
        noting, torch_records = THREAD.noting, False
        if record and not noting and HISTORY.wanted(sys._getframe(1)):
            THREAD.noting, torch_records = True, torch.is_grad_enabled()
            torch.set_grad_enabled(False)
        self._previous.append(
            (
                None if record is None else set_recording(record),
                None if train is None else set_training(train),
                noting,
                torch_records,
            )
        )

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        record, train, noting, torch_records = self._previous.pop()
        if THREAD.noting is not noting:
            THREAD.noting = noting
            torch.set_grad_enabled(torch_records)
        if record is not None:
            set_recording(record)
        if train is not None:
            set_training(train)

    def __call__(self, function: F) -> F:
        @functools.wraps(function)
        def scoped(*args: object, **kwargs: object) -> object:
            with _RecordingStateScope(self._enter_is_record, self._enter_train_mode):
                return function(*args, **kwargs)

        return scoped  # type: ignore[return-value]


def record(train_mode: bool = True) -> _RecordingStateScope:
    """A scope in which operations are recorded for `backward`.

    Args:
        train_mode: whether Dropout and its like behave as in training.
    """
    return _RecordingStateScope(True, train_mode)


def pause(train_mode: bool = False) -> _RecordingStateScope:
    """A scope in which nothing is recorded.

    Args:
        train_mode: whether Dropout and its like behave as in training.
    """
    return _RecordingStateScope(False, train_mode)


def train_mode() -> _RecordingStateScope:
    """A scope in which operators behave as in training; recording stays as it is."""
    return _RecordingStateScope(None, True)


def predict_mode() -> _RecordingStateScope:
    """A scope in which operators behave as in prediction; recording stays as it is."""
    return _RecordingStateScope(None, False)
