"""Neural network operators: layers, normalizations, activations and the outputs that carry a loss."""
