"""Parameters and structure of a block in files."""

from __future__ import annotations

import json
import warnings
from collections import defaultdict
from typing import Any

from .. import symbol
from ._arrays import load_arrays, save_arrays
from .utils import _brief_print_list


def save_parameters(block: Any, filename: str, deduplicate: bool) -> None:
    """Write the parameters of a block under their attribute names."""
    params = block._collect_params_with_prefix()
    if deduplicate:
        last_name = {param: name for name, param in params.items()}
        params = {name: param for param, name in last_name.items()}
    save_arrays(filename, {name: param._reduce() for name, param in params.items()})


def save_params(block: Any, filename: str) -> None:
    """Write the parameters of a block under their full names without the block's prefix."""
    warnings.warn(
        "save_params is deprecated: call save_parameters, or export for a file that SymbolBlock can read",
        stacklevel=3,
    )
    try:
        block.collect_params().save(filename, strip_prefix=block.prefix)
    except ValueError as problem:
        raise ValueError(f"{problem}\nsave_params is deprecated: save_parameters has no such limit on names") from None


def load_parameters(
    block: Any,
    filename: str,
    ctx: Any,
    allow_missing: bool,
    ignore_extra: bool,
    cast_dtype: bool,
    dtype_source: str,
) -> None:
    """Read the parameters of a block; see ``Block.load_parameters``."""
    loaded: Any = load_arrays(filename)
    params = block._collect_params_with_prefix()
    if not loaded and not params:
        return
    if not any("." in name for name in loaded.keys()):
        # names without dots are full names, of an older file (or of a block without children: they agree then)
        del loaded
        block.collect_params().load(
            filename, ctx, allow_missing, ignore_extra, block.prefix, cast_dtype=cast_dtype, dtype_source=dtype_source
        )
        return
    if not allow_missing:
        names = defaultdict(list)
        for name, param in params.items():
            names[param].append(name)
        for name, param in params.items():
            if not any(alias in loaded for alias in names[param]):
                raise AssertionError(
                    f"Parameter '{name}' is missing in file '{filename}', which has {_brief_print_list(loaded)}: give "
                    "allow_missing=True to leave it as it is"
                )
    for name, value in loaded.items():
        if name in params:
            params[name]._load_init(value, ctx, cast_dtype=cast_dtype, dtype_source=dtype_source)
        elif not ignore_extra:
            raise ValueError(
                f"file '{filename}' holds '{name}', a name that this block lacks; it has "
                f"{_brief_print_list(params)}: give ignore_extra=True to skip it"
            )


class _Numbers:
    """Counts the blocks that a walk meets."""

    def __init__(self) -> None:
        self.next = 0

    def key(self, block: Any) -> str:
        """Class name and number of a block: how files identify it."""
        return f"{type(block).__name__.lower()}{self.next}"


def save_model(block: Any, prefix: str) -> None:
    """Write names and graphs of a block and its children, and the parameters."""
    model: dict[str, Any] = {}
    _describe(block, _Numbers(), model)
    with open(f"{prefix}-model.json", "w") as file:
        json.dump(model, file)
    block.save_parameters(f"{prefix}-model.params")


def _describe(block: Any, numbers: _Numbers, parent: dict[str, Any]) -> None:
    entry: dict[str, Any] = {"orig_name": block.name}
    parent[numbers.key(block)] = entry
    graph = getattr(block, "_cached_graph", None)
    if graph is not None:
        if graph:
            inputs, out = graph
            entry["in_format"] = block._in_format
            entry["out_format"] = block._out_format
            entry["inputs"] = [one.tojson() for one in inputs]
            entry["symbol"] = out.tojson()
        entry["hybridized"] = bool(graph)
    children = entry["children"] = {}
    for name, child in block._children.items():
        numbers.next += 1
        children[child.name] = name
        _describe(child, numbers, entry)


def load_model(block: Any, prefix: str) -> None:
    """Give a block the names, graphs and parameters of a saved one."""
    with open(f"{prefix}-model.json") as file:
        model = json.load(file)
    _restore(block, _Numbers(), model)
    block.load_parameters(f"{prefix}-model.params")


def _restore(block: Any, numbers: _Numbers, parent: dict[str, Any]) -> None:
    entry = parent[numbers.key(block)]
    block._name = entry["orig_name"]
    if entry.get("hybridized") and hasattr(block, "_cached_graph"):
        block._in_format = entry["in_format"]
        block._out_format = entry["out_format"]
        graph = symbol.load_json(entry["symbol"])
        block._cached_graph = [symbol.load_json(text) for text in entry["inputs"]], graph
        block._active = True
    own = block.params
    for old in list(own.keys()):
        param = own._params.pop(old)
        own._params[f"{block.name}_{old[len(own._prefix) :]}"] = param
    for child in block._children.values():
        numbers.next += 1
        _restore(child, numbers, entry)
    names = entry["children"]
    for old in list(block._children):
        child = block._children.pop(old)
        block._children[names[child.name]] = child
