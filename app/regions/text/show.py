"""Rules as people read them: yuan, names in Chinese, columns that line up on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from app.kit.money import yuan_text
from app.kit.words.table import width
from app.regions.form import UNLIMITED
from app.regions.pack import Entry, Pack
from app.regions.rules import GENERAL
from app.regions.text.labels import LABELS, LEVELS, SECTIONS, SPECIAL_WORDS, WITHOUT, WORDS

SAMPLE = "样例"
_UNITS = {
    "_s": "秒", "_days": "天", "_age": "岁", "_months": "个月", "_years": "年", "_month": "次",
    "_a_day": "次", "_hour": "时", "_begins_in": "月",
}  # fmt: skip


def columns(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> Iterator[str]:
    """Lines of a table; the columns in ``right`` are aligned to the right, the last is free."""
    last = len(rows[0]) - 1
    widths = [max(width(row[column]) for row in rows) for column in range(last + 1)]
    for row in rows:
        cells = []
        for column, cell in enumerate(row):
            space = " " * (widths[column] - width(cell))
            if column in right:
                cells.append(space + cell)
            else:
                cells.append(cell + space if column < last else cell)
        yield "  ".join(cells).rstrip()


def value_text(key: str, value: object) -> str:
    """One value for people: ``2,000.00 元``, ``配偶、父母、子女``, ``60 %``."""
    if value == UNLIMITED:
        return WITHOUT.get(key, "不限")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "；".join(_row_text(one) for one in value)
    if isinstance(value, list):
        return "、".join(_word(key, str(one)) for one in value)
    if isinstance(value, dict):
        if len(set(map(str, value.values()))) == 1:
            return value_text(key, next(iter(value.values())))
        parts = (f"{LEVELS.get(name, name)} {value_text(key, one)}" for name, one in value.items())
        return "，".join(parts)
    if isinstance(value, int):
        return _number(key, value)
    if (
        isinstance(value, str)
        and value != GENERAL
        and ("ratio_" in key or key.endswith(("_share", "_points", "_rate")))
    ):
        percent = Decimal(value) * 100
        return f"{percent.normalize():f} %"
    return _word(key, str(value))


def parameter_rows(entries: dict[str, Entry], name: dict[str, str]) -> Iterator[list[str]]:
    """Rows of parameters in the order of their labels, a row with only a title before each section.

    ``name`` tells the region of a pack's file.
    """
    section = ""
    for key in LABELS:
        entry = entries.get(key)
        if entry is None:
            continue
        if key.partition(".")[0] != section:
            section = key.partition(".")[0]
            yield [f"{SECTIONS[section]}  [{section}]"]
        until = f" ~ {entry.ends}" if entry.ends else ""
        certainty = f"{entry.certainty} {SAMPLE}" if entry.sample else entry.certainty
        yield [
            f"  {LABELS[key]}",
            key.partition(".")[2],
            value_text(key, entry.value),
            f"{name[entry.pack]} :{entry.line}",
            f"{entry.begins}{until}",
            certainty,
        ]


def region_row(pack: Pack) -> list[str]:
    """One region in the list."""
    spread = Counter(entry.certainty for entry in pack.entries)
    samples = sum(entry.sample for entry in pack.entries)
    return [
        pack.code,
        pack.name,
        str(min((entry.begins for entry in pack.entries), default="")),
        str(len({entry.key for entry in pack.entries})),
        str(samples or ""),
        " ".join(f"{letter}:{count}" for letter, count in sorted(spread.items())),
    ]


def _row_text(row: dict[str, object]) -> str:
    """One row of a list of tables: ``2026 0-17 435.00 元``, ``2026 2025-11-30 ~ 2026-02-28``."""
    if "opens" in row:
        return f"{row['year']} {row['opens']} ~ {row['closes']}"
    youngest, oldest = row.get("from_age", 0), row.get("to_age")
    who = "" if not youngest and oldest is None else f" {youngest}-{oldest}岁"
    if youngest and oldest is None:
        who = f" {youngest}岁及以上"
    for name in ("sex", "identity"):
        if word := row.get(name):
            who += f" {WORDS[str(word)]}"
    return f"{row['year']}{who} {_number('x_fen', int(str(row['fen'])))}"


def _number(key: str, value: int) -> str:
    if key.endswith("_fen"):
        whole, _, cents = yuan_text(value).partition(".")
        return f"{int(whole):,}.{cents} 元"
    for ending, unit in _UNITS.items():
        if key.endswith(ending):
            return f"{value} {unit}"
    if key.endswith("_year"):
        return str(value)
    return f"{value} 人"


def _word(key: str, word: str) -> str:
    return SPECIAL_WORDS.get(key, {}).get(word) or WORDS.get(word, word)
