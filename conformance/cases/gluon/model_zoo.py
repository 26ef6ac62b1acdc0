"""The model zoo: names and shapes of all parameters, first values under a seed, outputs.

Record with ``OMP_NUM_THREADS=1``: with several threads MXNet adds up in an order that changes from run to run.
"""

from __future__ import annotations

import hashlib

import numpy as np

from ...compare import Tolerance
from ...suite import Suite, attempt

suite = Suite(__name__)

DEEP = Tolerance(rtol=1e-4, atol=1e-5, why="sums of many products in another order, through many layers")


_NAMES = [
    *[f"resnet{layers}_v{version}" for version in (1, 2) for layers in (18, 34, 50, 101, 152)],
    *[f"vgg{layers}{norm}" for norm in ("", "_bn") for layers in (11, 13, 16, 19)],
    "alexnet",
    *[f"densenet{layers}" for layers in (121, 161, 169, 201)],
    "squeezenet1.0",
    "squeezenet1.1",
    "inceptionv3",
    *[f"mobilenet{version}{width}" for version in ("", "v2_") for width in ("1.0", "0.75", "0.5", "0.25")],
]


def digest(rows):
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def rows_of(params):
    return [f"{name} {tuple(p.shape)} {np.dtype(p.dtype).name} {p.grad_req}" for name, p in params.items()]


def names(mx, name):
    """Both names of every parameter, its shape, dtype and request; a digest, and the ends to read."""
    net = mx.gluon.model_zoo.vision.get_model(name, prefix="net_")
    full = rows_of(net.collect_params())
    structure = rows_of(net._collect_params_with_prefix())
    side = 299 if "inception" in name else 224
    net.infer_shape(mx.nd.zeros((1, 3, side, side)))
    known = rows_of(net.collect_params())
    return {
        "count": len(full),
        "full": digest(full),
        "structure": digest(structure),
        "known": digest(known),
        "first": [full[0], structure[0], known[0]],
        "last": [full[-1], structure[-1], known[-1]],
        "elements": int(sum(np.prod(p.shape) for p in net.collect_params().values())),
        "prefix": mx.gluon.model_zoo.vision.get_model(name).prefix.rstrip("0123456789_"),
    }


suite.table("names", {name: lambda mx, name=name: names(mx, name) for name in _NAMES})

#: one small net of each family, and the side of the image that it gets
_SMALL = {
    "alexnet": (64, {}),
    "vgg11": (32, {}),
    "vgg11_bn": (32, {}),
    "resnet18_v1": (32, {"thumbnail": True}),
    "resnet50_v1": (64, {}),
    "resnet18_v2": (32, {"thumbnail": True}),
    "resnet50_v2": (64, {}),
    "densenet121": (224, {}),
    "squeezenet1.1": (224, {}),
    "squeezenet1.0": (224, {}),
    "inceptionv3": (299, {}),
    "mobilenet0.25": (64, {}),
    "mobilenetv2_0.25": (64, {}),
}


def picture(mx, side):
    return mx.nd.array(np.random.RandomState(3).uniform(-1, 1, (1, 3, side, side)))


def seeded(mx, name, side, kwargs):
    """First values of all parameters, as sums and first entries, and the output."""
    net = mx.gluon.model_zoo.vision.get_model(name, classes=5, prefix="net_", **kwargs)
    net.initialize(mx.init.Xavier() if "net" in name and "alex" not in name else mx.init.Uniform(0.05))
    out = net(picture(mx, side))
    arrays = [p.data().asnumpy() for p in net.collect_params().values()]
    return {
        "sums": np.array([np.abs(a).astype("float64").mean() for a in arrays]),
        "firsts": np.array([a.ravel()[0] for a in arrays]),
        "lasts": np.array([a.ravel()[-1] for a in arrays]),
        "out": out.asnumpy(),
    }


suite.table(
    "seeded",
    {name: lambda mx, n=name, s=side, k=kwargs: seeded(mx, n, s, k) for name, (side, kwargs) in _SMALL.items()},
    tol=DEEP,
)


def step(mx, name, side, kwargs):
    """One training step: loss, and gradients of the first and last parameters."""
    net = mx.gluon.model_zoo.vision.get_model(name, classes=4, prefix="net_", **kwargs)
    net.initialize(mx.init.Xavier())
    x = mx.nd.array(np.random.RandomState(3).uniform(-1, 1, (2, 3, side, side)))
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    with mx.autograd.record():
        out = loss(net(x), mx.nd.array([1, 3]))
    out.backward()
    params = [p for p in net.collect_params().values() if p.grad_req != "null"]
    return out, [np.abs(p.grad().asnumpy()).mean() for p in (params[0], params[-2], params[-1])]


suite.table(
    "step",
    {
        "resnet18_v1": lambda mx: step(mx, "resnet18_v1", 32, {"thumbnail": True}),
        "resnet18_v2": lambda mx: step(mx, "resnet18_v2", 32, {"thumbnail": True}),
        "mobilenet0.25": lambda mx: step(mx, "mobilenet0.25", 64, {}),
        "mobilenetv2_0.25": lambda mx: step(mx, "mobilenetv2_0.25", 64, {}),
    },
    tol=Tolerance(rtol=2e-3, atol=1e-4, why="batch normalization of two images, through many layers"),
)


