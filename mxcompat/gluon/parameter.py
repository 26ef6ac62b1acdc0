"""`mxnet.gluon.parameter`: Parameter, Constant and ParameterDict under MXNet's module name."""

from __future__ import annotations

from .. import autograd as autograd
from .. import context as context
from .. import initializer as initializer
from .. import nd as ndarray
from .. import symbol as symbol
from .._core.context import Context as Context
from .._core.context import cpu as cpu
from .._core.errors import MXNetError as MXNetError
from ..base import mx_real_t as mx_real_t
from ..nd.ndarray import NDArray
from ..util import is_np_array as is_np_array
from ..util import is_np_shape as is_np_shape
from ._parameter import Constant, DeferredInitializationError, Parameter
from ._parameter_dict import ParameterDict
from .utils import shape_is_known as shape_is_known

__all__ = ["Constant", "DeferredInitializationError", "Parameter", "ParameterDict", "tensor_types"]

tensor_types = (symbol.Symbol, NDArray)
_SHOWN = (ndarray,)  # MXNet's module has it under this name
