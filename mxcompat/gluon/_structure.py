"""Nested arguments of blocks: flat lists and back, and what they consist of."""

from __future__ import annotations

from typing import Any

from .._core.context import Context
from ..nd.ndarray import NDArray
from ..symbol import Symbol


def _gather_type_ctx_info(args: Any) -> tuple[bool, bool, set[Context], Context | None]:
    """What nested lists of arrays and symbols hold.

    Returns:
        Whether there is a symbol, whether there is an array, the contexts of the arrays, the context of the first.
    """
    if isinstance(args, NDArray):
        return False, True, {args.ctx}, args.ctx
    if isinstance(args, Symbol):
        return True, False, set(), None
    has_symbol = has_ndarray = False
    contexts: set[Context] = set()
    first: Context | None = None
    if isinstance(args, (list, tuple)):
        for one in args:
            symbols, arrays, found, found_first = _gather_type_ctx_info(one)
            has_symbol |= symbols
            has_ndarray |= arrays
            contexts |= found
            first = found_first if first is None else first
            if has_symbol and has_ndarray:
                break
    return has_symbol, has_ndarray, contexts, first


def _flatten(args: Any, inout_str: str) -> tuple[list[Any], Any]:
    """A flat list of the arrays, symbols and Nones in nested lists, and the format that tells how they were nested.

    In the format 0 is one array or symbol, n > 1 a symbol of n outputs, -1 None, and a list is a list.

    Args:
        args: an array, a symbol, None, or nested lists of these.
        inout_str: ``"input"`` or ``"output"``, for messages.

    Raises:
        ValueError: there is something else inside.
    """
    if isinstance(args, NDArray):
        return [args], 0
    if isinstance(args, Symbol):
        length = len(args.list_outputs())
        return [args], length if length > 1 else 0
    if args is None:
        return [None], -1
    if not isinstance(args, (list, tuple)):
        raise ValueError(
            f"hybridized block: its {inout_str} holds {args} of type {type(args)}; legal are NDArrays, "
            "Symbols, None, and (nested) lists of them"
        )
    flat: list[Any] = []
    formats = []
    for one in args:
        entries, fmt = _flatten(one, inout_str)
        flat += entries
        formats.append(fmt)
    return flat, formats


def _regroup(args: Any, fmt: Any) -> Any:
    """Nest a flat list again, by the format that `_flatten` gave.

    Raises:
        ValueError: something where the format has None, or ``args`` is no list.
    """
    return _take(args, fmt)[0]


def _take(args: Any, fmt: Any) -> tuple[Any, Any]:
    if isinstance(fmt, int):
        if fmt < -1:
            raise ValueError(f"Unsupported encoded format {fmt}.")
        if fmt == 0:
            return args[0], args[1:]
        if fmt == -1:
            if args[0] is not None:
                raise ValueError(
                    f"hybridized block: this input was None when the block was traced and is now {args[0]} (format "
                    f"{fmt}); pass None again, or call hybridize() anew"
                )
            return None, args[1:]
        return args[:fmt], args[fmt:]
    if not isinstance(args, (list, tuple)):
        raise ValueError(
            f"hybridized block: its output is {args} of type {type(args)}, expected a (nested) list of "
            "NDArrays or Symbols"
        )
    nested = []
    for one in fmt:
        entry, args = _take(args, one)
        nested.append(entry)
    return nested, args


def formats_agree(stored: Any, given: Any) -> bool:
    """Whether two input formats are the same but for Nones at the end of the longer one."""
    if stored == given:
        return True
    if not isinstance(stored, list) or not isinstance(given, list) or len(stored) == len(given):
        return False
    short, long = sorted((stored, given), key=len)
    return long[: len(short)] == short and all(fmt == -1 for fmt in long[len(short) :])


def _common_prefix(names: list[str]) -> str:
    """What all names start with; empty for no names."""
    if not names:
        return ""
    first, last = min(names), max(names)
    length = 0
    while length < len(first) and length < len(last) and first[length] == last[length]:
        length += 1
    return first[:length]
