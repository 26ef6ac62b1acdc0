"""What an owner of old MXNet code and files needs: reading them without MXNet, and without torch.

This room imports no other room of the package, and never torch. What it knows of mxcompat it reads from
``_support.json``, which ``scripts/gen_support`` writes.
"""
