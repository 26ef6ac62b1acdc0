"""The two files of a checkpoint: ``prefix-symbol.json`` and ``prefix-0001.params``."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from .. import nd
from .. import symbol as sym
from ..context import cpu

Params = dict[str, Any]


def tagged(arg_params: Mapping[str, Any], aux_params: Mapping[str, Any]) -> Params:
    """Both kinds of parameters under the names they have in a file: ``arg:...`` and ``aux:...``."""
    kinds = ("arg", arg_params), ("aux", aux_params)
    return {f"{kind}:{name}": array.as_in_context(cpu()) for kind, arrays in kinds for name, array in arrays.items()}


def save_checkpoint(
    prefix: str,
    epoch: int,
    symbol: Any,
    arg_params: Params,
    aux_params: Params,
    remove_amp_cast: bool = True,
) -> None:
    """Write a network and its parameters to ``prefix-symbol.json`` and ``prefix-<epoch>.params``.

    Args:
        prefix: start of the files' names.
        epoch: number in the name of the second file, four digits or more.
        symbol: the network; None to leave its file alone.
        arg_params: parameters by name.
        aux_params: auxiliary states by name.
        remove_amp_cast: leave out the casts that mixed precision has put in.

    Source: MXNet 1.9.1 python/mxnet/model.py.
    """
    if symbol is not None:
        symbol.save(f"{prefix}-symbol.json", remove_amp_cast=remove_amp_cast)
    path = f"{prefix}-{epoch:04d}.params"
    nd.save(path, tagged(arg_params, aux_params))
    logging.info('Saved checkpoint to "%s"', path)


def load_params(prefix: str, epoch: int) -> tuple[Params, Params]:
    """Parameters and auxiliary states of ``prefix-<epoch>.params``, two dicts by name; other kinds are skipped.

    Args:
        prefix: start of the file's name.
        epoch: number in its name.

    Raises:
        MXNetError: no such file, or not a file of arrays.
        ValueError: a name without a kind.

    Source: MXNet 1.9.1 python/mxnet/model.py.
    """
    path = f"{prefix}-{epoch:04d}.params"
    found: dict[str, Params] = {"arg": {}, "aux": {}}
    stored: Any = nd.load(path)
    if not stored:
        logging.warning("Params file '%s' is empty", path)
        return found["arg"], found["aux"]
    for key, array in stored.items():
        kind, name = key.split(":", 1)
        if kind in found:
            found[kind][name] = array
    return found["arg"], found["aux"]


def load_checkpoint(prefix: str, epoch: int) -> tuple[Any, Params, Params]:
    """Read what `save_checkpoint` wrote.

    Args:
        prefix: start of the files' names.
        epoch: number in the name of the file of parameters.

    Returns:
        The network, its parameters, its auxiliary states.

    Source: MXNet 1.9.1 python/mxnet/model.py.
    """
    return (sym.load(f"{prefix}-symbol.json"), *load_params(prefix, epoch))
