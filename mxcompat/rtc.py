"""`mxnet.rtc`: CUDA source compiled while the program runs, for MXNet's own engine."""

from __future__ import annotations

from collections.abc import Sequence

from .base import NotSupportedError


class CudaModule:
    """Refuses CUDA source, as MXNet does where it was built without CUDA.

    Args:
        source: CUDA C++.
        options: flags for the compiler.
        exports: names of the kernels that are templates.

    Raises:
        NotSupportedError: (an ``MXNetError``) always.

    Source: MXNet 1.9.1 python/mxnet/rtc.py.
    """

    def __init__(self, source: str, options: Sequence[str] = (), exports: Sequence[str] = ()) -> None:
        raise NotSupportedError(
            "rtc.CudaModule",
            "write the kernel with Triton or torch.utils.cpp_extension and call it on x.to_torch() (shared memory)",
        )

    def get_kernel(self, name: str, signature: str) -> None:
        """Refuse: there is no module to take a kernel from."""
        raise NotSupportedError("rtc.CudaModule.get_kernel", f"no kernel {name!r} can be compiled")
