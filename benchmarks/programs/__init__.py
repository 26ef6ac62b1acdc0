"""The measured programs, one a file. They also run on the Python 3.8 that real MXNet needs: mind the syntax.

A program is a module with one function, ``run(contender, effort)``, that returns a number for each thing
it measures (``UNIT`` says in what). Programs that compare calls have two more, which belong side by side:
``with_mxnet(mx)``, written once against the MXNet API, and ``with_torch(torch)``, what a PyTorch user would
write by hand for the same result. Both return the calls by name; ``tests/benchmarks`` checks that the twins'
results are equal.
"""
