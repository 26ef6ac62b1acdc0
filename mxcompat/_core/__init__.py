"""What every room stands on: errors, dtypes, contexts, sentinels and per-thread state."""
