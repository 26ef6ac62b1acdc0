"""Rules, a module per family of operators. They are found by being here."""
