"""Losses by what they judge; `mxcompat.gluon.loss` shows them."""
