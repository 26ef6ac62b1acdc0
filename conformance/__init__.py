"""Programs with results recorded from MXNet 1.9.1, replayed on mxcompat or on MXNet itself.

Runs on Python 3.8 with NumPy 1.23 (where the real package lives) and on today's. Imports inside the package are
relative, so the same files work as ``conformance`` in a checkout and as ``mxcompat._conformance`` when installed.
How to add a case: README.md.
"""
