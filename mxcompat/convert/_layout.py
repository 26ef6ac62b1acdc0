"""Long lines of Python broken where a formatter would break them."""

from __future__ import annotations

WIDTH = 100
#: calls whose arguments are blocks
_ONE_A_LINE = ("nn.Sequential", "super().__init__")
_OPEN, _CLOSE = "([{", ")]}"


def laid_out(text: str, indent: int) -> list[str]:
    """One statement, on several lines if it is long: the arguments of the outermost call on one line, or one each."""
    pad = " " * indent
    if len(pad + text) <= WIDTH:
        return [pad + text]
    span = _outermost(text)
    if span is None:
        return [pad + text]
    start, end = span
    inner = text[start + 1 : end]
    parts = split(inner)
    # brackets that only hold an expression together must not become a tuple
    grouping = len(parts) == 1 and text[start] == "(" and not inner.endswith(",") and not _is_call(text, start)
    lines = [pad + text[: start + 1]]
    if len(pad) + 4 + len(inner) <= WIDTH and not grouping and not text[:start].endswith(_ONE_A_LINE):
        return [*lines, f"{pad}    {inner}", pad + text[end:]]
    for part in parts:
        broken = laid_out(part, indent + 4)
        lines += broken if grouping else _with_comma(broken)
    return [*lines, pad + text[end:]]


def _is_call(text: str, start: int) -> bool:
    """Whether a bracket follows the name of what is called."""
    return start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_)]")


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1] + ","]


def _outermost(text: str) -> tuple[int, int] | None:
    """The longest bracket of the first level that is not empty."""
    best: tuple[int, int] | None = None
    depth, start = 0, 0
    for i, kind in _brackets(text):
        if kind in _OPEN:
            if depth == 0:
                start = i
            depth += 1
        elif kind in _CLOSE:
            depth -= 1
            if depth == 0 and i > start + 1 and (best is None or i - start > best[1] - best[0]):
                best = start, i
    return best


def split(text: str) -> list[str]:
    """The parts between the commas of the first level."""
    parts, depth, start = [], 0, 0
    for i, kind in _brackets(text, ","):
        if kind in _OPEN:
            depth += 1
        elif kind in _CLOSE:
            depth -= 1
        elif depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    last = text[start:].strip()
    return [*parts, last] if last else parts


def _brackets(text: str, more: str = "") -> list[tuple[int, str]]:
    """Brackets (and other marks) outside of quoted text."""
    found, quote = [], ""
    for i, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in _OPEN or letter in _CLOSE or letter in more:
            found.append((i, letter))
    return found
