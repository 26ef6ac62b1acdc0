"""Live tables and charts of training in notebooks: `mxnet.notebook` (needs pandas, and bokeh for charts)."""

from . import callback as callback

__all__ = ["callback"]
