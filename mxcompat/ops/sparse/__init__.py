"""Sparse layouts as plain index and value tensors, and the operators that only sparse arrays need."""
