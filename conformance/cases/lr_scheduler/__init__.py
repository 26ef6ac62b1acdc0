"""Learning rates over the updates."""
