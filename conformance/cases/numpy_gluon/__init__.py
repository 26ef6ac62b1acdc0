"""Gluon, symbols and files with NumPy semantics on."""
