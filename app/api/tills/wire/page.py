"""Prints WIRE.md: the general part as it stands in ``general.md``, then each transaction's tables.

``python -m app.api.tills.wire.page > app/api/tills/WIRE.md``
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from app.api.tills.table import TRANSACTIONS, Transaction
from app.api.tills.wire.envelope import FIELDS
from app.api.tills.wire.fields import Field
from app.api.tills.wire.nodes import Node, Shape

_GENERAL = Path(__file__).parent / "general.md"
_NUMBERS = re.compile(r"^[0-9A, ]+(?:\(ours\))?: ")
_HEAD = (
    "| field 字段 | name 名称 | type 类型 | required 必填 | values 代码 |",
    "|---|---|---|---|---|",
)


def page() -> str:
    """The whole page, as Markdown."""
    general = _GENERAL.read_text(encoding="utf-8").replace("{envelope}", "\n".join(_envelope()))
    return (
        "\n".join([general.rstrip(), *(line for one in TRANSACTIONS for line in _about(one))])
        + "\n"
    )


def _envelope() -> Iterator[str]:
    yield from ("| field 字段 | name 名称 | type 类型 | required 必填 |", "|---|---|---|---|")
    for name, (longest, required, zh) in FIELDS.items():
        yield f"| {name} | {zh} | c{longest} | {_yes(required)} |"
    yield "| input | 交易输入 | node | Y |"


def _about(transaction: Transaction) -> Iterator[str]:
    yield from ("", f"## {transaction.infno} {transaction.zh} {transaction.en}", "")
    yield _said(transaction)
    for node in transaction.shape.input:
        yield from ("", f"In `{node.name}` ({node.form}):", "")
        yield from _table(node)
    yield from ("", f"Out: {_output(transaction.shape)}")


def _said(transaction: Transaction) -> str:
    """What its handler says of itself, and how its repeats are answered."""
    doc = " ".join((transaction.handle.__doc__ or "").partition("\n\n")[0].split())
    told = _NUMBERS.sub("", doc).replace("``", "`")
    said = [told[:1].upper() + told[1:]]
    if transaction.repeats_by_msgid:
        how = " signed anew" if transaction.signed_anew else ""
        said.append(f"The same message again{how} gets the stored answer.")
    if transaction.moves_money:
        said.append("Moves money.")
    return " ".join(said)


def _table(node: Node) -> Iterator[str]:
    yield from _HEAD
    yield from (_row(field) for field in node.fields)


def _row(field: Field) -> str:
    required = _yes(field.required) if field.used or field.required else "–, not used"
    return f"| {field.name} | {field.zh} | {field.type} | {required} | {field.codes} |"


def _yes(required: bool) -> str:
    return "Y" if required else "–"


def _output(shape: Shape) -> str:
    if shape.rows:
        return "no node: `output` is the list"
    told = [
        f"`{name.removesuffix('[]')}` (list)" if name.endswith("[]") else f"`{name}`"
        for name in shape.output
    ]
    return ", ".join(told) or ("a file" if shape.file else "nothing")


if __name__ == "__main__":
    sys.stdout.write(page())
