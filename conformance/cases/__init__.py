"""The cases. A module takes part by having a ``suite``; it is found, never listed."""
