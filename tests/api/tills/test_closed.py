"""An institution is shut out at once, in every process, and let in again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.clients.till.sale import sale_input
from app.clients.till.signing import SCHEMES
from app.domain.registry.service import People
from tests.till_world import Shop, Town


@pytest.fixture
def people_elsewhere(town: Town) -> People:
    """The registry as another process has it."""
    return People(town.services.people.cipher, town.services.database)


async def reason(town: Town, shop: Shop, secret: str) -> str:
    till = await town.new_till(shop)
    node = {"opter_no": "T01", "mac": "m", "ip": "i"}
    body = till.body("9001", {"signIn": node}, till.new_msgid())
    now = int(town.clock.now().timestamp())
    answer = await town.ask(body, headers=SCHEMES[shop.scheme](shop.key_id, secret, body, now))
    return "OK" if answer.ok else answer.err_msg.split(" ")[0]


@pytest.mark.parametrize("scheme", ["hmac-sm3", "tif"])
async def test_closed_from_the_next_message_on_and_open_again(
    town: Town, people_elsewhere: People, scheme: str
) -> None:
    shop, other = await town.new_shop(scheme), await town.new_shop(scheme)
    assert await reason(town, shop, shop.secret) == "OK"
    assert await people_elsewhere.close_institution(shop.code, datetime.now(UTC))
    assert await reason(town, shop, shop.secret) == "INSTITUTION_CLOSED"
    assert await reason(town, other, other.secret) == "OK"
    assert await reason(town, shop, "x") == "SIGNATURE_INVALID", "a stranger isn't told"
    assert shop.code in {one.fixmedins_code for one in await people_elsewhere.closed_institutions()}
    assert await people_elsewhere.close_institution(shop.code, None)
    assert await reason(town, shop, shop.secret) == "OK"


async def test_no_such_institution(people_elsewhere: People) -> None:
    assert not await people_elsewhere.close_institution("P-none", datetime.now(UTC))


async def test_what_was_taken_before_is_settled(town: Town, people_elsewhere: People) -> None:
    father: Any = await town.member("李强", current_fen=20_000)
    given = sale_input(await town.sale(father, "50.00"), town.clock.now())
    body = town.till.body("2102", given, town.till.new_msgid(), father.place)
    async with town.drainer_away():
        assert (await town.ask(body, wait=0)).err_msg.startswith("PROCESSING")
        await people_elsewhere.close_institution(town.shop.code, datetime.now(UTC))
        assert (await town.ask(body, wait=0)).err_msg.startswith("INSTITUTION_CLOSED")
        await town.drain()
    assert await town.balance(father) == 15_000


def test_the_command_needs_an_institution() -> None:
    assert CliRunner().invoke(cli, ["institutions", "close"]).exit_code == 2
    assert "reopen" in CliRunner().invoke(cli, ["institutions", "--help"]).output
