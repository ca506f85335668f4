"""Questions that travel as cards: who opens one is asked, or learns nothing."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from app.domain.invitation.token import card_of, token_of
from app.domain.invitation.values import KINDS, Card
from tests.phone_world import Answer, claim
from tests.till_world import Member, Town


async def bound(town: Town) -> tuple[Member, Member]:
    """A father with money and his daughter, who may show his code."""
    father = await town.member("古大山", date(1955, 3, 2), current_fen=50_000)
    daughter = await town.member("古小溪", gend="2")
    body = claim(father) | {"relation": "father"}
    made = await town.world.call("POST", "/family", body, daughter.token)
    assert made.status == 201, made.body
    path = f"/family/{made.data['id']}/confirm"
    assert (await town.world.call("POST", path, None, father.token)).status == 200
    return father, daughter


async def binding(town: Town, who: Member) -> str:
    family = (await town.world.call("GET", "/family", None, who.token)).data
    return str([*family["i_may_show"], *family["may_show_me"]][0]["id"])


async def send(town: Town, who: Member, kind: str, subject: str) -> Answer:
    return await town.world.call("POST", "/invitations", {"kind": kind, "id": subject}, who.token)


async def opened(town: Town, who: Member, token: str) -> Answer:
    return await town.world.call("POST", "/invitations/open", {"token": token}, who.token)


async def asked_to_pay(town: Town) -> tuple[Member, Member, str, str]:
    father, daughter = await bound(town)
    bond = await binding(town, daughter)
    sent = await send(town, daughter, "pay", bond)
    assert sent.status == 201, sent.body
    return father, daughter, bond, sent.data["token"]


async def pay(town: Town, who: Member, token: str, **more: object) -> Answer:
    body = {"invitation": token, "relation": "daughter"} | more
    return await town.world.call("POST", "/aid", body, who.token)


async def test_a_father_asked_by_card_pays_the_next_bill(town: Town) -> None:
    father, daughter, bond, token = await asked_to_pay(town)
    question = await opened(town, father, token)
    assert question.status == 200, question.body
    told = question.data
    assert (told["kind"], told["subject"], told["other"]) == ("pay", bond, "**溪")
    assert told["other_is"] == "女儿" and told["expires_at"].startswith("2026-11-28")
    granted = await pay(town, father, token, member_id=bond)
    assert granted.status == 201, granted.body
    assert granted.data["agreed"], "she has said yes by asking"
    assert granted.data["can_pay"] and granted.data["other_id"] == str(daughter.id)
    answer = await town.till.settle(await town.sale(daughter, "30.00"))
    assert answer.ok, answer.err_msg
    assert await town.balance(father) == 47_000
    assert (await opened(town, father, token)).reason == "INVITATION_ANSWERED"
    assert (await pay(town, father, token)).reason == "INVITATION_ANSWERED"
    row = (await town.rows("select * from invitation where issuer_id = $1", daughter.id))[0]
    assert str(row["grant_id"]) == granted.data["id"], "the right to say yes for her is on record"


async def test_a_yes_without_the_card_waits_for_hers_as_before(town: Town) -> None:
    father, daughter, bond, token = await asked_to_pay(town)
    body = {"member_id": bond, "relation": "daughter"}
    granted = await town.world.call("POST", "/aid", body, father.token)
    assert granted.status == 201 and not granted.data["agreed"]
    assert (await opened(town, father, token)).reason == "INVITATION_ANSWERED"
    assert (await send(town, daughter, "pay", bond)).reason == "NOT_FOUND", "he has offered"


@pytest.mark.parametrize("kind", KINDS)
async def test_whoever_a_card_is_not_for_learns_nothing(town: Town, kind: str) -> None:
    father, daughter = await bound(town)
    bond, issuer, right = await binding(town, daughter), daughter, father
    if kind == "grant":
        right, issuer = daughter, father
        bond = (await town.try_grant(father, daughter, "daughter")).data["id"]
    elif kind != "pay":
        await town.world.call("DELETE", f"/family/{bond}", None, father.token)
        body = claim(father) | {"relation": "father"}
        bond = (await town.world.call("POST", "/family", body, daughter.token)).data["id"]
    sent = await send(town, issuer, kind, bond)
    assert sent.status == 201, sent.body
    token = sent.data["token"]
    stranger = await town.member("尤路人")
    for who, reason in ((stranger, "INVITATION_FOR_OTHER"), (issuer, "INVITATION_OWN")):
        wrong = await opened(town, who, token)
        assert wrong.reason == reason
        assert wrong.body["data"] is None
        text = str(wrong.body)
        assert not any(mark in text for mark in ("溪", "山", bond, str(right.id), father.certno))
    for who in (stranger, right):  # a card is a question, not a right to ask it
        assert (await send(town, who, "grant", bond)).reason == "NOT_FOUND"
        assert (await send(town, who, "family", bond)).reason == "NOT_FOUND"
    question = await opened(town, right, token)
    assert question.status == 200 and question.data["subject"] == bond
    await town.world.call("DELETE", f"/family/{await binding(town, daughter)}", None, father.token)
    for who in (stranger, issuer):
        assert (await opened(town, who, token)).body["data"] is None, "nor what became of it"


async def test_a_card_of_a_request_opens_the_yes_itself(town: Town) -> None:
    father = await town.member("古大山", date(1955, 3, 2), current_fen=50_000)
    daughter = await town.member("古小溪", gend="2")
    body = claim(father) | {"relation": "father"}
    bond = (await town.world.call("POST", "/family", body, daughter.token)).data["id"]
    token = (await send(town, daughter, "family", bond)).data["token"]
    assert (await opened(town, father, token)).data["other"] == "**溪"
    assert (
        await town.world.call("POST", f"/family/{bond}/confirm", None, father.token)
    ).status == 200
    assert (await opened(town, father, token)).reason == "INVITATION_ANSWERED"
    grant = (await town.try_grant(father, daughter, "daughter")).data["id"]
    token = (await send(town, father, "grant", grant)).data["token"]
    offered = (await opened(town, daughter, token)).data
    assert (offered["kind"], offered["other_is"]) == ("grant", "父亲")
    assert (await town.agree(daughter, grant)).status == 200
    assert (await opened(town, daughter, token)).reason == "INVITATION_ANSWERED"


async def test_a_request_to_nobody_makes_a_card_that_nobody_opens(town: Town) -> None:
    donor = await town.member("古大山", current_fen=50_000)
    nobody = {"psn_name": "无此人", "psn_cert_type": "01", "certno": "130102198001010014"}
    made = await town.world.call("POST", "/aid", nobody | {"relation": "son"}, donor.token)
    sent = await send(town, donor, "grant", made.data["id"])
    assert sent.status == 201, "as of somebody who is there"
    stranger = await town.member("尤路人")
    assert (await opened(town, stranger, sent.data["token"])).reason == "INVITATION_FOR_OTHER"


async def test_cards_are_taken_back_refused_and_expire(town: Town) -> None:
    father, daughter, bond, token = await asked_to_pay(town)
    again = await send(town, daughter, "pay", bond)
    listed = (await town.world.call("GET", "/invitations", None, daughter.token)).data
    assert [(one["id"], one["subject"]) for one in listed] == [(again.data["id"], bond)]
    path = f"/invitations/{again.data['id']}"
    assert (await town.world.call("DELETE", path, None, father.token)).reason == "NOT_FOUND"
    for _ in range(2):
        assert (await town.world.call("DELETE", path, None, daughter.token)).status == 200
    assert (await town.world.call("GET", "/invitations", None, daughter.token)).data == []
    for one in (token, again.data["token"]):
        assert (await opened(town, father, one)).reason == "INVITATION_WITHDRAWN"
        assert (await pay(town, father, one)).reason == "INVITATION_WITHDRAWN"
    token = (await send(town, daughter, "pay", bond)).data["token"]
    said = await town.world.call("POST", "/invitations/decline", {"token": token}, father.token)
    assert said.status == 200
    assert (await opened(town, father, token)).reason == "INVITATION_ANSWERED"
    token = (await send(town, daughter, "pay", bond)).data["token"]
    town.clock.advance(7 * 86_400)
    father.token = await town.world.log_in(f"m{father.id}x")
    assert (await opened(town, father, token)).reason == "INVITATION_EXPIRED"


async def test_a_card_works_for_its_own_kind_only(town: Town) -> None:
    father = await town.member("古大山", date(1955, 3, 2), current_fen=50_000)
    daughter = await town.member("古小溪", gend="2")
    body = claim(father) | {"relation": "father"}
    bond = (await town.world.call("POST", "/family", body, daughter.token)).data["id"]
    assert (await send(town, daughter, "pay", bond)).reason == "NOT_FOUND", "he has not agreed"
    token = (await send(town, daughter, "code", bond)).data["token"]
    assert (await pay(town, father, token)).reason == "INVITATION_UNKNOWN"
    no = await town.world.call("POST", "/invitations/decline", {"token": token}, father.token)
    assert no.reason == "NOT_FOUND"


async def test_a_token_that_was_made_up_or_broken_opens_nothing(town: Town) -> None:
    father, _, bond, token = await asked_to_pay(town)
    sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    broken = base64.urlsafe_b64encode(sealed[:-1] + bytes([sealed[-1] ^ 1])).decode().rstrip("=")
    for wrong in (broken, token[:-2], token + "AA", "x", bond):
        assert (await opened(town, father, wrong)).reason == "INVITATION_UNKNOWN"
    cipher = town.services.people.cipher
    card = card_of(cipher, token)
    assert card is not None and token_of(cipher, card) != token, "sealed anew each time"
    assert card_of(cipher, token_of(cipher, card)) == card
    unknown = Card(1, "pay", int(bond), card.issuer_id, card.expires_at)
    assert (await opened(town, father, token_of(cipher, unknown))).reason == "INVITATION_UNKNOWN"
    assert len(token) <= 80 and bond not in token
