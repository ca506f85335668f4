"""What a hostile or broken client could send in the place of any value of a message."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

Place = tuple[str | int, ...]


class Raw(str):
    """JSON text that no Python value would be written as."""


_DEEP = 3000
HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 10**18, 2**63, -(2**63) - 1, 10**400, 0.1, -0.005, 1e308, 5e-324,
    Raw("1e400"), Raw("-1e400"), Raw("NaN"), Raw("Infinity"), Raw("1E-400"), Raw("-0"),
    Raw("9" * 5000), Raw("[" * _DEEP + "]" * _DEEP), Raw('{"a":' * _DEEP + "1" + "}" * _DEEP),
    Raw('"\\ud800"'), Raw('"\\u0000"'), Raw('"\\udfff\\ud800"'), Raw("[1,]"), Raw("'x'"),
    "", " ", "x", "x" * 31, "x" * 300, "x" * 50_000, "药" * 20_000, "\n\t", "\x1b[31m", "\x7f",
    "\ue0001.00", "\u202e\u200b", "🙂" * 13, "é" * 31, "@1", "@", "@x", "{name}", "{0.__class__}",
    "%s%n", "' or 1=1; --", "../../etc/passwd", "0", "-1", "00", "01", "1e999999", "1e-999999",
    "1e400", "9" * 24, "0." + "0" * 20 + "1", "1_000", "NaN", "sNaN", "-Infinity", "0x10",
    "١٢٣", "１２３", "²", "9223372036854775807", "9223372036854775808", "2026-02-30 00:00:00",
    "0001-01-01 00:00:00", "9999-12-31 23:59:59", "2026-11-21T12:00:00Z", "2026-1-1 0:0:0",
    [], {}, [None], ["x"], [[]], [{}], {"": ""}, {"data": {}}, list(range(3000)), [[1] * 50] * 50,
    [{"a": 1}] * 201, {str(n): n for n in range(2000)}, {"\x00": 1}, {"x" * 5000: 1},
)  # fmt: skip


def leaves(value: Any, path: Place = ()) -> Iterator[Place]:
    """Every place in a message: objects and arrays themselves, and what is in them."""
    if path:
        yield path
    items: Iterator[tuple[str | int, Any]] | enumerate[Any]
    if isinstance(value, dict):
        items = iter(value.items())
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return
    for key, item in items:
        yield from leaves(item, (*path, key))


def with_value(message: Any, path: Place, value: Any) -> str:
    """The message as JSON text with one value replaced."""
    changed = copy.deepcopy(message)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    mark = "\ue123mark\ue123"
    holder[path[-1]] = mark if isinstance(value, Raw) else value
    text = json.dumps(changed)
    return text.replace(json.dumps(mark), value) if isinstance(value, Raw) else text


def without(message: Any, path: Place) -> str:
    """The message as JSON text with one value taken out."""
    changed = copy.deepcopy(message)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return json.dumps(changed)


def twice(message: Any, path: Place, value: Any) -> str:
    """The message with a key of its outermost object written twice."""
    text = json.dumps(message)
    return text[:-1] + f", {json.dumps(str(path[0]))}: {json.dumps(value)}" + "}"
