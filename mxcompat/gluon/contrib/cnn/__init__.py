"""Convolutions that look where they please."""

from . import conv_layers as conv_layers
from .conv_layers import DeformableConvolution as DeformableConvolution
from .conv_layers import ModulatedDeformableConvolution as ModulatedDeformableConvolution

__all__ = conv_layers.__all__
