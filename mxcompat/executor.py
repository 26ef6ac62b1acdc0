"""The executor of bound symbols, under the module name it has in MXNet 1.9.1."""

from .symbol.executor import Executor as Executor

__all__ = ["Executor"]
