"""What a long command is doing, on a terminal's error stream; nothing where that is a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def status() -> Iterator[Callable[[str], None]]:
    """A function to say what is being done with."""
    console = Console(stderr=True)
    with console.status("starting") as shown:
        yield lambda text: shown.update(text)
