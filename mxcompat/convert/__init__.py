"""Networks of MXNet as PyTorch source: real torch.nn layers, weights beside it, no trace of this package."""

from ._convert import to_source
from ._errors import ConvertError, GapsError
from ._source import Source

__all__ = ["ConvertError", "GapsError", "Source", "to_source"]
