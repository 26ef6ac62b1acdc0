"""`mx.np` and `mx.npx`."""
