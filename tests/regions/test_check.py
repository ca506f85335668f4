"""Every kind of mistake in a pack is found, on its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.regions.checks.check import Problem, check
from app.regions.errors import PackError
from app.regions.pack import read_pack
from tests.regions.packs import NATION, block, folder, region


def _only(problems: list[Problem], file: str, line: int, *words: str) -> None:
    assert len(problems) == 1, [str(problem) for problem in problems]
    assert (problems[0].file, problems[0].line) == (file, line), str(problems[0])
    for word in words:
        assert word in problems[0].sentence


def _aid(line: str) -> str:
    return block(f"[rules.aid]\n{line}")


def _purses(text: str) -> str:
    return block(f"[rules.purses]\n{text}")


def _employee(*lines: str) -> str:
    return block("\n".join(["[rules.benefit_employee]", *lines]))


POOLED = (
    "pooled = true",
    'ratio_active = { basic = "0.6", second = "0.5", third = "0.4" }',
    'ratio_retired = { basic = "0.7", second = "0.6", third = "0.5" }',
)

# The pack's text after [region] (lines 1 to 3), the line of the problem, words of its sentence.
WRONG: list[tuple[str, int, tuple[str, ...]]] = [
    # Form
    ("\n[[rules\n", 5, ("TOML",)),
    ("\n[rules]\n", 5, ("[[rules]]",)),
    ("\n[[rule]]\n", 5, ("did you mean 'rules'",)),
    ("\n[[rules]]\nfrom = 2021-04-01\nsource = 'x'\ncertainty = 'D'\n", 5, ("sets nothing",)),
    (block("[rules.aids]\nmax_out = 1"), 9, ("unknown section", "did you mean 'aid'")),
    (block("[rules.aid]\nmax_outs = 1"), 10, ("aid.max_outs", "did you mean 'max_out'")),
    (block("untill = 2025-01-01\n[rules.aid]\nmax_out = 1"), 9, ("did you mean 'until'",)),
    (block("aid = 5"), 9, ("a table",)),
    # Values
    (_aid("max_out = 0"), 10, ("aid.max_out", "greater than or equal to 1")),
    (_aid("max_in = 0"), 10, ("aid.max_in",)),
    (_aid('max_out = "8"'), 10, ("'8', not a whole number",)),
    (_aid("max_out = true"), 10, ("not a whole number",)),
    (_aid("max_out = 8.0"), 10, ("not a whole number",)),
    (_aid("chain = 1"), 10, ("not true or false",)),
    (_aid("cap_share = 0.5"), 10, ("as text",)),
    (_aid('cap_share = "1.2"'), 10, ("less than or equal to 1",)),
    (_aid('floor_fen = "unlimited"'), 10, ("must have a value",)),
    (_aid("floor_fen = -1"), 10, ("greater than or equal to 0",)),
    (_aid('donor_order = "balance"'), 10, ("'balance_desc'",)),
    (_aid('relations = "spouse"'), 10, ("not a list",)),
    (_aid("relations = []"), 10, ("is empty",)),
    (_aid("purposes = []"), 10, ("is empty",)),
    (_aid('relations = ["spouse", "cousins"]'), 10, ("'cousins'",)),
    (_aid('relations = [\n"spouse",\n"spouse",\n]'), 10, ("twice",)),
    (_employee("deductible_fen = 5"), 10, ("not a table of basic, second, third",)),
    (_employee("deductible_fen = { basic = 1, second = 2 }"), 10, ("lacks 'third'",)),
    (_employee("deductible_fen = { basic = 1, second = 2, thrid = 3, third = 3 }"), 10,
     ("did you mean 'third'",)),
    (_employee('ratio_active = { basic = "1.1", second = "0", third = "0" }'), 10,
     ("basic", "less than or equal to 1")),
    (_employee('ratio_active = { basic = 0.6, second = "0", third = "0" }'), 10, ("as text",)),
    # Dates and sources
    ("\n[[rules]]\nfrom = 2021-04-01\nsource = 'S44, S999: x'\ncertainty = 'D'\n"
     "[rules.aid]\nmax_out = 1\n", 7, ("S999", "SOURCES.md")),
    ("\n[[rules]]\nfrom = 2021-04-01\nsource = 'S44 and S45 say x'\ncertainty = 'D'\n"
     "[rules.aid]\nmax_out = 1\n", 7, ("begins like ids",)),
    ("\n[[rules]]\nsource = 'x'\ncertainty = 'D'\n[rules.aid]\nmax_out = 1\n", 5, ("'from'",)),
    ("\n[[rules]]\nfrom = 2021-04-01\ncertainty = 'D'\n[rules.aid]\nmax_out = 1\n", 5, ("source",)),
    ("\n[[rules]]\nfrom = 2021-04-01\nsource = 'x'\n[rules.aid]\nmax_out = 1\n", 5,
     ("lacks its certainty",)),
    ("\n[[rules]]\nfrom = 2021-04-01\nsource = 'x'\ncertainty = 'E'\n[rules.aid]\nmax_out = 1\n",
     8, ("'E'",)),
    (block("[rules.aid]\nmax_out = 1", begins='"2021-04-01"'), 6, ("not a day",)),
    (block("[rules.aid]\nmax_out = 1", begins="2021-04-01T00:00:00"), 6, ("not a day",)),
    (block("sample = 1\n[rules.aid]\nmax_out = 1"), 9, ("sample",)),
    (block("[rules.aid]\nmax_out = 1", begins="2024-01-02", until="2024-01-01"), 7, ("before",)),
    # The course of time
    (_aid("max_out = 1") + block("[rules.aid]\nmax_out = 2", begins="2024-01-01"), 17,
     ("line 10", "2024-01-01")),
    (_aid("max_out = 1\n#")
     + block("[rules.aid]\nmax_in = 2", begins="2022-01-01", until="2022-12-31")
     + block("[rules.aid]\nmax_in = 2", begins="2022-12-31"), 26, ("line 19", "2022-12-31")),
    (block("[rules.aid]\nmax_in = 2", begins="2022-01-01", until="2022-12-30")
     + block("[rules.aid]\nmax_in = 3", begins="2023-01-01"), 18, ("nothing between",)),
    # Impossible together
    (block("[rules.credential]\nrefresh_after_s = 60"), 10, ("lives only 60 s",)),
    (_aid("cap_day_fen = 100\ncap_per_use_fen = 200"), 10, ("cap_day_fen (100) is below",)),
    (_aid("cap_month_fen = 100\ncap_day_fen = 200"), 10, ("cap_month_fen (100)",)),
    (_aid("cap_week_fen = 100\ncap_day_fen = 200"), 10, ("cap_week_fen (100)",)),
    (_aid("cap_month_fen = 100\ncap_week_fen = 200"), 10, ("cap_month_fen (100)",)),
    (_aid("cap_year_fen = 100\ncap_per_use_fen = 200"), 10, ("cap_year_fen (100)",)),
    (_aid('purposes = ["medical"]'), 10, ("only one",)),
    (_aid('tie_break = "name"'), 10, ("never decides",)),
    (_aid('area = "nation"\nuse_area = "pool"'), 11, ("in one pool only",)),
    (block("[rules.own]\ncarried_over_only = true"), 10, ("current money comes first",)),
    (block('[rules.purses]\norder = ["own", "donors"]'), 10, ("leaves out wallet",)),
    (block('[rules.purses]\norder = ["wallet", "own", "donors"]'), 10,
     ("wallet would pay before the own account",)),
    (block('[rules.purses]\norder = ["own", "own", "donors", "wallet"]'), 10, ("'own' twice",)),
    (_purses('ratio = ["donors", "wallet"]'), 10, ("what the own account may not",)),
    (_purses('ratio = ["current", "donors", "carried_over"]'), 10, ("before own money",)),
    (_purses('ratio = ["current", "current"]'), 10, ("'current' twice",)),
    (_purses('ratio = "generally"'), 10, ("not a list",)),
    (_purses('ratio = ["fund"]'), 10, ("fund",)),
    (_purses("ratio = []"), 10, ("is empty",)),
    (_purses('over_limit = ["current"]'), 10, ("scope.over_limit lets nobody",)),
    (_purses('vaccine = ["current"]\n[rules.own]\nspend_first = "carried_over"\n'
             "carried_over_only = true"), 10, ("carried-over money only",)),
    (block("[rules.display]\nwallet_inside_mulaid = true\nmulaid_inside_acct_pay = false"), 10,
     ("stands outside acct_pay",)),
    (_employee("pooled = true", POOLED[1]), 10, ("ratio_retired is 0",)),
    (_employee(POOLED[1]), 10, ("pooled is false",)),
    (_employee(*POOLED, "cap_retired_fen = 0"), 13, ("cap_retired_fen is 0",)),
    (_employee(*POOLED, "deductible_fen = { basic = 1, second = 2, third = 3 }",
               "deductible_ceiling_fen = 2"), 14, ("at most 2",)),
    (_employee('away = "lower"'), 10, ("don't go together",)),
    (_employee('away_points = "0.05"'), 10, ("don't go together",)),
]  # fmt: skip


@pytest.mark.parametrize(("body", "line", "words"), WRONG)
def test_a_mistake_is_found_on_its_line(
    tmp_path: Path, body: str, line: int, words: tuple[str, ...]
) -> None:
    _only(check(folder(tmp_path, p44_a=region("44", body))), "44-a.toml", line, *words)


@pytest.mark.parametrize(
    "body",
    [
        _aid('max_donors = 1\ncap_scope = "donor"'),
        _aid('allow_partial = false\nmax_donors = "unlimited"'),
        _aid('floor_fen = 100\nfund_source = "carried_over"'),
        _aid("cap_per_use_fen = 200\ncap_day_fen = 200"),
        _aid('donor_order = "balance_desc"\ntie_break = "name"'),
        _purses('vaccine = ["carried_over", "current", "wallet"]\nratio = "general"'),
        _employee(*POOLED, 'away = "lower"', 'away_points = "0.05"'),
        block("[rules.aid]\nmax_in = 2", begins="2022-01-01", until="2022-12-31")
        + block("[rules.aid]\nmax_in = 3", begins="2023-01-01", until="2023-12-31"),
    ],
)
def test_what_is_possible_is_no_problem(tmp_path: Path, body: str) -> None:
    assert check(folder(tmp_path, p4403_a=region("4403", body))) == []


def test_a_clash_is_blamed_on_the_more_local_pack_once(tmp_path: Path) -> None:
    found = check(
        folder(
            tmp_path,
            p44_a=region("44", _aid("cap_per_use_fen = 500")),
            p4401_b=region("4401", _aid("max_out = 3")),
            p4403_c=region("4403", _aid("max_out = 3\ncap_day_fen = 400")),
        )
    )
    _only(found, "4403-c.toml", 11, "cap_day_fen (400)", "from 2021-04-01")


@pytest.mark.parametrize(
    ("header", "line", "word"),
    [
        ('[region]\ncode = "45"\nname = "x"\n', 2, "doesn't match"),
        ('[region]\ncode = 44\nname = "x"\n', 2, "in quotes"),
        ('[region]\ncode = "44"\nname = " "\n', 3, "a name"),
        ('[region]\ncode = "44"\nname = "x"\none_poll = true\n', 4, "did you mean 'one_pool'"),
        ('[region]\ncode = "44"\nname = "x"\none_pool = 1\n', 4, "one_pool"),
        ('[regions]\ncode = "44"\n', 1, "did you mean 'region'"),
    ],
)
def test_the_region_itself(tmp_path: Path, header: str, line: int, word: str) -> None:
    found = check(folder(tmp_path, p44_a=header + _aid("max_out = 1")))
    assert any(p.file == "44-a.toml" and p.line == line and word in p.sentence for p in found)


def test_two_files_of_one_region(tmp_path: Path) -> None:
    body = _aid("max_out = 1")
    found = check(folder(tmp_path, p44_a=region("44", body), p44_b=region("44", body)))
    _only(found, "44-b.toml", 1, "44-a.toml")


def test_a_pool_needs_no_province(tmp_path: Path) -> None:
    assert check(folder(tmp_path, p5301_a=region("5301", _aid("max_out = 1")))) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("grace_s = 30\n", "", 1, ("credential.grace_s is missing",)),
        ("grace_s = 30\n", "grace_s = 300\n", 0, ()),
        ("until = 2024-12-08", "until = 2024-12-07", 66, ("aid.relations", "nothing between")),
        ("until = 2024-12-08", "until = 2024-12-09", 66, ("aid.relations", "line 58")),
        ("from = 2024-12-09\n", "from = 2024-12-09\nuntil = 2030-12-31\n", 67, ("no last day",)),
        ("from = 2021-04-01\nuntil", "from = 2021-05-01\nuntil", 58, ("begins on 2021-05-01",)),
    ],
)
def test_the_nation_sets_everything_without_end(
    tmp_path: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    assert old in NATION
    found = check(folder(tmp_path, p00_nation=NATION.replace(old, new, 1)))
    if line == 0:
        assert found == []
        return
    assert any(
        p.file == "00-nation.toml" and p.line == line and all(w in p.sentence for w in words)
        for p in found
    ), [str(p) for p in found]


def test_an_empty_folder_and_one_without_the_nation(tmp_path: Path) -> None:
    _only(check(tmp_path), str(tmp_path), 1, "there is no pack (*.toml)")
    (tmp_path / "44-a.toml").write_text(region("44", _aid("max_out = 1")), encoding="utf-8")
    _only(check(tmp_path), "00-*.toml", 1, "nation")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "44-a.toml").write_bytes(b"\xff\xfe")
    _only(check(tmp_path), "44-a.toml", 1, "can't be read")


@pytest.mark.parametrize("deep", ["[" * 5000 + "]" * 5000, "{a=" * 2000 + "1" + "}" * 2000])
def test_a_file_that_nests_without_end(tmp_path: Path, deep: str) -> None:
    folder(tmp_path)
    path = tmp_path / "44-a.toml"
    path.write_text(region("44", _aid(f"max_out = {deep}")), encoding="utf-8")
    _only(check(tmp_path), "44-a.toml", 1, "no TOML")
    with pytest.raises(PackError, match=r"44-a\.toml:1: "):
        read_pack(path)


def test_all_mistakes_of_a_file_at_once(tmp_path: Path) -> None:
    text = region("44", _aid("max_out = 0\nmax_inn = 2\nchain = 5"))
    assert [p.line for p in check(folder(tmp_path, p44_a=text))] == [10, 11, 12]


def test_a_block_that_spans_two_others_overlaps_both(tmp_path: Path) -> None:
    text = region(
        "44",
        block("[rules.aid]\nmax_in = 2", begins="2022-01-01", until="2022-12-31"),
        block("[rules.aid]\nmax_in = 3", begins="2022-02-01", until="2022-02-28"),
        block("[rules.aid]\nmax_in = 4", begins="2022-06-01", until="2023-06-30"),
    )
    found = check(folder(tmp_path, p44_a=text))
    assert [(p.line, "line 11" in p.sentence) for p in found] == [(19, True), (27, True)]


def test_lines_after_a_value_that_looks_like_rules(tmp_path: Path) -> None:
    source = '"""one\n[[rules]]\n[rules.aid]\nmax_out = 3\n"""'
    body = f'\n[[rules]]\nfrom = 2021-04-01\nsource = {source}\ncertainty = "D"\n'
    found = check(folder(tmp_path, p44_a=region("44", f"{body}[rules.aid]\nmax_out = 0\n")))
    _only(found, "44-a.toml", 14, "aid.max_out")


def test_the_terms_of_residents_too(tmp_path: Path) -> None:
    body = block("[rules.benefit_resident]\npooled = true\n" + POOLED[1])
    _only(check(folder(tmp_path, p44_a=region("44", body))), "44-a.toml", 10, "ratio_retired")


def test_the_name_of_a_file(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "44.toml").write_text(region("44", _aid("max_out = 1")), encoding="utf-8")
    _only(check(tmp_path), "44.toml", 2, "<code>-<pinyin>.toml")
