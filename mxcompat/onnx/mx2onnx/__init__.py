"""From MXNet's models to ONNX."""

from ._export_model import export_model as export_model
from ._export_model import get_operator_support as get_operator_support
