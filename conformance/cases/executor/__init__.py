"""Bound symbols and compiled graphs."""
