"""Signed papers in a batch: each row by itself, wrong ones named, the same file again: nothing."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.counter import commands
from app.domain.counter.papers import COLUMNS
from tests.api.counter.conftest import Counter
from tests.phone_world import Someone


def row(person: Someone, other: Someone, **more: str) -> dict[str, str]:
    return {
        "form_no": "P-1",
        "kind": "grant",
        "psn_name": person.name,
        "certno": person.certno,
        "other_name": other.name,
        "other_certno": other.certno,
        "relation": "father",
        "agreed": "1",
        "reason": "书面授权，双方已签字",
    } | more


def csv(*rows: dict[str, str]) -> str:
    lines = [",".join(one.get(name, "") for name in COLUMNS) for one in rows]
    return "\n".join([",".join(COLUMNS), *lines, ""])


async def upload(counter: Counter, token: str, *rows: dict[str, str]) -> Any:
    answer = await counter.call("POST", "/authorisations", {"table": csv(*rows)}, token)
    assert answer.status == 200, answer.body
    return answer.data


async def test_rows_are_done_once_and_wrong_ones_are_named(counter: Counter) -> None:
    token = await counter.sign_in()
    daughter = await counter.person("李敏", date(1980, 5, 17), current_fen=50_000, gend="2")
    father, far = await counter.person("李老"), await counter.person("王远", place="420100")
    rows = (
        row(daughter, father, cap_day="100.00"),
        row(daughter, father, kind="bind", form_no="P-2"),
        row(daughter, father, form_no="P-3"),
        row(daughter, father, other_name="李小", form_no="P-4"),
        row(far, father, form_no="P-5"),
        row(daughter, father, kind="give", form_no="P-6"),
        row(daughter, father, relation="dog", form_no="P-7"),
        row(daughter, father, cap_day="much", form_no="P-8"),
        row(daughter, father, form_no=father.certno),
        row(daughter, far, form_no="P-10"),
    )
    report = await upload(counter, token, *rows)
    assert (report["done"], report["known"]) == (2, 0), report
    refused = [(one["line"], one["column"]) for one in report["refused"]]
    assert refused == [
        (4, ""),
        (5, "other_certno"),
        (6, ""),
        (7, "kind"),
        (8, "relation"),
        (9, "cap_day"),
        (10, "form_no"),
        (11, ""),
    ]
    said = {one["line"]: one["why"] for one in report["refused"]}
    assert "已有绑定" in said[4] and "其他地区" not in said[4] and "参保" in said[6]
    assert father.certno not in str(report)
    before = await counter.done()
    again = await upload(counter, token, *rows)
    assert (again["done"], again["known"]) == (0, 2)
    assert [(one["line"], one["column"]) for one in again["refused"]] == refused
    assert await counter.done() == before
    kinds = [one["kind"] for one in before]
    assert kinds == ["grant", "grant_confirm", "bind", "bind_confirm"]
    [grant] = (await counter.state(daughter, token))["grants"]
    assert grant["can_pay"] and grant["cap_day_fen"] == 10_000


@pytest.mark.parametrize("table", ["x", "a,b\n1,2\n", "\n", "\ufeff", '"'])
async def test_what_is_no_such_file_is_refused_as_a_whole(counter: Counter, table: str) -> None:
    token = await counter.sign_in()
    answer = await counter.call("POST", "/authorisations", {"table": table}, token)
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")


async def test_the_same_by_command_in_a_clerk_s_name(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = counter.town.services.settings.model_copy(update={"home": tmp_path})
    monkeypatch.setattr(commands, "settings_or_exit", lambda: found)
    name, _ = await counter.staff("clerk")
    daughter = await counter.person("李敏", date(1980, 5, 17), current_fen=50_000, gend="2")
    father = await counter.person("李老")
    file = tmp_path / "papers.csv"
    wrong = row(daughter, father, agreed="yes", form_no="P-2")
    file.write_text(csv(row(daughter, father), wrong), encoding="utf-8")

    async def run(by: str) -> tuple[int, str]:
        words = ["import", str(file), "--by", by]
        done = await asyncio.to_thread(CliRunner().invoke, commands.counter, words)
        return done.exit_code, done.output

    code, said = await run(name)
    assert code == 0 and "1 done, 0 done before, 1 refused" in said, said
    assert "3,agreed," in (tmp_path / "papers.csv.refused.csv").read_text(encoding="utf-8")
    assert "0 done, 1 done before, 1 refused" in (await run(name))[1]
    assert (await run("nobody"))[0] == 1
    viewer, _ = await counter.staff("viewer")
    assert (await run(viewer))[0] == 1
