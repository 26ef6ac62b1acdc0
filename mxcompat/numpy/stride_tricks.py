"""Broadcasting of several arrays."""

from __future__ import annotations

from ._manipulation import broadcast_arrays as broadcast_arrays

__all__ = ["broadcast_arrays"]
