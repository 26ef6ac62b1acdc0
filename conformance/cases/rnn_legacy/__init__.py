"""Recurrent cells as symbols, their weights and files, buckets of sentences."""
