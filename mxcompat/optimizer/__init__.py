"""Optimizers: how weights move by their gradients.

MXNet's package shows the names of its module `optimizer.optimizer`; so does this one, from the modules of the families.
"""

from . import (
    contrib as contrib,
)
from . import (
    optimizer as optimizer,
)
from .optimizer import *  # noqa: F403
