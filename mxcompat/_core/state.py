"""Per-thread recording and training flags.

The flags are read once per operator call, so the common answer ("nobody is recording") must be
cheap: ``FLAGS.recorders`` counts the threads that record, and only when it is not zero is the
thread's own flag looked at.
"""

from __future__ import annotations

import threading


class _ThreadState(threading.local):
    recording: bool = False
    training: bool = False
    #: a backward of this library runs, in the mode ``training``; one that torch was asked for has none
    backward: bool = False
    #: Identity of the graphs recorded since this thread's last freeing backward. An array that took
    #: part in a recorded operation as a constant carries it, so that writing to it is refused.
    tape: object = object()
    #: how many variables were marked (or constants noted), and calls noted: MXNet names them by these numbers
    variables: int = 0
    calls: int = 0
    #: whether recorded calls are noted for `autograd.get_symbol`
    noting: bool = False
    np_shape: bool = False
    np_array: bool = False


class _Flags:
    __slots__ = ("recorders",)

    def __init__(self) -> None:
        self.recorders = 0


THREAD = _ThreadState()
FLAGS = _Flags()
_lock = threading.Lock()


def is_recording() -> bool:
    """Whether the calling thread records operations for autograd."""
    return FLAGS.recorders != 0 and THREAD.recording


def is_training() -> bool:
    """Whether operators such as Dropout behave as in training in the calling thread."""
    return THREAD.training


def set_recording(is_recording: bool) -> bool:
    """Switch recording of the calling thread; returns the previous flag."""
    flag = bool(is_recording)
    previous = THREAD.recording
    if previous != flag:
        with _lock:
            FLAGS.recorders += 1 if flag else -1
        THREAD.recording = flag
    return previous


def set_training(train_mode: bool) -> bool:
    """Switch the training flag of the calling thread; returns the previous flag."""
    previous = THREAD.training
    THREAD.training = bool(train_mode)
    return previous
