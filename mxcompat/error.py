"""`mxnet.error`: error types and their registration."""

from __future__ import annotations

from .base import InternalError, MXNetError, register_error

register = register_error

__all__ = ["InternalError", "MXNetError", "register", "register_error"]
