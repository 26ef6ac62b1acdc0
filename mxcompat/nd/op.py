"""The operators of the top namespace, as `mxnet.nd.op` shows them."""

from ._custom import Custom as Custom
from ._ops import *  # noqa: F403
