"""What spreadsheets and editors make of a file is read, or told in a sentence that helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import pytest

from app.domain.registry.imports.lines import CsvFile, FileRefused, Line
from app.domain.registry.imports.rows import PEOPLE
from app.domain.registry.service import People
from tests.domain.registry.imports.conftest import Office

PersonLine = Callable[..., str]
COLUMNS = ("code", "name", "note")
HEADER = ",".join(COLUMNS)


def read(folder: Path, content: str | bytes) -> list[Line]:
    path = folder / "some.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(CsvFile(path, COLUMNS).lines())


def values(lines: list[Line]) -> list[tuple[int, list[str], str]]:
    return [(one.number, list(one.fields), one.bad.reason if one.bad else "") for one in lines]


@pytest.mark.parametrize(
    "content",
    [
        "code,name,note\n1,李敏,x\n2,王芳,\n",
        "\ufeffcode,name,note\r\n1,李敏,x\r\n2,王芳,\r\n",
        '\ufeff"code","name","note"\n"1","李敏","x"\n"2","王芳",""\n',
        "code,name,note,,,\n1,李敏,x,,,\n2,王芳,,,,\n",
        "code,name,note\n1,李敏,x,,,\n2,王芳,,\u3000,\u00a0\n",
        "code;name;note\n1;李敏;x\n2;王芳;\n",
        "code\tname\tnote\n1\t李敏\tx\n2\t王芳\t\n",
        "code\tname\tnote\n 1\t 李敏\tx \n2\t王芳\t\n",
        "code,name,note\r1,李敏,x\r2,王芳,\r",
        "code,name,note\r\r\n1,李敏,x\r\r\n2,王芳,\r\r\n",
        "Code , NAME\u3000,\u00a0Note\n1,李敏,x\n2,王芳,\n",
        "ｃｏｄｅ,ｎａｍｅ,ＮＯＴＥ\n1,李敏,x\n2,王芳,\n",
        "note,,code,name\nx,,1,李敏\n,,2,王芳\n",
        'code,name,note\n"1", "李敏",x\n="2","王芳",""\n',
        "code,name,note\n'1,李敏,x\n\u200b2,王芳\ufeff,\n",
        "code,name,note\n1,李敏,x\n\ufeff2,王芳,",
    ],
)
def test_one_table_in_many_forms(tmp_path: Path, content: str) -> None:
    assert values(read(tmp_path, content)) == [
        (2, ["1", "李敏", "x"], ""),
        (3, ["2", "王芳", ""], ""),
    ]


@pytest.mark.parametrize(
    "empty", ["", ",,", ",,,,,,", "  ,\t, ", '"","",""', "　,\u00a0,", "\ufeff"]
)
def test_empty_rows_are_nothing(tmp_path: Path, empty: str) -> None:
    content = "\n".join([empty, HEADER, empty, "1,a,", empty, empty, "2,b,", empty])
    assert [one.number for one in read(tmp_path, content)] == [4, 7]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("1,a", "2 fields instead of 3"), ("1,a,b,c", "4 fields instead of 3"),
        ("1,a,b,,c", "5 fields instead of 3"), ('1,"a,b', "quote"), ('1,"a"b,c', "quote"),
    ],
)  # fmt: skip
def test_a_line_of_another_width_is_told(tmp_path: Path, line: str, told: str) -> None:
    [one] = read(tmp_path, f"{HEADER}\n{line}\n")
    assert one.bad is not None and told in one.bad.reason


def test_a_value_without_a_column_is_told(tmp_path: Path) -> None:
    [one, other] = read(tmp_path, "code,,name,note\n1,,a,b\n2,x,a,b\n")
    assert one.fields == ["1", "a", "b"]
    assert other.bad is not None and "column without a name" in other.bad.reason


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("code,name,note\n1,李敏,\n".encode("utf-16"), "not UTF-8 but UTF-16.*CSV UTF-8"),
        ("code,name,note\n1,李敏,\n".encode("utf-16-le"), "not UTF-8 but UTF-16.*CSV UTF-8"),
        ("code,name,note\n1,李敏,\n".encode("utf-16-be"), "not UTF-8 but UTF-16.*CSV UTF-8"),
        ("编号,姓名\n".encode("gbk"), "not UTF-8 but GBK.*CSV UTF-8"),
        (b"code,n\xffme,note\n", "not UTF-8.*CSV UTF-8"),
        (b"", "empty"), (b",,,\r\n", "empty"), (b"\n\n", "empty"), (b"\xef\xbb\xbf", "empty"),
        (b"code,name\n", "missing: note"), (b"code,name,note,more\n", "unknown: more"),
        ("code,name,note,ＮＯＴＥ \n".encode(), "twice: note"), (b"code name note\n", "missing"),
    ],
)  # fmt: skip
def test_what_can_t_be_read_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        read(tmp_path, content)


def test_a_line_in_gbk_says_what_to_do(tmp_path: Path) -> None:
    [good, bad] = read(tmp_path, f"{HEADER}\n1,李敏,\n".encode() + "2,王芳,\n".encode("gbk"))
    assert good.bad is None and bad.bad is not None
    assert bad.bad.reason == "not UTF-8 but GBK, it seems (in Excel or WPS: save as 'CSV UTF-8')"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_without_end_costs_itself(tmp_path: Path, end: str) -> None:
    content = end.join([HEADER, "1,a,b", "x" * 50_000, "2,c,d"])
    lines = read(tmp_path, content)
    assert [(one.number, bool(one.bad)) for one in lines] == [(2, False), (3, True), (4, False)]
    assert sum(one.size for one in lines) == len(content) - len(HEADER + end)


async def test_people_out_of_a_spreadsheet(office: Office, person: PersonLine) -> None:
    rows = [
        person(1, psn_name="李　敏"),
        "," * 12,
        person(2, psn_name="\u00a0王\u00a0芳 "),
        "," * 15,
    ]
    path = office.folder / "sheet.csv"
    text = "\r\n".join([",".join(PEOPLE) + ",,,", *(f"{row},,," for row in rows), ""])
    path.write_bytes(text.replace(",", ";").encode("utf-8-sig"))
    assert astuple(await office.load_people(path)) == (2, 0, 0, 0)
    people = People(office.cipher, office.database)
    for psn_no, name in (("P1", "李 敏"), ("P2", "王 芳")):
        found = await people.by_psn_no(psn_no)
        assert found is not None and people.name(found) == name
