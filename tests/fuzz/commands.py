"""What commands do with a file that is none: ``import``, ``ledger prove``, ``region check``."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

import click
from click.testing import CliRunner

from app.cli.ledger import ledger
from app.cli.regions import region
from app.compose import Services
from app.domain.events.registering import registry_events
from app.domain.registry.imports import importer
from app.domain.registry.imports.lines import FileRefused
from app.kit.clock import SystemClock
from app.regions.loader import PACKS, Rulebook
from tests.fuzz.case import Case
from tests.fuzz.making.files import ROOT

_NATION = "00-nation.toml"


class Commands:
    """Gives files to commands, one after the other."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._book = Rulebook.load()
        self._alone = asyncio.Lock()

    async def give(self, case: Case) -> str:
        """What is wrong: whatever the command wouldn't tell in a sentence of its own."""
        async with self._alone:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / (case.head or "file")
                path.write_bytes(case.body)
                try:
                    return await self._give(case, path)
                except FileRefused as refused:
                    return "" if str(refused) else "a file is refused without a word"
                except Exception as error:  # whatever it is
                    return f"{type(error).__name__}: {error}"[:500]

    async def _give(self, case: Case, path: Path) -> str:
        match case.name:
            case "receipt":
                return _ran(ledger, "prove", str(path), "--root", ROOT)
            case "pack":
                if path.name != _NATION:
                    shutil.copy(PACKS / _NATION, path.with_name(_NATION))
                return _ran(region, "check", str(path.parent))
        await self._import(case, path)
        return ""

    async def _import(self, case: Case, path: Path) -> None:
        services, clock = self._services, SystemClock()
        database, cipher = services.database, services.people.cipher
        match case.name:
            case "people":
                await importer.import_people(
                    database,
                    cipher,
                    clock,
                    path,
                    on_change=registry_events(database, services.shared, self._book),
                    renew=services.balances.renew,
                    lenient=len(case.body) % 2 == 1,
                )
            case "institutions":
                await importer.import_institutions(database, cipher, clock, path, demo=False)
            case _:
                await importer.import_catalogue(database, clock, path)


def _ran(command: click.Command, *words: str) -> str:
    found = CliRunner().invoke(command, words)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        return f"{type(found.exception).__name__}: {found.exception}"[:500]
    return "" if found.output.strip() else "not a word"
