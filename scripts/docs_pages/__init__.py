"""The generated pages of docs/, one module each with a ``render()``."""
