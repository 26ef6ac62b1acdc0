"""`mxnet.gluon.block`: the block classes under MXNet's module name."""

from __future__ import annotations

from .. import initializer as initializer
from .. import nd as ndarray
from .. import symbol as symbol
from .._core.errors import MXNetError as MXNetError
from ..base import mx_real_t as mx_real_t
from ..nd.ndarray import NDArray as NDArray
from ..symbol import Symbol as Symbol
from ..symbol import load_json as load_json
from ..util import is_np_array as is_np_array
from ..util import np_array as np_array
from ..util import np_shape as np_shape
from ._block import Block
from ._hybrid import HybridBlock
from ._naming import _BlockScope
from ._parameter import DeferredInitializationError as DeferredInitializationError
from ._parameter import Parameter as Parameter
from ._parameter_dict import ParameterDict as ParameterDict
from ._structure import _common_prefix, _flatten, _gather_type_ctx_info, _regroup
from ._symbol_block import SymbolBlock, _infer_param_types
from .utils import HookHandle as HookHandle

__all__ = ["Block", "HybridBlock", "SymbolBlock"]

_PRIVATE = (_BlockScope, _common_prefix, _flatten, _gather_type_ctx_info, _infer_param_types, _regroup, ndarray)
