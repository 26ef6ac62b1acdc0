"""The update operators of optimizers: state arrays are written in place, the new weight goes to the output."""
