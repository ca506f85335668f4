"""``qinji region`` as people see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.kit.words.table import width
from app.regions.form import all_keys, sections
from app.regions.loader import Rulebook
from app.regions.text.labels import LABELS, SECTIONS, SPECIAL_WORDS, WORDS
from app.regions.text.show import columns, value_text
from tests.regions.packs import block, folder, region


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["region", *arguments])


def test_list_has_every_pack_in_columns() -> None:
    lines = _run("list").output.splitlines()
    book = Rulebook.load()
    assert len(lines) == len(book.packs) + 1
    hebei = next(line for line in lines if line.startswith("13 "))
    assert hebei.split() == ["13", "河北省", "2024-10-01", "12", "2", "A:9", "B:1", "D:2"]
    starts = {width(line[: line.index(" 20")]) for line in lines[1:]}
    assert len(starts) == 1


def test_show_on_a_day() -> None:
    before = _run("show", "3302", "--date", "2022-02-28", "--own").output
    assert "按设定顺序" in before and "2021-04-01 ~ 2022-02-28" in before
    after = _run("show", "330200", "--date", "2022-03-01", "--own").output
    assert "按设定顺序" not in after and "长期" in after
    assert "00@2021-04-01+33@2021-04-01+3302@2022-03-01" in after
    assert "3302-ningbo.toml:" in after and "valid until ended, the whole balance" in after
    assert "S62  宁波、温州共济问答  https://" in after


def test_show_names_a_document_with_number_and_date() -> None:
    output = _run("show", "53", "--date", "2025-03-01").output
    assert "健全基本医疗保险参保长效机制的指导意见》 国办发〔2024〕38号 (2024-07-26)" in output


def test_show_has_every_parameter_and_its_source() -> None:
    output = _run("show", "51", "--date", "2025-03-01").output
    for key in all_keys():
        assert key.partition(".")[2] in output
    for title in SECTIONS.values():
        assert title in output
    assert "C 样例" in output and "00-nation.toml:" in output


def test_show_a_place_without_a_pack() -> None:
    assert "随全国" in _run("show", "530100").output
    assert "随广东省" in _run("show", "4404").output
    assert "当日无本地规则" in _run("show", "4404", "--own").output


@pytest.mark.parametrize("code", ["4", "440", "4x", "亚特兰蒂斯", "44030500", "٤٤", "", " "])
def test_show_refuses_what_is_no_code(code: str) -> None:
    result = _run("show", code)
    assert result.exit_code == 2 and "two, four or six digits" in result.output


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("hebei", "河北省 13 "),
        ("河北", "河北省 13 "),
        ("深圳", "深圳市 4403 "),
        ("Shenzhen", "深圳市 4403 "),
        ("石家庄", "河北省 1301 "),
    ],
)
def test_show_knows_a_region_by_name(asked: str, told: str) -> None:
    result = _run("show", asked)
    assert result.exit_code == 0 and result.output.startswith(told)


def test_show_before_all_rules() -> None:
    result = _run("show", "44", "--date", "2019-01-01")
    assert result.exit_code == 1 and "no rules yet" in result.output


def test_check_prints_file_line_sentence(tmp_path: Path) -> None:
    good = _run("check")
    assert good.exit_code == 0 and "no problem" in good.output
    folder(tmp_path, p44_a=region("44", block("[rules.aid]\nmax_out = 0")))
    bad = _run("check", str(tmp_path))
    assert bad.exit_code == 1
    assert bad.output.startswith("44-a.toml:10: aid.max_out ")


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("aid.floor_fen", 2_000_00, "2,000.00 元"),
        ("aid.cap_day_fen", "unlimited", "不限"),
        ("aid.cap_share", "0.5", "50 %"),
        ("aid.relations", ["spouse", "daughters_children"], "配偶、外孙子女"),
        ("aid.chain", False, "否"),
        ("aid.max_out", 8, "8 人"),
        ("aid.min_bound_days", 90, "90 天"),
        ("aid.who_may_end", "donor", "仅共济人"),
        ("aid.cap_scope", "donor", "按共济人合计"),
        ("credential.ttl_s", 60, "60 秒"),
        ("family.consent_age", 16, "16 岁"),
        ("family.binds_per_month", 5, "5 次"),
        ("benefit_employee.away_points", "0.05", "5 %"),
        ("benefit_employee.ratio_active", {"basic": "0.60", "second": "0.5", "third": "0.5"},
         "一级及以下 60 %，二级 50 %，三级 50 %"),
        ("benefit_employee.ratio_active", {"basic": "1", "second": "1", "third": "1"}, "100 %"),
        ("benefit_employee.deductible_fen", {"basic": 100, "second": 200, "third": 300},
         "一级及以下 1.00 元，二级 2.00 元，三级 3.00 元"),
        ("display.aid_alias", "亲情账号", "亲情账号"),
    ],
)  # fmt: skip
def test_values_for_people(key: str, value: object, text: str) -> None:
    assert value_text(key, value) == text


def test_every_parameter_and_word_has_a_name() -> None:
    assert set(LABELS) == set(all_keys()) and set(SECTIONS) == set(sections())
    for pack in Rulebook.load().packs.values():
        for entry in pack.entries:
            words = entry.value if isinstance(entry.value, list) else [entry.value]
            for word in words:
                if isinstance(word, str) and word.isascii() and word.replace("_", "").isalpha():
                    special = SPECIAL_WORDS.get(entry.key, {})
                    assert word in WORDS or word in special or word == "unlimited", entry


def test_columns_line_up() -> None:
    table = list(columns([["甲", "1", "a"], ["乙丙", "22", "b"]], right=(1,)))
    assert table == ["甲     1  a", "乙丙  22  b"]
