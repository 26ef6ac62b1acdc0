"""Registries of classes: how a program makes an initializer, a metric or an optimizer from its name.

One dictionary (lower-case name -> class) per base class. A registered class can be made from its name, from a
dictionary, or from the JSON text that `Initializer.dumps` and its like write.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any

#: base class -> registered classes by lower-case name
_REGISTRY: dict[type[Any], dict[str, type[Any]]] = {}


def get_registry(base_class: type[Any]) -> dict[str, type[Any]]:
    """A copy of the classes registered under a base class, by lower-case name."""
    return _REGISTRY.setdefault(base_class, {}).copy()


def unregister(base_class: type[Any], name: str) -> None:
    """Forget a class that was registered for the life of one object; nothing happens if it is gone."""
    _REGISTRY.get(base_class, {}).pop(name.lower(), None)


def get_register_func(base_class: type[Any], nickname: str) -> Callable[..., Any]:
    """A decorator that registers subclasses of a base class.

    Args:
        base_class: what registered classes must derive from.
        nickname: what such classes are called in messages.
    """
    known = _REGISTRY.setdefault(base_class, {})

    def register(klass: type[Any], name: str | None = None) -> type[Any]:
        if not issubclass(klass, base_class):
            raise AssertionError(
                f"Can only register subclass of {base_class.__name__} as {nickname}, got {klass.__name__}"
            )
        key = (klass.__name__ if name is None else name).lower()
        if key in known:
            old = known[key]
            warnings.warn(
                f"New {nickname} {klass.__module__}.{klass.__name__} registered with name {key} is overriding "
                f"existing {nickname} {old.__module__}.{old.__name__}",
                UserWarning,
                stacklevel=2,
            )
        known[key] = klass
        return klass

    register.__doc__ = f"Register a class as {nickname}, under its own name or the one given."
    return register


def get_alias_func(base_class: type[Any], nickname: str) -> Callable[..., Any]:
    """A decorator factory that registers subclasses of a base class under further names."""
    register = get_register_func(base_class, nickname)

    def alias(*aliases: str) -> Callable[[type[Any]], type[Any]]:
        def register_all(klass: type[Any]) -> type[Any]:
            for name in aliases:
                register(klass, name)
            return klass

        return register_all

    alias.__doc__ = f"Decorate a class to be registered as {nickname} under each of these names."
    return alias


def get_create_func(base_class: type[Any], nickname: str) -> Callable[..., Any]:
    """A function that makes an instance from a name, a dictionary, JSON text, or passes an instance through."""
    known = _REGISTRY.setdefault(base_class, {})

    def create(*args: Any, **kwargs: Any) -> Any:
        what, rest = (args[0], args[1:]) if args else (kwargs.pop(nickname), ())
        if isinstance(what, base_class):
            if rest or kwargs:
                raise AssertionError(
                    f"{nickname}: the given value is already an instance, which takes no further arguments"
                )
            return what
        if isinstance(what, dict):
            return create(**what)
        if not isinstance(what, str):
            raise AssertionError(f"{nickname} must be of string type, got {type(what).__name__}")
        if what.startswith(("[", "{")):
            if rest or kwargs:
                raise AssertionError(f"{nickname} given as JSON text takes no further arguments")
            config = json.loads(what)
            if isinstance(config, dict):
                return create(**config)
            name, options = config
            return create(name, **options)
        key = what.lower()
        if key not in known:
            raise AssertionError(
                f"{key} is not registered. Please register with {nickname}.register first; "
                f"registered: {', '.join(sorted(known))}"
            )
        return known[key](*rest, **kwargs)

    create.__doc__ = f"""Make a {nickname}.

    Args:
        {nickname}: registered name in any case; an instance, which is returned as it is; or a name with its arguments
            as a dictionary or as JSON text.
        **kwargs: arguments of the class.

    Raises:
        AssertionError: an unknown name, or arguments beside an instance or a text.
    """
    return create
