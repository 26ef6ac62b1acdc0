"""The NDArray class and its context."""
