"""Recurrent networks and the loss that is used with them."""
