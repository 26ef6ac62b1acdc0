"""Functions of several arrays that are stretched together."""

from __future__ import annotations

from ._manipulation import broadcast_arrays as broadcast_arrays
from ._manipulation import meshgrid as meshgrid

__all__ = ["meshgrid"]
