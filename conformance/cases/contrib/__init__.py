"""Extras: mxnet.contrib."""
