"""The operator records: one typed definition per operator, from which every front end is bound.

`tags` gives the meaning of a parameter's annotation, `operator` the record and its decorator, `names`
the rule from an operator's name to its public places, `bind` the Python function of an operator for a
front end, `stubs` the `.pyi` text. See README.md in this folder. Beside them `classes`, MXNet's own
`mxnet.registry`: classes that are made by name.
"""

from .classes import _REGISTRY as _REGISTRY
from .classes import get_alias_func, get_create_func, get_register_func, get_registry
from .operator import REGISTRY, Operator, alias, find, op_error, operator, register
from .tags import REQUIRED

__all__ = [
    "REGISTRY",
    "REQUIRED",
    "Operator",
    "alias",
    "find",
    "get_alias_func",
    "get_create_func",
    "get_register_func",
    "get_registry",
    "op_error",
    "operator",
    "register",
]
