"""The client's types of what the server answers are those of the server's own document."""

from __future__ import annotations

from app.api.application import about_phones
from tests.clients.miniprogram.answers import Schema, declarations
from tests.clients.miniprogram.conftest import SOURCE


def test_the_types_are_what_the_document_prints() -> None:
    there = (SOURCE / "core/answers.d.ts").read_text(encoding="utf-8")
    assert there == declarations(about_phones()), (
        "print it anew: python -m tests.clients.miniprogram.answers"
    )


def _ref(key: str) -> Schema:
    return {"$ref": f"#/components/schemas/{key}"}


def test_each_kind_of_field_is_told_and_what_is_only_sent_is_left_out() -> None:
    text, number = {"type": "string"}, {"type": "integer"}
    fields = {
        "text": text,
        "fen": number,
        "yes": {"type": "boolean"},
        "one": _ref("app__api__a__TwinView"),
        "state": _ref("State"),
        "many": {"type": "array", "items": _ref("app__api__of_b__TwinView")},
        "what": {"enum": ["paid", "returned"]},
        "only": {"const": "aid"},
        "maybe": {"anyOf": [number, {"type": "null"}]},
        "several": {"type": "array", "items": {"anyOf": [text, number]}},
        "named": {"type": "object", "additionalProperties": number},
        "any": {"type": "object"},
    }
    answer = {"content": {"application/json": {"schema": {"properties": {"data": _ref("MyView")}}}}}
    picture = {"content": {"image/svg+xml": {"schema": text}}}
    refusal = {"content": {"application/json": {"schema": _ref("Refusal")}}}
    document: Schema = {
        "paths": {
            "/a": {
                "get": {"responses": {"200": answer, "404": refusal}},
                "post": {"responses": {"200": picture}},
            }
        },
        "components": {
            "schemas": {
                "MyView": {
                    "properties": fields,
                    "required": [name for name in fields if name != "fen"],
                },
                "app__api__a__TwinView": {"properties": {}, "required": []},
                "app__api__of_b__TwinView": {"properties": {}, "required": []},
                "State": {"enum": ["shown", "paid"]},
                "SentForm": {"properties": {}},
                "Refusal": {"properties": {}},
            }
        },
    }
    assert declarations(document).splitlines()[2:] == [
        "declare namespace Answer {",
        "  interface ATwin {",
        "  }",
        "  interface My {",
        "    text: string",
        "    fen?: number",
        "    yes: boolean",
        "    one: ATwin",
        "    state: State",
        "    many: OfBTwin[]",
        "    what: 'paid' | 'returned'",
        "    only: 'aid'",
        "    maybe: number | null",
        "    several: (string | number)[]",
        "    named: { [name: string]: number }",
        "    any: { [more: string]: unknown }",
        "  }",
        "  interface OfBTwin {",
        "  }",
        "  type State = 'shown' | 'paid'",
        "}",
    ]
