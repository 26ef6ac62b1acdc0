"""Registries of classes: messages, and that each base class has its own."""

import json

import pytest

from mxcompat import registry


class Base:
    def __init__(self, size=0):
        self.size = size


register = registry.get_register_func(Base, "thing")
create = registry.get_create_func(Base, "thing")


@register
class Part(Base):
    pass


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(AssertionError, match=r"nothing is not registered.*thing\.register.*part"):
        create("nothing")


def test_text_is_read_as_json_only():
    with pytest.raises(json.JSONDecodeError):
        create('["part", {"size": __import__("os")}]')


def test_registering_twice_warns_and_replaces():
    class Other(Base):
        pass

    register(Other, "twice")
    with pytest.warns(UserWarning, match="New thing .*Other registered with name twice is overriding existing thing"):
        register(Other, "Twice")
    assert isinstance(create("TWICE"), Other)


def test_the_copy_of_a_registry_is_a_copy():
    registry.get_registry(Base)["made_up"] = Part
    assert "made_up" not in registry.get_registry(Base)


def test_registries_do_not_mix():
    class Apart:
        pass

    assert registry.get_registry(Apart) == {}
    with pytest.raises(AssertionError, match="subclass of Apart"):
        registry.get_register_func(Apart, "apart")(Part)
