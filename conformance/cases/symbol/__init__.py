"""Recording, backward, gradients of gradients, functions written by the user."""
