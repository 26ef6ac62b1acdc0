"""Optimizers: their steps, states, files, and the base class."""
