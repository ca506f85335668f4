"""The integrator's page is played as it stands: keys, the first bill, every transaction, SM2, and a
pharmacy's acceptance list, which is walked from top to bottom."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.api.tills.table import BY_NUMBER
from app.clients.till.answer import read_answer
from app.kit.sm2.keys import private_key
from app.kit.sm2.signing import HERE
from tests.api.tills.national.walk import registered
from tests.api.tills.test_outpatient import Clinic, clinic
from tests.till_world import BASIC, Town, add_shop

__all__ = ["clinic"]
PAGE = (Path(__file__).parents[3] / "deploy" / "INTEGRATOR.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)
ROW = re.compile(r"^\| (\d{4,6}A?) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
CALLED = re.compile(r"\bcall (\d{4}A?)\b")
MARK = "@@"
ELSEWHERE = re.compile(r"320[34]|720[23]")
"""Clearing comes to this page when it is whole; 7202 and 7203 begin on a phone."""
ZIP = """#!{python}
import sys, zipfile
with zipfile.ZipFile(sys.argv[-2], "w") as whole:
    whole.write(sys.argv[-1])
"""
DATE = """#!/bin/sh
exec {date} -d "@$PLAYED_AT" "$@"
"""


def part(heading: str) -> str:
    """The bash blocks below a heading of the page."""
    [found] = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    return "\n".join(BLOCK.findall(found))


def tools(folder: Path) -> None:
    """A clock that shows the town's time, and a zip for machines without one."""
    date = shutil.which("date")
    for name, text in {
        "date": DATE.format(date=date),
        "zip": ZIP.format(python=sys.executable),
    }.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)


async def play(script: str, folder: Path, town: Town, **env: str) -> dict[str, list[str]]:
    """Plays a script of the page; what each transaction was answered, in order."""
    tools(folder)
    head = f"set -eu\ntrap 'echo \"line $LINENO\"' ERR\n{part('Keys')}\n{part('One message')}\n"
    told = 'post() { printf "\\n%s %s " "' + MARK + '" "$INFNO"; real_post "$@"; }\n'
    told = re.sub(r"^post\(\)", "real_post()", head, flags=re.MULTILINE) + told
    told = told.replace("message() {", "message() { INFNO=$1;")
    shop = town.shop
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        told + script,
        cwd=folder,
        env={
            "PATH": f"{folder}:{os.environ['PATH']}",
            "PLAYED_AT": str(int(town.clock.now().timestamp())),
            "URL": town.url.rstrip("/"),
            "INST": shop.code,
            "NAME": shop.name,
            "AREA": shop.admdvs,
            "KEY": shop.key_id,
            "SECRET": shop.secret,
            "ITEM": BASIC,
        }
        | env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    text = out.decode(errors="replace")
    assert process.returncode == 0, f"{err.decode()}\n{text[-3000:]}"
    found: dict[str, list[str]] = {}
    for answer in text.split(f"\n{MARK} ")[1:]:
        infno, _, rest = answer.partition(" ")
        found.setdefault(infno, []).append(rest.strip())
    return found


def needs(*programs: str) -> None:
    for name in programs:
        if shutil.which(name) is None:
            pytest.skip(f"no {name} on this machine")


async def test_the_page_is_played_from_keys_to_every_transaction(
    clinic: Clinic, tmp_path: Path
) -> None:
    needs("bash", "curl", "openssl", "sed")
    town = clinic.town
    shown = await town.show(clinic.patient)
    headings: tuple[str, ...] = ("The first bill", "Looking, and taking back", "A clinic's visit")
    headings += ("Electronic prescriptions",)
    headings += ("Lists of the nation, and your own codes", "Goods and their trace codes")
    script = "\n".join(part(name) for name in (*headings, "The end of a day"))
    pharmacist = await town.show(await town.member("方正"))
    known = {"SCANNED": shown["code"], "PURPOSE": "01301", "TYPE": "1"}
    await registered(town, clinic.patient.psn_no)
    known |= {"PHARMACIST": pharmacist["code"]}
    found = await play(script, tmp_path, town, **known)
    wrong = []
    for infno, answers in found.items():
        for answer in answers:
            if infno == "9102":
                assert (tmp_path / "differing.zip").read_bytes().startswith(b"PK")
            elif not (told := read_answer("", 200, answer.encode())).ok:
                wrong.append(f"{infno} {told.err_msg}")
            elif infno.startswith("350") and '"retRslt":"0"' in answer:
                assert infno in ("3505A",), f"{infno} {answer}"
    assert not wrong, "\n".join(wrong)
    missing = set(BY_NUMBER) - set(found)
    assert not {one for one in missing if not ELSEWHERE.fullmatch(one)}
    paid = json.loads(found["2102"][0])["output"]["setlinfo"]
    assert str(paid["medfee_sumamt"]) == "12.8" and await town.balance(clinic.patient) < 10_000


@pytest.mark.skipif(not HERE, reason="no SM2 for this machine")
async def test_the_page_s_sm2_is_signed_by_openssl_alone(clinic: Clinic, tmp_path: Path) -> None:
    needs("bash", "curl", "openssl")
    town = clinic.town
    made = await asyncio.create_subprocess_exec(
        "openssl",
        "genpkey",
        "-algorithm",
        "SM2",
        "-out",
        str(tmp_path / "key.pem"),
        stderr=asyncio.subprocess.DEVNULL,
    )
    if await made.wait():
        pytest.skip("openssl without SM2")
    key = private_key((tmp_path / "key.pem").read_text())
    shop = replace(
        town.shop, scheme="sm2", key_id="app-1", secret=key.secret.hex() + key.point.hex()
    )
    await add_shop(town.services, shop, town.clock.now())
    found = await play(part("SM2"), tmp_path, town, SM2_KEY="app-1")
    [answer] = found["9001"]
    assert json.loads(answer)["infcode"] == 0, answer


async def test_the_acceptance_list_is_walked_from_top_to_bottom(town: Town) -> None:
    rows = ROW.findall(PAGE.partition("acceptance list")[2])
    assert len(rows) == 51
    wrong = []
    for infno, _, here in rows:
        served = infno in BY_NUMBER
        if served != (here == "served") and not (served and here.startswith("to come")):
            wrong.append(f"{infno}: {here}, and is {'served' if served else 'not'}")
        assert here == "served" or here.startswith(("to come: ", "no: ")), infno
        body = town.till.body(infno, {}, town.till.new_msgid())
        told = (await town.ask(body)).err_msg.split(" ")[0]
        if not served:
            assert told in ("TRANSACTION_UNKNOWN", "ENVELOPE_INVALID"), (infno, told)
    assert not wrong, "\n".join(wrong)
    played = set(CALLED.findall(PAGE))
    loops = re.findall(r"for infno in ([^;]+);", PAGE)
    played |= {infno for loop in loops for infno in loop.split()}
    assert {infno for infno, _, here in rows if here == "served"} <= played
