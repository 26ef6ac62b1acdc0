"""Every family of the model zoo, with ten classes and the smallest images each takes."""

from __future__ import annotations

from typing import Any

from .table import add_network

#: constructor -> side of the image. Families that end in a fixed window need the full size.
_SIZES = {
    "resnet18_v1": 64,
    "resnet34_v1": 64,
    "resnet50_v1": 96,
    "resnet18_v2": 64,
    "resnet50_v2": 96,
    "vgg11": 32,
    "vgg11_bn": 64,
    "alexnet": 64,
    "densenet121": 224,
    "squeezenet1_0": 224,
    "squeezenet1_1": 224,
    "inception_v3": 299,
    "mobilenet0_25": 64,
    "mobilenet0_5": 64,
    "mobilenet_v2_0_25": 64,
    "mobilenet_v2_0_5": 64,
}


def _builder(name: str) -> Any:
    def build(mx: Any) -> Any:
        return getattr(mx.gluon.model_zoo.vision, name)(classes=10)

    return build


for _name, _side in _SIZES.items():
    add_network(f"zoo_{_name}", _builder(_name), (2, 3, _side, _side), heavy=True)
