"""What can go wrong."""

from __future__ import annotations

from collections.abc import Sequence


class ConvertError(Exception):
    """A network that cannot be converted as asked; the message says why, and nothing has been written."""


class Gap(Exception):
    """Raised by a rule: this node has no exact counterpart in torch; the message says what of it."""


class GapsError(ConvertError):
    """Nodes that have no counterpart: all of them.

    Attributes:
        gaps: per operator and reason, the names of its nodes.
    """

    def __init__(self, gaps: dict[tuple[str, str], list[str]], nodes: int) -> None:
        self.gaps = gaps
        count = sum(map(len, gaps.values()))
        lines = [f"{count} of {nodes} nodes have no counterpart in torch:"]
        for (operator, reason), names in gaps.items():
            lines.append(f"  {operator} ({len(names)}x: {few(names)}): {reason}")
        super().__init__("\n".join(lines))


def few(names: Sequence[str], most: int = 3) -> str:
    """The first names of a list, and how many follow."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
