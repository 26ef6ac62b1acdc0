"""Operators of the NumPy-style front end: `_np_*`, `_npi_*` and `_npx_*`."""
