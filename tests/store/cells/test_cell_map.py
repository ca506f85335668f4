"""The file of the cells: what a process takes from it, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings

CELLS = """
shared_database_url = "postgres://qinji@db0/shared"
shared_redis_url = "redis://r0/0"
[cells.gd]
provinces = ["44"]
database_url = "postgres://qinji@db1/gd"
redis_url = "redis://r0/1"
address = "http://10.0.0.1:8080"
[cells.others]
provinces = ["*", "11"]
database_url = "postgres://qinji@db0/others"
redis_url = "redis://r0/0"
standby_url = "postgres://qinji@db9/others"
address = "http://10.0.0.2:8080"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cells.toml"
    path.write_text(CELLS, encoding="utf-8")
    return path


def test_a_cell_has_its_own_servers_and_knows_what_is_shared(file: Path) -> None:
    config = Settings(cells=file, cell="gd")
    assert config.database_url == "postgres://qinji@db1/gd"
    assert config.redis_url == "redis://r0/1"
    assert config.shared_database_url == "postgres://qinji@db0/shared"
    assert config.shared_redis_url == "redis://r0/0"
    assert config.standby_url == ""


def test_a_redis_may_be_a_cell_s_and_the_shared_one(file: Path) -> None:
    config = Settings(cells=file, cell="others")
    assert config.standby_url == "postgres://qinji@db9/others"
    assert config.shared_redis_url == ""


def test_who_is_insured_where(file: Path) -> None:
    cells = Settings(cells=file, cell="gd").cell_map
    assert cells is not None
    assert cells.of_place("440100") == "gd"
    assert cells.of_place("44") == "gd"
    assert cells.of_place("110101") == cells.of_place("650000") == cells.of_place("") == "others"
    alone = cells.model_copy(update={"cells": {"gd": cells.cells["gd"]}})
    assert alone.of_place("110101") is None


def test_codes_of_a_cell_lead_back_to_it(file: Path) -> None:
    cells = Settings(cells=file, cell="gd").cell_map
    assert cells is not None
    for cell, digits in (("gd", "44"), ("others", "13")):
        assert Settings(cells=file, cell=cell).code_province == digits
        assert cells.of_place(digits) == cell
    text = CELLS.replace('["44"]', '["13"]').replace('["*", "11"]', '["*"]')
    file.write_text(text, encoding="utf-8")
    assert Settings(cells=file, cell="others").code_province == "00"


def test_what_a_supervisor_has_told_its_process_may_be_said_again(file: Path) -> None:
    first = Settings(cells=file, cell="gd")
    again = Settings(cells=file, cell="gd", database_url=first.database_url, redis_url="")
    assert again.database_url == first.database_url
    with pytest.raises(ValidationError, match="QINJI_DATABASE_URL is not what QINJI_CELLS says"):
        Settings(cells=file, cell="gd", database_url="postgres://qinji@db0/others")


@pytest.mark.parametrize(("cells", "cell"), [(False, "gd"), (True, "")])
def test_one_of_the_two_is_not_enough(file: Path, cells: bool, cell: str) -> None:
    with pytest.raises(ValidationError, match="QINJI_CELLS and QINJI_CELL go together"):
        Settings(cells=file if cells else None, cell=cell)


def test_a_cell_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(ValidationError, match="has no such cell"):
        Settings(cells=file, cell="bj")


def test_the_demo_is_not_started_in_cells(file: Path) -> None:
    with pytest.raises(ValueError, match="not in the demo"):
        Settings(cells=file, cell="gd").for_up()


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ('["44"]', '["*"]', "'\\*' is in gd and others"),
        ('["44"]', '["11"]', "'11' is in gd and others"),
        ('["44"]', '["4"]', "'4' is no province"),
        ('["44"]', "[]", "cells.gd.provinces"),
        ("[cells.gd]", "[cells.GD]", "a cell's name is of a-z"),
        ("db1/gd", "db0/others", "each cell has a database of its own"),
        ("db1/gd", "db0/shared", "each cell has a database of its own"),
        ("http://10.0.0.1:8080", "10.0.0.1:8080", "an address is http://host:port"),
        ("http://10.0.0.1:8080", "http://10.0.0.1:8080/fsi", "an address is http://host:port"),
        ("shared_redis_url", "shared_cache_url", "shared_redis_url"),
        ("[cells.gd]", "[cells.gd", "cells.toml"),
    ],
)
def test_a_file_that_can_not_be_is_told_of_by_the_word_that_is_wrong(
    file: Path, wrong: str, right: str, told: str
) -> None:
    file.write_text(CELLS.replace(wrong, right, 1), encoding="utf-8")
    with pytest.raises(ValidationError, match=told):
        Settings(cells=file, cell="gd")
    with pytest.raises(ValidationError, match="No such file"):
        Settings(cells=file.with_name("none.toml"), cell="gd")
