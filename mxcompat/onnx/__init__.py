"""Writing ONNX files: `mxnet.onnx`."""

from . import mx2onnx as mx2onnx
from .mx2onnx import export_model as export_model
from .mx2onnx import get_operator_support as get_operator_support
