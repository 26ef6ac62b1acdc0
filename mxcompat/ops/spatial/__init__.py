"""Sampling, pooling and comparing at places that are data: spatial transformers, regions, correlation."""
