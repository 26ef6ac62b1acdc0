"""Modules and FeedForward: setting up, training, files, errors."""
