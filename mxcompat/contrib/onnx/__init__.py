"""ONNX files, both ways: `mxnet.contrib.onnx`. Needs the package `onnx`.

Writing goes through a table of converters over our graph, see `_export`; so does reading, see `onnx2mx`.
"""

from typing import Any as _Any

from . import onnx2mx as onnx2mx
from ._export_model import export_model as export_model_
from .onnx2mx.import_model import get_model_metadata as get_model_metadata_
from .onnx2mx.import_model import import_model as import_model_
from .onnx2mx.import_to_gluon import import_to_gluon as import_to_gluon_


def import_model(*args: _Any, **kwargs: _Any) -> _Any:
    """Read an ONNX file as symbol and parameters: `onnx2mx.import_model.import_model`."""
    return import_model_(*args, **kwargs)


def get_model_metadata(*args: _Any, **kwargs: _Any) -> _Any:
    """Inputs and outputs of an ONNX file: `onnx2mx.import_model.get_model_metadata`."""
    return get_model_metadata_(*args, **kwargs)


def import_to_gluon(*args: _Any, **kwargs: _Any) -> _Any:
    """Read an ONNX file as a block: `onnx2mx.import_to_gluon.import_to_gluon`."""
    return import_to_gluon_(*args, **kwargs)


def export_model(*args: _Any, **kwargs: _Any) -> _Any:
    """Write an ONNX file: `mxnet.onnx.export_model`."""
    return export_model_(*args, **kwargs)
