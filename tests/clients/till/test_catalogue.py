"""``qinji pos catalogue``: a real till's shelf follows the centre's catalogue."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.clients.till.client import TillClient
from app.clients.till.commands.pos import pos
from app.clients.till.till import Login, Till
from app.domain.catalogue.importing import import_list
from app.domain.registry.imports.importer import import_catalogue
from app.domain.registry.imports.rows import CATALOGUE
from tests.domain.catalogue.made import file, row
from tests.till_world import Town


async def items(town: Town, folder: Path, *lines: str) -> None:
    path = folder / "items.csv"
    path.write_text("\n".join([",".join(CATALOGUE), *lines]), encoding="utf-8")
    assert (await import_catalogue(town.services.database, town.clock, path)).refused == 0


async def test_a_till_loads_lists_and_what_is_new_of_its_shelf(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, till = town.shop, Till(tmp_path, "1")
    code, other = f"T9POS{shop.code[-9:]}", f"T9OTH{shop.code[-9:]}"
    shelf = tmp_path / "shelf.csv"
    shelf.write_text(f"short,med_list_codg,name,pric\namo,{code},旧名,12.80\nx,{other},别的,1\n")
    url = str(town.world.client.make_url("/"))
    key = (shop.key_id, shop.secret, shop.scheme)
    till.save(Login(url, shop.code, shop.name, shop.admdvs, *key, shelf=str(shelf)))
    right = Till.client

    def client(self: Till) -> TillClient:
        made = right(self)
        made.clock, made.retry_waits_s = town.clock, ()
        return made

    monkeypatch.setattr(Till, "client", client)

    async def said(*words: str) -> str:
        given = ["--home", str(tmp_path), "catalogue", *words]
        done = await asyncio.to_thread(CliRunner().invoke, pos, given)
        assert done.exit_code == 0, done.output
        return done.output

    database = town.services.database
    await import_list(database, town.clock, "1301", file(tmp_path, [row("1301", 1)]))
    await items(town, tmp_path, f"{code},阿莫西林,101,2,0.1,10,准字1")
    first = await said()
    assert "阿莫西林 售价 12.80 高于限价 10" in first
    assert f"{other} 不在医保目录" in first and "其中 1 种" in first
    assert row("1301", 1).split("\t")[0] in till.list_file("1301").read_text(encoding="utf-8")
    version = till.catalogue()["versions"]["1301"]
    town.clock.advance(60)
    nothing = await said()
    assert "1301 西药中成药：0 条有变化" in nothing and "其中 0 种" in nothing
    await import_list(database, town.clock, "1301", file(tmp_path, [row("1301", 1, f"改{code}")]))
    await items(town, tmp_path, f"{code},阿莫西林胶囊,101,2,0.1,,准字1")
    later = await said()
    assert "1301 西药中成药：1 条有变化" in later and "高于限价" not in later
    assert int(till.catalogue()["versions"]["1301"]) == int(version) + 1
    kept = till.list_file("1301").read_text(encoding="utf-8")
    assert f"改{code}" in kept and kept.count(row("1301", 1).split("\t")[0]) == 1
    assert till.catalogue()["items"][code]["name"] == "阿莫西林胶囊"
    again = await said("--whole")
    assert "其中 1 种" in again
