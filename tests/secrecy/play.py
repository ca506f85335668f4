"""Everything that can be asked, asked: both access tables by everybody, what is ill formed, what
breaks, and the commands of the terminal."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.clients.till.client import Item, Unknown
from app.domain.registry.imports.rows import INSTITUTIONS, PEOPLE
from app.settings import PROJECT_ROOT
from tests.api.access import household, market, phones, tills
from tests.api.access.test_operators import ROWS as OPERATORS
from tests.api.access.test_operators import send as ask_operators
from tests.api.access.test_operators import tokens as operators_tokens
from tests.api.access.test_phones import send as ask_phones
from tests.api.access.test_tills import headers, send
from tests.api.ops.conftest import NightShift
from tests.people_factory import made_up_certno
from tests.phone_world import Someone, claim
from tests.raw_calls import asked
from tests.secrecy.far import STRAYS, FarTown, Secrets
from tests.secrecy.started import FAULTY_ITEM, FAULTY_NAME, FAULTY_TILL
from tests.till_world import Member

CHILD = date(2016, 5, 1)


@dataclass
class Night(NightShift):
    """Operators whose passwords are known to be secret."""

    async def operator(self, role: Any) -> tuple[str, str]:
        name, password = await super().operator(role)
        kept(self.town).add("operator's password", password)
        return name, password


def kept(town: Any) -> Secrets:
    found: Secrets = town.world.secrets
    return found


async def everything(town: FarTown, folder: Path) -> list[bytes]:
    """Plays all; gives what the terminal said."""
    await at_the_phones(town)
    await at_the_tills(town)
    await ill_formed(town)
    await faults(town)
    return await in_the_terminal(town, folder)


async def at_the_phones(town: FarTown) -> None:
    night = Night(town)
    house = await household.build(night)
    house.ids["nobody"] = made_up_certno(house.people["patient"].brdy, "2")
    kept(town).add("ID number", house.ids["nobody"])
    last = [row for row in phones.ROWS if row.path == "/logout"]
    for row in [row for row in phones.ROWS if row not in last] + last:
        for who in household.WHO:
            await ask_phones(house, row, who, house.ids.get(row.thing, "1"))
    await real_names(town)
    await children(town)
    by_who = await operators_tokens(night)
    for line in sorted(OPERATORS, key=lambda one: one.path.endswith("/sign-out")):
        for who in by_who:
            path = line.path.replace("{code}", "13").replace("{id}", "1")
            if not path.startswith("/demo"):
                await ask_operators(night, line, by_who[who], path, line.body)
    await looks(town, night, house)


async def looks(town: FarTown, night: Night, house: household.Household) -> None:
    """An auditor finds what is to be seen of a bill, and a password is mistyped."""
    token = await night.sign_in("auditor")
    for bill in ("bill_own", "bill_shown"):
        found = await night.story(token, setl_id=house.ids[bill])
        assert found.status == 200, found.body
    name, password = await night.operator("viewer")
    kept(town).add("operator's password", password + "x")
    assert (await night.try_sign_in(name, password + "x")).status == 403
    assert (await night.call("GET", "/audit/looks", token=token)).status == 200


async def real_names(town: FarTown) -> None:
    world, run = town.world, secrets.token_hex(6)
    proofs = (
        {"method": "face", "ticket": f"face-ok-{run}"},
        {"method": "face", "ticket": f"face-no-{run}"},
        {"method": "face", "ticket": f"face-busy-{run}"},
        {"method": "card", "card_no": f"CARD-OK-{run}", "password": "123456"},
        {"method": "card", "card_no": f"CARD-NO-{run}", "password": f"pw-{run}"},
    )
    for number, proof in enumerate(proofs):
        someone = await world.add(f"司马{run[number]}相如")
        token = await world.log_in(f"real{number}")
        await world.identify(token, someone, **proof)
        kept(town).add("proof", *(one for one in proof.values() if len(one) > 6))
    code = world.code("twice")
    for _ in range(2):
        await world.call("POST", "/login", {"code": code})


async def children(town: FarTown) -> None:
    """A guardian signs, shows the child's code, and pays nothing for it."""
    parent, child = await town.member("诸葛瞻"), await town.world.add("诸葛尚", CHILD)
    signature, reference = f"signed-{secrets.token_hex(20)}", f"KIN-{secrets.token_hex(8)}"
    kept(town).add("proof", signature, reference)
    proof = {"kind": "birth_certificate", "reference": reference}
    body = claim(child) | {"relation": "son", "commitment": signature, "proof": proof}
    made = await town.world.call("POST", "/family", body, parent.token)
    assert made.status == 201, made.body
    shown = await town.show(parent, made.data["id"])
    assert (await town.till.decode(shown["code"])).ok


async def at_the_tills(town: FarTown) -> None:
    square = await market.build(town)
    place = square.patient.place
    for row in tills.ROWS:
        thing = square.others.get(row.thing, square.things[row.thing])
        await send(square.other, row, thing, place)
        await send(town.till, row, square.things[row.thing], place)
    stray = await town.world.add(STRAYS[1])
    for row in tills.ROWS:
        thing = square.things[row.thing]
        body = town.till.body(row.infno, row.input(thing), town.till.new_msgid())
        for who in tills.OUTSIDERS:
            await town.ask(body, headers=headers(square, who, body))
        for name in row.hostile:
            for number in (stray.certno, stray.name):
                await send(town.till, row, thing | {name: number}, place)
    found = await town.till.person(square.things["sale"]["mdtrt_cert_no"])
    assert found.ok and square.patient.name in str(found.output)