def blocks(mx):
    # names come from counters of the whole process: start them anew
    with mx.name.NameManager():
        return _blocks(mx)


def _blocks(mx):
    vision = mx.gluon.model_zoo.vision
    found = {}
    for name in ("BasicBlockV1", "BottleneckV1", "BasicBlockV2", "BottleneckV2"):
        for downsample in (False, True):
            block = getattr(vision, name)(8, 1, downsample, in_channels=8, prefix="b_")
            block.initialize(mx.init.Xavier())
            x = mx.nd.array(np.random.RandomState(3).uniform(-1, 1, (1, 8, 4, 4)))
            found[f"{name} {downsample}"] = [
                repr(block),
                rows_of(block.collect_params()),
                list(block._collect_params_with_prefix()),
                block(x),
            ]
    return found


suite.table("parts", {"residual_blocks": blocks}, tol=DEEP)
suite.table(
    "parts",
    {
        "repr": lambda mx: [repr(mx.gluon.model_zoo.vision.get_model(name)) for name in ("alexnet", "squeezenet1.1")],
        "repr_resnet": lambda mx: repr(mx.gluon.model_zoo.vision.resnet18_v1()),
        "repr_mobilenet": lambda mx: repr(mx.gluon.model_zoo.vision.mobilenet_v2_0_25()),
        "upper_case": lambda mx: type(mx.gluon.model_zoo.vision.get_model("ResNet18_v1")),
        "types": lambda mx: [type(mx.gluon.model_zoo.vision.get_model(name)) for name in _NAMES[:1] + _NAMES[10:11]],
        "classes": lambda mx: mx.gluon.model_zoo.vision.alexnet(classes=7).output.weight.shape,
        "features": lambda mx: len(mx.gluon.model_zoo.vision.vgg16().features),
        "dropout": lambda mx: digest(
            rows_of(mx.gluon.model_zoo.vision.DenseNet(8, 4, [2, 2], dropout=0.2, prefix="net_").collect_params())
        ),
        "own_resnet": lambda mx: digest(
            rows_of(
                mx.gluon.model_zoo.vision.ResNetV2(
                    mx.gluon.model_zoo.vision.BottleneckV2, [1, 1], [8, 16, 16], prefix="net_", thumbnail=True
                ).collect_params()
            )
        ),
        "wide_mobilenet": lambda mx: digest(
            rows_of(mx.gluon.model_zoo.vision.get_mobilenet_v2(1.4, prefix="net_").collect_params())
        ),
        "hashes": lambda mx: digest(sorted(f"{k} {v}" for k, v in mx.gluon.model_zoo.model_store._model_sha1.items())),
        "short_hash": lambda mx: mx.gluon.model_zoo.model_store.short_hash("resnet18_v1"),
        "all": lambda mx: sorted(name for name in dir(mx.gluon.model_zoo.vision) if name[0] != "_" and "net" in name),
        "specs": lambda mx: [
            mx.gluon.model_zoo.vision.resnet50_v1.__name__,
            attempt(lambda: mx.gluon.model_zoo.vision.vgg11.__name__),
        ],
    },
)


@suite.case(tol=DEEP)
def hybridized(mx):
    net = mx.gluon.model_zoo.vision.resnet18_v1(classes=4, thumbnail=True)
    net.initialize(mx.init.Xavier())
    x = picture(mx, 32)
    eager = net(x)
    net.hybridize()
    return np.allclose(net(x).asnumpy(), eager.asnumpy(), rtol=1e-4, atol=1e-5), eager


suite.errors(
    "bad",
    {
        "name": (lambda mx: mx.gluon.model_zoo.vision.get_model("resnet17_v1"), ("resnet17_v1", "resnet18_v1")),
        "hash": (lambda mx: mx.gluon.model_zoo.model_store.short_hash("nope"), ("nope",)),
        "file": (lambda mx: mx.gluon.model_zoo.model_store.get_model_file("nope"), ("nope",)),
        "resnet_layers": (lambda mx: mx.gluon.model_zoo.vision.get_resnet(1, 19), ("num_layers",)),
        "resnet_version": (lambda mx: mx.gluon.model_zoo.vision.get_resnet(3, 18), ("version",)),
        "resnet_channels": (
            lambda mx: mx.gluon.model_zoo.vision.ResNetV1(mx.gluon.model_zoo.vision.BasicBlockV1, [1], [8]),
            ("channels",),
        ),
        "vgg_layers": (lambda mx: mx.gluon.model_zoo.vision.get_vgg(12), ()),
        "vgg_filters": (lambda mx: mx.gluon.model_zoo.vision.VGG([1, 1], [8]), ("filters",)),
        "squeezenet_version": (lambda mx: mx.gluon.model_zoo.vision.SqueezeNet("2.0"), ("version",)),
        "unknown": (lambda mx: mx.gluon.model_zoo.vision.alexnet(nope=1), ("nope",)),
    },
)
