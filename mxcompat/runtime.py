"""`mxnet.runtime`: what this build can do, under MXNet's feature names."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any, NamedTuple

import torch


class Feature(NamedTuple):
    """One feature: its name and whether it is there."""

    name: str
    enabled: bool

    def __repr__(self) -> str:
        return f"{'✔' if self.enabled else '✖'} {self.name}"


def _never() -> bool:
    return False


def _cuda() -> bool:
    return torch.version.cuda is not None


def _available(backend: Any) -> bool:
    return bool(backend.is_available())


def _opencv() -> bool:
    return importlib.util.find_spec("cv2") is not None


#: MXNet 1.9.1's features, in its order, and what answers for each here
_FEATURES: dict[str, Callable[[], bool]] = {
    "CUDA": _cuda,
    "CUDNN": lambda: _cuda() and _available(torch.backends.cudnn),
    "NCCL": lambda: _cuda() and torch.distributed.is_available(),
    "CUDA_RTC": _never,
    "TENSORRT": _never,
    "CPU_SSE": lambda: True,
    "CPU_SSE2": lambda: True,
    "CPU_SSE3": lambda: True,
    "CPU_SSE4_1": lambda: True,
    "CPU_SSE4_2": lambda: True,
    "CPU_SSE4A": _never,
    "CPU_AVX": lambda: "AVX" in torch.backends.cpu.get_cpu_capability(),
    "CPU_AVX2": lambda: "AVX" in torch.backends.cpu.get_cpu_capability(),
    "OPENMP": lambda: _available(torch.backends.openmp),
    "SSE": _never,
    "F16C": lambda: True,
    "JEMALLOC": _never,
    "BLAS_OPEN": lambda: not _available(torch.backends.mkl),
    "BLAS_ATLAS": _never,
    "BLAS_MKL": lambda: _available(torch.backends.mkl),
    "BLAS_APPLE": _never,
    "LAPACK": lambda: True,
    "MKLDNN": lambda: _available(torch.backends.mkldnn),
    "OPENCV": _opencv,
    "CAFFE": _never,
    "PROFILER": _never,
    "DIST_KVSTORE": _never,
    "CXX14": _never,
    "INT64_TENSOR_SIZE": lambda: True,
    "SIGNAL_HANDLER": _never,
    "DEBUG": _never,
    "TVM_OP": _never,
}


def feature_list() -> list[Feature]:
    """All features."""
    return [Feature(name, bool(answer())) for name, answer in _FEATURES.items()]


class Features(dict[str, Feature]):
    """The features by name."""

    def __init__(self) -> None:
        super().__init__((f.name, f) for f in feature_list())

    def __repr__(self) -> str:
        return str(list(self.values()))

    def is_enabled(self, feature_name: str) -> bool:
        """Whether a feature is there, by its name in any case. RuntimeError for an unknown name."""
        name = feature_name.upper()
        if name not in self:
            raise RuntimeError(f"Feature {feature_name!r} is unknown, known features are: {', '.join(self)}")
        return self[name].enabled
