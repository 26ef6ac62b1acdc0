"""Stochastic variance reduced gradient: `mxnet.contrib.svrg_optimization`."""

from __future__ import annotations

from . import svrg_module as svrg_module
from . import svrg_optimizer as svrg_optimizer
