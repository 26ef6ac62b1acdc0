"""Graphs of operators: nodes, their order, inference of shapes and types, and the compiler to torch.fx."""
