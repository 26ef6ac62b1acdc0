"""Operators on tensors: see README.md in ops/."""
