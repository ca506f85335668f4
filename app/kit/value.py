"""Values: small classes that nobody changes, made by the thousand.

``@dataclass(frozen=True)`` sets each field by a call of ``object.__setattr__``, which on the path
of every bill costs more than what is worked out with the value. That nobody changes one is
therefore held by the type checker, which reads these classes as frozen, and costs nothing at work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar, dataclass_transform

Class = TypeVar("Class", bound=type)
Owner = TypeVar("Owner")
Found = TypeVar("Found")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: Class) -> Class:
    """A dataclass with slots, compared and hashed by its fields; frozen to the type checker."""
    return dataclass(slots=True, unsafe_hash=True)(cls)  # type: ignore[return-value]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def lazy_value(cls: Class) -> Class:
    """The same without slots, for classes with ``lazy`` properties."""
    return dataclass(unsafe_hash=True)(cls)  # type: ignore[return-value]


class lazy(Generic[Owner, Found]):
    """A property that is worked out once, when it is first asked for.

    ``functools.cached_property`` takes a lock each time, which costs more than most of these.
    """

    def __init__(self, work_out: Callable[[Owner], Found]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    def __get__(self, owner: Owner, _: type[Owner] | None = None) -> Found:
        found = owner.__dict__[self._name] = self._work_out(owner)
        return found
