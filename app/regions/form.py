"""The form of a parameter: which sections and keys there are, and whether a value fits its key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from app.kit.money import plain_number
from app.regions.rules import Rules

UNLIMITED = "unlimited"


def sections() -> dict[str, type[BaseModel]]:
    """Every section by name."""
    return {name: _model(field) for name, field in Rules.model_fields.items()}


def all_keys() -> list[str]:
    """Every ``section.name``, in the order of the form."""
    return [f"{name}.{key}" for name, model in sections().items() for key in model.model_fields]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


def faults(section: str, key: str, value: object) -> Iterator[str]:
    """What is wrong with the value of a key that exists, as ends of a sentence."""
    field = sections()[section].model_fields[key]
    if value == UNLIMITED:
        if NoneType not in get_args(field.annotation):
            yield f"can't be {UNLIMITED!r}: it must have a value"
        return
    if value in _words(field.annotation):
        return
    if problems := list(_type_faults(field.annotation, value)):
        yield from problems
        return
    try:
        _adapter(section, key).validate_python(value)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            where = ".".join(str(part) for part in one["loc"])
            given = f"{one['input']!r}: " if not isinstance(one["input"], dict) else ""
            yield f"{where + ' ' if where else ''}{given}{one['msg']}"
        return
    if isinstance(value, list):
        yield from _list_faults(value)


def _list_faults(value: list[object]) -> Iterator[str]:
    if not value:
        yield "is empty: nothing would be allowed"
    for one in dict.fromkeys(str(item) for item in value if value.count(item) > 1):
        yield f"names {one!r} twice"


def _type_faults(annotation: Any, value: object) -> Iterator[str]:
    """Kinds that pydantic would quietly turn into one another: text, numbers, yes and no."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(arg for arg in get_args(annotation) if arg is not NoneType)
    if annotation is int and type(value) is not int:
        yield f"is {value!r}, not a whole number"
    elif annotation is bool and type(value) is not bool:
        yield f"is {value!r}, not true or false"
    elif annotation is Decimal and not isinstance(value, str):
        yield f'is {value!r}: write a share as text, such as "0.60"'
    elif annotation is Decimal and plain_number(str(value)) is None:
        yield f'is {value!r}: write a share in plain notation, such as "0.60"'
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _table_faults(annotation, value)
    elif get_origin(annotation) is tuple and not isinstance(value, list):
        yield f"is {value!r}, not a list"


def _table_faults(model: type[BaseModel], value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"is {value!r}, not a table of {', '.join(model.model_fields)}"
        return
    for name in value:
        if name not in model.model_fields:
            yield f"has an unknown key {name!r}{did_you_mean(name, model.model_fields)}"
    for name, field in model.model_fields.items():
        if name not in value:
            yield f"lacks {name!r}"
        else:
            for fault in _type_faults(field.annotation, value[name]):
                yield f"{name} {fault}"


def _words(annotation: Any) -> list[str]:
    """Words that may stand in the place of a value of another kind."""
    if get_origin(annotation) not in (Union, UnionType):
        return []
    kinds = [kind for kind in get_args(annotation) if get_origin(kind) is Literal]
    return [word for kind in kinds for word in get_args(kind)]


@cache
def _adapter(section: str, key: str) -> TypeAdapter[Any]:
    field = sections()[section].model_fields[key]
    annotation: Any = field.annotation
    if _words(annotation):
        annotation = next(kind for kind in get_args(annotation) if get_origin(kind) is not Literal)
    if get_origin(annotation) is Literal or not field.metadata:
        return TypeAdapter(annotation)
    return TypeAdapter(Annotated[annotation, field])


def _model(field: FieldInfo) -> type[BaseModel]:
    assert isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    return field.annotation
