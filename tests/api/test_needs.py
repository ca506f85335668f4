"""A door of phones or operators gets the services that it names, and reaches no others."""

from __future__ import annotations

import ast
import inspect
import sys
from dataclasses import fields
from types import ModuleType, SimpleNamespace
from typing import Any, get_type_hints

import pytest

from app.api.application import BUREAU, COUNTER, OPS, PHONE
from app.api.http import health
from app.api.http.endpoint import Gate, Resource
from app.api.http.middleware import Naming
from app.api.http.supply import Supply
from app.api.ops import metrics
from app.compose import Services
from tests.test_floors import imports, modules

RESOURCES = {resource.needs.__module__: resource for resource in (*PHONE, *OPS, *COUNTER, *BUREAU)}
WHOLE = {"app.compose", "app.api.application", "app.api.tills.handlers"}
"""Where all services are to be had."""
SERVICES = SimpleNamespace(**{field.name: object() for field in fields(Services)})
NEEDS = [resource.needs for resource in RESOURCES.values()] + [
    Gate, Naming, health.Needs, metrics.Needs,
]  # fmt: skip


def module(resource: Resource) -> ModuleType:
    return sys.modules[resource.needs.__module__]


def test_every_file_of_calls_is_a_resource_of_its_own() -> None:
    assert len(RESOURCES) == len(PHONE) + len(OPS) + len(COUNTER) + len(BUREAU)
    with_calls = {
        name
        for name, tree in modules().items()
        if name.startswith(
            ("app.api.phone.", "app.api.ops.", "app.api.counter.", "app.api.bureau.")
        )
        and _names(tree, "ENDPOINTS")
    }
    assert with_calls == set(RESOURCES)


def _names(tree: ast.Module, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))


@pytest.mark.parametrize("needs", NEEDS, ids=lambda needs: needs.__module__)
def test_what_is_named_is_a_service_of_that_type(needs: type[Any]) -> None:
    there = get_type_hints(Services)
    assert get_type_hints(needs).items() <= there.items()


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_no_more_is_named_than_called(name: str) -> None:
    tree = ast.parse(inspect.getsource(module(RESOURCES[name])))
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert {field.name for field in fields(RESOURCES[name].needs)} <= called


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_what_is_not_named_is_not_reached(name: str) -> None:
    supply = Supply()
    slot = supply.slot(RESOURCES[name].needs)
    supply.fill(SERVICES)
    named = {field.name for field in fields(RESOURCES[name].needs)}
    for field in fields(Services):
        given = getattr(slot.get(), field.name, None)
        assert given is (getattr(SERVICES, field.name) if field.name in named else None)


def test_no_door_asks_for_the_whole() -> None:
    doors = [n for n in modules() if n.startswith(("app.api.phone.", "app.api.ops."))]
    assert len(doors) > len(RESOURCES)
    assert [(name, found) for name in doors if (found := imports(name) & WHOLE)] == []


def test_nobody_calls_before_the_stores_are_open() -> None:
    with pytest.raises(AssertionError):
        Supply().slot(Gate).get()
