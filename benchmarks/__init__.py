"""Measure mxcompat against plain PyTorch and, where there is one, real MXNet. See README.md beside this."""
