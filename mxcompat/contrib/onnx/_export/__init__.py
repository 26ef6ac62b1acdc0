"""From a graph of MXNet operators to ONNX: a table of converters, one per operator.

The graph is walked node by node with all shapes known (`_graph`); a converter (`_math`, `_layers`, `_shapes`,
`_recurrent`) writes one or several ONNX nodes for one of ours. torch's exporter is not used: it would trace what the
operators compute, and lose MXNet's names and its parameters.
"""

from . import _layers as _layers
from . import _math as _math
from . import _recurrent as _recurrent
from . import _shapes as _shapes
from ._graph import CONVERTERS as CONVERTERS
from ._graph import OPSET as OPSET
from ._graph import build_model as build_model
