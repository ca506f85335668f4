"""Each door is given the services that it names, and no others.

Routes are made before the stores open, so a door holds a ``Slot``. It is filled at the start, by
the names of the fields of what the door needs.
"""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any, ClassVar, Generic, Protocol, TypeVar


class Named(Protocol):
    """A frozen dataclass whose fields are services, each under the name that ``Services`` has."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Needs = TypeVar("Needs", bound=Named)


class Slot(Generic[Needs]):
    """A place for the services that somebody has named."""

    def __init__(self, needs: type[Needs]) -> None:
        self._needs = needs
        self._given: Needs | None = None

    def fill(self, services: object) -> None:
        """Takes what is named, by field, from all services there are."""
        names = [field.name for field in fields(self._needs)]
        self._given = self._needs(**{name: getattr(services, name) for name in names})

    def get(self) -> Needs:
        """The services; nobody calls before the stores are open."""
        assert self._given is not None
        return self._given


class Supply:
    """All slots of a process' doors."""

    def __init__(self) -> None:
        self._slots: list[Slot[Any]] = []

    def slot(self, needs: type[Needs]) -> Slot[Needs]:
        """A slot that ``fill`` will fill."""
        slot = Slot(needs)
        self._slots.append(slot)
        return slot

    def fill(self, services: object) -> None:
        """Gives everybody what is named; called once, when the stores are open."""
        for slot in self._slots:
            slot.fill(services)
