"""Stores of values by key."""
