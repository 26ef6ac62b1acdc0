"""Sparse arrays: the classes, how they are made, and which operators keep them sparse.

A sparse array holds its index and value tensors. Code that knows nothing of storage sees its ``_t``, a dense tensor
made on the spot, so every operator takes sparse arrays; results are dense then, as in MXNet's storage fallback. The
operators in `rules` work on the stored values. In a recorded graph a sparse array is stood for by a dense tensor, its
*twin*, which carries the history.
"""
