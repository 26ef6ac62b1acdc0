"""Generators of random calls, by family. A module takes part by having ``GENERATORS``: name to function of a ``Gen``.

Generators stay away from what is undefined on MXNet 1.9.1 (integer division by zero, writes through indices out of
range, reshapes to another size), and make a few per cent of calls that must be refused.
"""