async def ill_formed(town: FarTown) -> None:
    """What is personal where it doesn't belong, and broken off in the middle."""
    one = await town.member(STRAYS[0])
    for text in (one.name, one.certno, one.token):
        await _at_the_wrong_place(town, one, text)
        broken = f'{{"psn_name": "{text}", "certno": "{one.certno}"'
        for path in ("/family", "/aid", "/identity", "/login", "/credentials", "/preview"):
            await town.world.call("POST", path, token=one.token, data=broken.encode())
            more = claim(one) | {text: text, "psn_cert_type": text, "relation": text}
            await town.world.call("POST", path, more, one.token)
        node = {"psn_no": text, "mdtrt_cert_no": text, text: text}
        for infno in ("1101", "2102", "2207", text[:5]):
            await town.till.call(infno, {"data": node, text: text}, insuplc=text)
        for odd in ({"data": {text: "\0"}}, {text: {text: "\0"}}, {"data": [text, {text: [text]}]}):
            await town.till.call("2102", odd, insuplc=one.place)
        await town.ask(broken.encode())
        await town.ask(json.dumps({"input": text, "infno": text, "msgid": text}).encode())


async def _at_the_wrong_place(town: FarTown, one: Member, text: str) -> None:
    client, raw = town.world.client, text.encode()
    bearer = {"Authorization": f"Bearer {one.token}"}
    for path in (
        f"/api/v1/family/{text}",
        f"/api/v1/{text}",
        f"/{text}?name={text}",
        f"/ops/api/regions/{text}",
    ):
        for method in ("GET", "POST", "DELETE", "OPTIONS"):
            answer = await client.request(
                method, path.format(text), headers=bearer, json={"reason": text}
            )
            await answer.read()
    for call in (
        b"GET /api/v1/me?" + raw + b" HTTP/1.1\r\nHost: x\r\nX: " + raw + b"\x00\r\n\r\n",
        b"GET /" + raw + b" HTTP/9.9\r\nAuthorization: Bearer " + raw + b"\r\n\r\n",
        b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: " + raw + b"\r\n\r\n",
    ):
        await asked(town.url, call)


async def faults(town: FarTown) -> None:
    """Each door and the worker break, with texts that quote what was sent."""
    one = await town.member("独孤信", current_fen=50_000)
    victim = Someone(0, FAULTY_NAME, made_up_certno(CHILD), "1", one.brdy)
    kept(town).add("name", FAULTY_NAME)
    kept(town).add("ID number", victim.certno)
    for path in ("/family", "/aid"):
        body = claim(victim) | {"relation": "father"}
        broken = await town.world.call("POST", path, body, one.token)
        assert (broken.status, broken.reason) == (500, "INTERNAL")
    code = (await town.show(one))["code"]
    assert not (await town.till.decode(code, FAULTY_TILL)).ok
    item = Item(FAULTY_ITEM, Decimal(1), Decimal("1.00"))
    try:
        refused = await town.till.settle(town.sale_of(one, await town.scan(one), [item]))
    except Unknown:
        refused = None
    assert refused is None or not refused.ok
    assert await town.value("select count(*) from outcome where reason = 'SET_ASIDE'")


async def in_the_terminal(town: FarTown, folder: Path) -> list[bytes]:
    """Files are loaded, with lines in them that can't be, and operators made."""
    people, shops = folder / "people.csv", folder / "shops.csv"
    name, certno, secret = "宇文护", made_up_certno(CHILD), secrets.token_hex(16)
    kept(town).add("name", name)
    kept(town).add("ID number", certno)
    kept(town).add("signing secret", secret)
    good = f"1301{secrets.randbelow(10**12):012d},{name},01,{certno},1,{CHILD},390,14,1,130100,0,,"
    bad = [
        good.replace("390", name),
        good.replace(certno, certno[:-1]),
        f"{name},{certno}",
        good.replace("0,,", f"1,{certno},{name}"),
        f'"{name}',
    ]
    people.write_text("\n".join([",".join(PEOPLE), good, *bad, ""]), encoding="utf-8")
    shop = f"P13010299999,宇文药房,2,11,130100,hmac-sm3,key-{secret[:6]},{secret},0,0"
    wrong = [shop.replace("hmac-sm3", secret), shop.replace(",0,0", f",{secret},0")]
    shops.write_text("\n".join([",".join(INSTITUTIONS), shop, *wrong, ""]), encoding="utf-8")
    password = f"pw-{secrets.token_hex(8)}"
    kept(town).add("operator's password", password)
    commands: list[tuple[list[str], str]] = [
        (["import", "people", str(people)], ""),
        (["import", "institutions", str(shops)], ""),
        (["import", "people", str(shops)], ""),
        (["ops", "add", "终端", "--role", "auditor"], password),
        (["ops", "add", "终端二", "--role", "auditor"], "short"),
        (["ops", "password", "终端"], password + "2"),
        (["ops", "list"], ""),
        (["institutions", "closed"], ""),
        (["reconcile", "run", "--day", "2026-11-20"], ""),
        (["ledger", "seal"], ""),
        (["ledger", "verify"], ""),
    ]
    said = [await _typed(town, words, line) for words, line in commands]
    return said + await asyncio.to_thread(_beside, [people, shops])


def _beside(files: list[Path]) -> list[bytes]:
    """The lists of what was wrong with files."""
    return [path.read_bytes() for one in files for path in one.parent.glob(f"{one.name}.*")]


async def _typed(town: FarTown, words: list[str], line: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.cli",
        *words,
        cwd=PROJECT_ROOT,
        env=town.fleet.env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(line.encode() + b"\n")
    assert said, words
    return said
