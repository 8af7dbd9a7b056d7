"""What is public is stated, is there, and says what it is for."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

import tajfif

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(tajfif.__path__, "tajfif.")
    if not any(step.startswith("_") for step in module.name.split("."))
)


def defined(module: ModuleType) -> Iterator[tuple[str, object]]:
    """The functions and classes that a module itself defines under a public name."""
    for name, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__ and not name.startswith("_")
        if own and (inspect.isclass(value) or inspect.isfunction(value)):
            yield name, value


def members(owner: type) -> Iterator[tuple[str, object]]:
    """The methods and properties that a class itself defines under a public name."""
    for name, value in vars(owner).items():
        member = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
            yield name, member


def test_modules_are_found() -> None:
    assert {"tajfif.model", "tajfif.errors", "tajfif.config", "tajfif.screening", "tajfif.lists.store"} <= set(MODULES)


@pytest.mark.parametrize("name", ["tajfif", *MODULES])
def test_public_names_are_stated_and_there(name: str) -> None:
    module = importlib.import_module(name)
    public = getattr(module, "__all__", None)
    if public is None:
        assert list(defined(module)) == [], f"{name} defines public names and has no __all__"
        return
    assert len(public) == len(set(public))
    assert [each for each in public if not hasattr(module, each)] == []
    assert [each for each in public if each.startswith("_")] == []


@pytest.mark.parametrize("name", ["tajfif", *MODULES])
def test_public_names_say_what_they_are_for(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    silent = []
    for each in getattr(module, "__all__", ()):
        value = getattr(module, each)
        if (inspect.isclass(value) or inspect.isfunction(value)) and not value.__doc__:
            silent.append(each)
        if inspect.isclass(value) and value.__module__.startswith("tajfif"):
            silent += [f"{each}.{key}" for key, member in members(value) if not member.__doc__]
    assert silent == []


def test_package_shows_its_public_names() -> None:
    for each in tajfif.__all__:
        assert getattr(tajfif, each) is getattr(importlib.import_module("tajfif.screening"), each)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = tajfif.no_such_name
