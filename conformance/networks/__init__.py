"""Networks whose model files go both ways between MXNet 1.9.1 and mxcompat (``python -m conformance.networks``)."""

from . import images, programs, sequences, zoo
from .table import NETWORKS, Network

__all__ = ["NETWORKS", "Network", "images", "programs", "sequences", "zoo"]
