"""Where MXNet 1.9.1 has its exporter; ours is a part of `contrib.onnx`, since that must not import this package."""

from ...contrib.onnx._export_model import export_model as export_model
from ...contrib.onnx._export_model import get_operator_support as get_operator_support
