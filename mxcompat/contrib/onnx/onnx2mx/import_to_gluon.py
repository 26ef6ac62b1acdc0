"""Reading ONNX files as a Gluon block."""

from __future__ import annotations

from typing import Any

from ....gluon import SymbolBlock
from ....symbol import var
from .import_model import get_model_metadata, import_model


def import_to_gluon(model_file: str, ctx: Any) -> Any:
    """Read an ONNX file as a SymbolBlock.

    Args:
        model_file: name of the file.
        ctx: a context or a list, where the parameters go.

    Raises:
        ImportError: `onnx` is not installed.
        NotSupportedError: as `import_model`.
    """
    symbol, arguments, states = import_model(model_file)
    names = [name for name, _ in get_model_metadata(model_file)["input_tensor_data"]]
    block = SymbolBlock(symbol, [var(name, dtype="float32") for name in names])
    saved = {**{f"arg:{k}": v for k, v in arguments.items()}, **{f"aux:{k}": v for k, v in states.items()}}
    block.collect_params().load_dict(saved, ctx=ctx, cast_dtype=True, dtype_source="saved")
    return block
