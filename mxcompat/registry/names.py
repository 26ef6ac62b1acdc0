"""From an operator's registered name to the public places where MXNet 1.9.1 shows it."""

from __future__ import annotations

from dataclasses import dataclass

#: prefix -> sub-namespace of ``nd`` and ``sym``; the longest match wins
_PREFIXES: dict[str, str] = {
    "_contrib_": "contrib",
    "_linalg_": "linalg",
    "_sparse_": "sparse",
    "_image_": "image",
    "_random_": "random",
}

#: prefix -> namespace of the NumPy-style front end
_NP_PREFIXES: dict[str, str] = {
    "_npi_": "np._internal",
    "_np_": "np",
    "_npx_": "npx",
    "_npx_image_": "npx.image",
    "_npx_random_": "npx.random",
    "_npi_random_": "np._internal",
}


@dataclass(frozen=True)
class Place:
    """Where a name appears: ``namespace`` below the front end ("" is its top) and the name there."""

    namespace: str
    name: str


def is_numpy_name(name: str) -> bool:
    """Whether a registered name belongs to the NumPy-style front end."""
    return name.startswith(("_np_", "_npi_", "_npx_"))


def legacy_place(name: str) -> Place:
    """The place of a registered name below ``nd`` (or ``sym``)."""
    for prefix, namespace in _PREFIXES.items():
        # the samplers themselves stay internal: functions of the same names in nd.random choose between them
        if name.startswith(prefix) and (prefix != "_random_" or name.endswith("_like")):
            return Place(namespace, name[len(prefix) :])
    if name.startswith("_"):
        return Place("_internal", name)
    return Place("", name)


def numpy_place(name: str) -> Place:
    """The place of a registered name of the NumPy-style front end."""
    for prefix in sorted(_NP_PREFIXES, key=len, reverse=True):
        if name.startswith(prefix):
            return Place(_NP_PREFIXES[prefix], name[len(prefix) :])
    raise ValueError(f"{name} is not a name of the NumPy-style front end")
