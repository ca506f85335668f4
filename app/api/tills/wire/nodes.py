"""Nodes of an input: an object or a list of objects, each read by its table of fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.api.tills.wire.fields import Field, Holder, wrong
from app.kit.value import value

ROWS_MAX = 200
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


class Node:
    """An object of the input."""

    form = "one"

    def __init__(self, name: str, *fields: Field) -> None:
        self.name = name
        self.fields = fields
        self._absent = {line.name: None if line.required else line.read({}) for line in fields}
        self._readers = tuple((line.name, line.read, line.required) for line in fields)

    def of(self, input: Holder) -> dict[str, Any]:
        """The node's values by name, read in the table's order.

        Raises:
            Refusal: INPUT_INVALID with the first field that is not right.
        """
        return self._values(self._object(input))

    def _values(self, holder: Holder) -> dict[str, Any]:
        # Most of what need not be there isn't: it is read once, when the program starts.
        values = self._absent.copy()
        for name, read, required in self._readers:
            if required or name in holder:
                values[name] = read(holder)
        return values

    def _object(self, input: Holder) -> Holder:
        return self._checked(input.get(self.name))

    def _checked(self, holder: object) -> Holder:
        if not isinstance(holder, dict):
            raise wrong(self.name, "应为JSON对象")
        return holder


class CamelNode(Node):
    """An object whose keys some tills send as ``clrType`` for ``clr_type``."""

    form = "one; keys in camelCase are taken, too"

    def _object(self, input: Holder) -> Holder:
        holder = super()._object(input)
        return {_CAPITAL.sub(r"_\1", str(key)).lower(): value for key, value in holder.items()}


class AliasNode(Node):
    """An object that may be called ``data`` as well."""

    form = "one; `data` is taken, too"

    def _object(self, input: Holder) -> Holder:
        return self._checked(input.get(self.name, input.get("data")))


class FileNode(Node):
    """An object that may be called ``data`` as well, or be the input itself."""

    form = "one; `data`, or no node at all, is taken, too"

    @property
    def names(self) -> tuple[str, str]:
        return self.name, "data"

    def _object(self, input: Holder) -> Holder:
        return self._checked(next((input[name] for name in self.names if name in input), input))


class Rows(Node):
    """A list of objects, at least one where it is ``required``. With ``told`` a refusal says in
    which row, and how many are too many."""

    def __init__(
        self,
        name: str,
        *fields: Field,
        told: bool = True,
        required: bool = True,
        rows_max: int = ROWS_MAX,
    ) -> None:
        super().__init__(name, *fields)
        self._told = told
        self._required = required
        self._max = rows_max
        few = f"1 to {rows_max} rows" if required else f"up to {rows_max} rows; may be left out"
        self.form = f"list, {few}"

    def each(self, input: Holder) -> Iterator[dict[str, Any]]:
        """Each row's values, as ``Node.of``. A row is read when it is asked for, so that what is
        wrong in it is told before what is wrong with a later one."""
        rows, told = input.get(self.name), self._told
        if not self._required and (rows is None or rows in ("", [])):
            return
        if not isinstance(rows, list) or not rows or (len(rows) > self._max and not told):
            raise wrong(self.name, "应为非空数组")
        if len(rows) > self._max:
            raise wrong(self.name, f"超过{self._max}行")
        for at, row in enumerate(rows, 1):
            if not isinstance(row, dict):
                raise wrong(f"{self.name}[{at}]" if told else self.name, "应为JSON对象")
            yield self._values(row)


class OneOrMore(Rows):
    """An object, in whose place a list of several may come."""

    def __init__(self, name: str, *fields: Field, rows_max: int = ROWS_MAX) -> None:
        super().__init__(name, *fields, rows_max=rows_max)
        self.form = f"one, or a list of 1 to {rows_max}"

    def each(self, input: Holder) -> Iterator[dict[str, Any]]:
        """Each object's values, as ``Rows.each``."""
        found = input.get(self.name)
        if isinstance(found, list):
            yield from super().each(input)
        else:
            yield self.of(input)


@value
class Shape:
    """What a transaction is given and what its ``output`` holds.

    Attributes:
        output: names, those of lists ending in ``[]``; none: an empty object.
        file: the answer is a file and no JSON.
        rows: the output has no node: it is itself a list.
    """

    input: tuple[Node, ...]
    output: tuple[str, ...] = ()
    file: bool = False
    rows: bool = False
