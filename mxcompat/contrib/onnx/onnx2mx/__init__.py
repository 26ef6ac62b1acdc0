"""From ONNX to MXNet's models."""

from . import import_model as import_model
from . import import_to_gluon as import_to_gluon
