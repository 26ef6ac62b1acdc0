"""Gluon: parameters, blocks, layers, losses, training."""
