"""Rewriting programs that use MXNet: their imports, or what can be proved to be the same in plain torch.

Nothing here runs a program, and nothing imports torch. Files come in by `_files`, are rewritten by `_program`, and the
rules lie in `rules`, one per file.
"""
