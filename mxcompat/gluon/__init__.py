"""`mxnet.gluon`: networks and how to train them. Layers, losses, data and model zoo are loaded when first named."""

from importlib import import_module as _import_module
from typing import Any as _Any

from . import block as block
from . import parameter as parameter
from . import trainer as trainer
from . import utils as utils
from ._block import Block as Block
from ._hybrid import HybridBlock as HybridBlock
from ._parameter import Constant as Constant
from ._parameter import DeferredInitializationError as DeferredInitializationError
from ._parameter import Parameter as Parameter
from ._parameter_dict import ParameterDict as ParameterDict
from ._structure import _flatten as _flatten
from ._symbol_block import SymbolBlock as SymbolBlock
from .parameter import tensor_types as tensor_types
from .trainer import Trainer as Trainer

_MODULES = ("contrib", "data", "loss", "model_zoo", "nn", "rnn")


def __getattr__(name: str) -> _Any:
    if name in _MODULES:
        return _import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})


#: ``from mxnet.gluon import *`` brings the modules, too
__all__ = [_name for _name in __dir__() if not _name.startswith("_")]
