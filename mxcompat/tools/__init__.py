"""Programs that MXNet ships beside its library, such as ``python -m mxnet.tools.im2rec``."""
