"""`mxnet.libinfo`: the version that mxcompat stands in for. There is no native library."""

from __future__ import annotations

__version__ = "1.9.1"
