"""Prints ``core/answers.d.ts``: what the phones' door answers, from its OpenAPI document.

``python -m tests.clients.miniprogram.answers > app/clients/miniprogram/core/answers.d.ts``
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from app.api.application import about_phones

Schema = dict[str, Any]
_HEAD = """\
// What the phones' door answers, for the type check only: printed from its OpenAPI document by
//   .venv/bin/python -m tests.clients.miniprogram.answers
declare namespace Answer {"""
_SIMPLE = {"integer": "number", "object": "{ [more: string]: unknown }"}


def declarations(document: Schema) -> str:
    """The document's answers as TypeScript."""
    schemas: dict[str, Schema] = document["components"]["schemas"]
    waiting = [data for path in document["paths"].values() for data in _answers(path)]
    answers: set[str] = set()
    while waiting:
        for key in set(_references(waiting.pop())) - answers:
            answers.add(key)
            waiting.append(schemas[key])
    parts = [_declared(_name(key), schemas[key]) for key in sorted(answers, key=_name)]
    return "\n".join([_HEAD, *(line for part in parts for line in part), "}", ""])


def _answers(path: Schema) -> Iterator[Schema]:
    """The data of each call of a path."""
    for call in path.values():
        for status, response in call["responses"].items():
            told = response["content"].get("application/json")
            if status.startswith("2") and told:
                yield told["schema"]["properties"]["data"]


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _references(part)


def _name(key: str) -> str:
    """``MeView`` is ``Me``; two of one name are told apart by their module, ``MeAccount``."""
    *_, module, own = ["", *key.removesuffix("View").split("__")]
    return "".join(part.capitalize() for part in module.split("_")) + own


def _declared(name: str, schema: Schema) -> Iterator[str]:
    if "properties" not in schema:
        yield f"  type {name} = {_type(schema)}"
        return
    yield f"  interface {name} {{"
    for field, form in schema["properties"].items():
        yield f"    {field}{'' if field in schema.get('required', ()) else '?'}: {_type(form)}"
    yield "  }"


def _type(schema: Schema) -> str:
    match schema:
        case {"$ref": reference}:
            return _name(reference.rpartition("/")[2])
        case {"anyOf": choices}:
            return " | ".join(_type(choice) for choice in choices)
        case {"enum": values}:
            return " | ".join(f"'{value}'" for value in values)
        case {"const": value}:
            return f"'{value}'"
        case {"type": "array", "items": item}:
            inner = _type(item)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"{{ [name: string]: {_type(values)} }}"
    kind: str = schema["type"]
    return _SIMPLE.get(kind, kind)


if __name__ == "__main__":
    sys.stdout.write(declarations(about_phones()))
