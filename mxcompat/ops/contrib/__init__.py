"""Operators of the namespace contrib: detection, attention, resizing, quantization."""
