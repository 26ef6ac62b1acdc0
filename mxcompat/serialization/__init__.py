"""Bytes of MXNet's file formats and plain data or tensors, both ways. No array classes, no pickle."""
