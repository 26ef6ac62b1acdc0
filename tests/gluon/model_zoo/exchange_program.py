"""Write or read a parameter file of the model zoo, with either library: ``<package> save|check <folder> <net> <side>``.

Runs on Python 3.8 too, where the real MXNet lives.
"""

import importlib
import json
import sys

import numpy as np


def _net(mx, name):
    return mx.gluon.model_zoo.vision.get_model(name, classes=5)


def _pictures(mx, side):
    return mx.nd.array(np.random.RandomState(5).uniform(-1, 1, (2, 3, side, side)))


def save(mx, folder, name, side):
    """Files of both kinds, under structural names and under full ones, and what the net makes of two pictures."""
    mx.random.seed(7)
    net = _net(mx, name)
    net.initialize(mx.init.Xavier())
    out = net(_pictures(mx, side)).asnumpy()
    net.save_parameters(folder + "/structure.params")
    net.collect_params().save(folder + "/names.params", strip_prefix=net.prefix)
    np.save(folder + "/out.npy", out)
    return list(out.shape)


def check(mx, folder, name, side):
    """Nets that load the files: the largest difference of their output, against the largest output."""
    expected = np.load(folder + "/out.npy")
    found = []
    for kind in ("structure", "names"):
        net = _net(mx, name)
        if kind == "structure":
            net.load_parameters(folder + "/structure.params")
        else:
            net.collect_params().load(folder + "/names.params", restore_prefix=net.prefix)
        out = net(_pictures(mx, side)).asnumpy()
        found.append(float(np.abs(out - expected).max() / np.abs(expected).max()))
    return found


if __name__ == "__main__":
    package, action, folder, name, side = sys.argv[1:]
    run = {"save": save, "check": check}[action]
    print(json.dumps(run(importlib.import_module(package), folder, name, int(side))))
