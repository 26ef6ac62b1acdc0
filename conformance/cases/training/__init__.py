"""What goes on around a training loop: callbacks, monitors, profilers, summaries, helpers of tests."""
