"""The peer: pgbench running the same settlement one transaction at a time.

The same rows are read, locked, written and indexed as on our path for the README's bill; the JSON
it stores is what our path has stored, made the patient's own. Two shapes: the statements of a plain
service in one transaction, and one call of a function, which is the hardest peer we can write.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.bench.made.town import OWN_AND_AID, PERSON, Town
from app.bench.made.typical import LINES, PAYABLE_FEN, Sample, buyers
from app.bench.programs import output_of
from app.local.servers.programs import programs
from app.store.database import Database
from app.store.urls.postgres import credentials

SHAPES = ("statements", "function")
_HERE = Path(__file__).parent
_COLUMNS = (
    "id", "kind", "cancels_id", "request_id", "fixmedins_code", "mdtrtarea_admvs", "person_id",
    "mdtrt_id", "credential_id", "insutype", "psn_type", "insuplc_admdvs", "med_type", "invono",
    "bill_time", "settled_at",
)  # fmt: skip
_AMOUNTS = (
    "medfee_sumamt_fen", "fulamt_ownpay_fen", "overlmt_selfpay_fen", "preselfpay_fen",
    "inscp_scp_fen", "act_pay_dedc_fen", "hifp_pay_fen", "pool_prop", "fund_pay_fen",
    "psn_part_fen",
)  # fmt: skip
_PAID = ("own_pay_fen", "wallet_pay_fen", "mulaid_pay_fen", "cash_pay_fen", "balance_after_fen",
         "lines", "trace", "rules")  # fmt: skip
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_LATENCY = re.compile(r"^latency average = ([0-9.]+) ms", re.MULTILINE)
_FAILED = re.compile(r"^number of failed transactions: ([0-9]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of pgbench."""

    shape: str
    clients: int
    per_s: float
    average_ms: float


class Peer:
    """pgbench on one database. ``make`` first, ``drop`` at the end."""

    def __init__(self, database: Database, url: str, town: Town, sample: Sample) -> None:
        assert OWN_AND_AID == (2, 4, 6, 8, 12, 16, 20, 24, 28), "peer_choice.sql counts on it"
        self._database = database
        self._url = url
        self._values = _values(town, sample)

    async def make(self) -> None:
        """Makes the schema ``bench``."""
        await self.drop()
        async with self._database.connection() as connection:
            await connection.execute(self._filled("peer.sql"))

    async def drop(self) -> None:
        async with self._database.connection() as connection:
            await connection.execute("drop schema if exists bench cascade")

    async def run(self, shape: str, clients: int, seconds: int) -> Ran:
        """Runs one shape, prepared, with so many clients, for so many whole seconds.

        Raises:
            ProgramFailed: pgbench could not be run, or a transaction failed.
        """
        script = self._filled("peer_choice.sql") + self._filled(f"peer_{shape}.sql")
        with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
            file.write(script)
            file.flush()
            text = await output_of(*self._arguments(file.name, clients, seconds))
        return read(text, shape, clients)

    def _arguments(self, script: str, clients: int, seconds: int) -> tuple[list[str], str]:
        found = credentials(self._url)
        argv = [str(programs()[0] / "pgbench"), "--no-vacuum", "--protocol", "prepared"]
        argv += ["--client", str(clients), "--jobs", str(min(2, clients)), "--time", str(seconds)]
        argv += ["--file", script, "--host", str(found["host"]), "--port", str(found["port"])]
        argv += ["--username", str(found["user"]), str(found["database"])]
        return argv, str(found["password"] or "")

    def _filled(self, name: str) -> str:
        text = (_HERE / name).read_text(encoding="utf-8")
        for key, value in self._values.items():
            text = text.replace("{" + key + "}", value)
        return text


def read(text: str, shape: str, clients: int) -> Ran:
    """What pgbench printed.

    Raises:
        ValueError: not the output of a run in which every transaction succeeded.
    """
    if "actually processed: 0\n" in text:
        return Ran(shape, clients, 0.0, 0.0)
    tps, latency, failed = (p.search(text) for p in (_TPS, _LATENCY, _FAILED))
    if tps is None or latency is None or (failed is not None and failed[1] != "0"):
        raise ValueError(f"pgbench: {text[-500:]}")
    return Ran(shape, clients, float(tps[1]), float(latency[1]))


def _values(town: Town, sample: Sample) -> dict[str, str]:
    row, patient = sample.settlement, str(PERSON + sample.number)
    body = sample.body.replace(patient, "@P").replace(town.identity(sample.number).psn_no, "@N")
    trace = sample.trace.replace(patient, "@P").replace(str(sample.donor_id), "@D")
    return {
        "buyers": str(buyers(town)),
        "blocks": str(town.blocks),
        "shops": str(town.shops),
        "person": str(PERSON),
        "payable": str(PAYABLE_FEN),
        "cash": str(row.cash_pay_fen),
        "items": str(len(LINES)),
        "codes": ", ".join(f"'{line[1]}'" for line in LINES),
        "columns": ", ".join((*_COLUMNS, *_AMOUNTS, *_PAID)),
        "amounts": ", ".join(str(getattr(row, name)) for name in _AMOUNTS),
        "body": _quoted(body),
        "lines": _quoted(sample.lines),
        "trace": _quoted(_rest(trace)),
        "rules": _quoted(row.rules),
    }


def _rest(trace: str) -> str:
    """The trace without its legs: they come before it, as they were paid."""
    found = re.fullmatch(r'\{(.*)"legs": \[.*?\](?:, )?(.*)\}', trace, re.DOTALL)
    assert found is not None, trace
    return (found[1] + found[2]).rstrip(", ") + "}"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def shapes_by_best(runs: Sequence[Ran]) -> dict[str, Ran]:
    """Each shape's fastest run."""
    best: dict[str, Ran] = {}
    for run in runs:
        if run.shape not in best or run.per_s > best[run.shape].per_s:
            best[run.shape] = run
    return best
