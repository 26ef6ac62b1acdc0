"""Checkpoints with weights by gate: `mxnet.rnn.rnn`.

Source: MXNet 1.9.1 python/mxnet/rnn/rnn.py.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ..model import load_checkpoint as load_checkpoint
from ..model import save_checkpoint as save_checkpoint
from .rnn_cell import BaseRNNCell as BaseRNNCell


def _as_cells(cells: Any) -> Any:
    return [cells] if isinstance(cells, BaseRNNCell) else cells


def rnn_unroll(
    cell: Any, length: int, inputs: Any = None, begin_state: Any = None, input_prefix: str = "", layout: str = "NTC"
) -> Any:
    """``cell.unroll`` with an argument that no cell of MXNet 1.9.1 takes any more (deprecated).

    Args:
        cell: the cell.
        length: number of steps.
        inputs: one symbol, or a list.
        begin_state: the states before.
        input_prefix: start of the names of inputs.
        layout: layout of the inputs.

    Raises:
        TypeError: a cell that does not know ``input_prefix``.
    """
    warnings.warn("rnn_unroll is deprecated: call the cell's own unroll", stacklevel=2)
    return cell.unroll(
        length=length, inputs=inputs, begin_state=begin_state, input_prefix=input_prefix, layout=layout
    )  # fmt: skip


def save_rnn_checkpoint(
    cells: Any, prefix: str, epoch: int, symbol: Any, arg_params: dict[str, Any], aux_params: dict[str, Any]
) -> None:
    """Write a checkpoint whose weights are split by gate, so that fused and other cells can read it.

    Args:
        cells: the cell, or a list, of the network.
        prefix: start of the files' names.
        epoch: number in the name of the file of parameters.
        symbol: the network.
        arg_params: parameters by name.
        aux_params: auxiliary states by name.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn.py.
    """
    for cell in _as_cells(cells):
        arg_params = cell.unpack_weights(arg_params)
    save_checkpoint(prefix, epoch, symbol, arg_params, aux_params)


def load_rnn_checkpoint(cells: Any, prefix: str, epoch: int) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Read what `save_rnn_checkpoint` wrote, with the weights as these cells want them.

    Args:
        cells: the cell, or a list, of the network.
        prefix: start of the files' names.
        epoch: number in the name of the file of parameters.

    Returns:
        The network, its parameters, its auxiliary states.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn.py.
    """
    symbol, arg_params, aux_params = load_checkpoint(prefix, epoch)
    for cell in _as_cells(cells):
        arg_params = cell.pack_weights(arg_params)
    return symbol, arg_params, aux_params


def do_rnn_checkpoint(cells: Any, prefix: str, period: int = 1) -> Callable[..., None]:
    """An epoch callback that calls `save_rnn_checkpoint`.

    Args:
        cells: the cell, or a list, of the network.
        prefix: start of the files' names.
        period: save every so many epochs; less than 1 counts as 1.
    """
    every = int(max(1, period))

    def save(iter_no: int, sym: Any = None, arg: Any = None, aux: Any = None) -> None:
        if (iter_no + 1) % every == 0:
            save_rnn_checkpoint(cells, prefix, iter_no + 1, sym, arg, aux)

    return save
