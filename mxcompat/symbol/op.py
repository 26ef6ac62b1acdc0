"""The operators of the top namespace, as `mxnet.sym.op` shows them."""

from ._custom import Custom as Custom
from ._ops import *  # noqa: F403
