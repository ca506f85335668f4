"""What has happened to a grant, a binding, a wallet's transfer or a premium, and who is told of it:
the other side of who did it, and both if nobody has. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from app.domain.aid.errors import ENDED_BECAUSE
from app.domain.notice.values import Params, Telling
from app.kit.value import value
from app.regions.text.places import place_name

_BECAME = {1: "ask_silent_paid", 2: "ask_silent_refused", 3: "ask_silent_refused"}
"""By ``outcome.state``; what was set aside may be decided yet."""
Record = Mapping[str, Any]
Told = Iterator[tuple[int, str, Params]]
"""Who is told, as which kind, with which figures."""


@value
class Happening:
    """One step of a record. ``by_id``: who took it; None: a rule, or the calendar."""

    id: int
    matter: str
    record_id: int
    what: str
    by_id: int | None
    on_day: date | None
    at: datetime


def told(happening: Happening, record: Record, held_fen: Mapping[int, int]) -> Iterator[Telling]:
    """Who is told of it, by the record as it is now. ``held_fen``: of a premium, what each
    account's owner had set aside."""
    match happening.matter:
        case "grant":
            found = _grant(happening, record)
        case "family":
            found = _family(happening, record)
        case "question":
            found = _question(record)
        case "premium":
            found = _premium(happening, record, held_fen)
        case _:
            found = _wallet(happening, record)
    for person, kind, params in found:
        yield Telling(person, kind, happening.id, happening.at, params)


def _grant(happening: Happening, grant: Record) -> Told:
    donor, beneficiary, by = grant["donor_id"], grant["beneficiary_id"], happening.by_id
    link: Params = {"grant": str(grant["id"])}
    to_beneficiary = (beneficiary, f"@{donor}")
    both = [to_beneficiary, (donor, f"@{beneficiary}")]
    match happening.what:
        case "asked":
            # One that was answered or taken back meanwhile is no question any more.
            if not (grant["agreed"] or grant["declined"] or grant["ended"]):
                yield beneficiary, "grant_asked", link | {"name": f"@{donor}"}
        case "agreed":
            yield donor, "grant_agreed", link | {"name": f"@{beneficiary}"}
        case "frozen" | "unfrozen" | "changed":
            yield beneficiary, f"grant_{happening.what}", link | {"name": f"@{donor}"}
        case "paused":
            # One that has been let go on since is told as that.
            if (until := grant["paused_until"]) is not None:
                day = until.isoformat()
                yield beneficiary, "grant_paused", link | {"name": f"@{donor}", "day": day}
        case "ended":
            cause = ENDED_BECAUSE.get(grant["end_reason"] or "")
            kind = "grant_ended" if cause is None else "grant_ended_rule"
            if cause is not None:
                link |= {"cause": cause[0], "cause_en": cause[1]}
            for person, other in _others(both, by):
                yield person, kind, link | {"name": other}
        case "expiring" | "over":
            # The last day may have been moved since, and a grant ended.
            if happening.on_day == grant["ends_on"] and not grant["ended"]:
                day = grant["ends_on"].isoformat()
                for person, other in both:
                    yield person, f"grant_{happening.what}", link | {"name": other, "day": day}


def _family(happening: Happening, binding: Record) -> Told:
    shower, holder, by = binding["shower_id"], binding["holder_id"], happening.by_id
    link: Params = {"binding": str(binding["id"])}
    match happening.what:
        case "asked":
            if binding["state"] == "pending" and not binding["declined"]:
                yield holder, "family_asked", link | {"name": f"@{shower}"}
        case "bound":
            yield shower, "family_bound", link | {"name": f"@{holder}"}
        case "child":
            yield holder, "family_child", link | {"name": f"@{shower}"}
        case "ended":
            for person, other in _others([(shower, f"@{holder}"), (holder, f"@{shower}")], by):
                yield person, "family_ended", link | {"name": other}


def _question(question: Record) -> Told:
    """What became of a bill without the answer of a donor. Of a patient who has not agreed to the
    grant, and while nothing is decided, only that no money was used."""
    params: Params = {"grant": str(question["grant_id"]), "sum_fen": question["amount_fen"]}
    became = _BECAME.get(question["outcome"])
    if became is None or not question["agreed"]:
        yield question["donor_id"], "ask_silent", params
        return
    params |= {"name": f"@{question['beneficiary_id']}", "shop": question["shop"]}
    yield question["donor_id"], became, params


def _wallet(happening: Happening, record: Record) -> Told:
    if happening.matter == "wallet" and happening.what == "placed":
        # As it is now: of two changes at once the later one.
        chosen = record["chosen_place"]
        where = (place_name(chosen),) * 2 if chosen else ("参保地", "the place of the insurance")
        yield record["id"], "wallet_placed", {"place": where[0], "place_en": where[1]}
        return
    if happening.matter == "wallet":
        yield record["id"], "wallet_opened", {"name": f"@{record['opened_by']}"}
        return
    # The other end is named as its half of the transfer names it: masked, and to who has sent to
    # somebody without a tie as he named him.
    params: Params = {"name": record["other_name"], "sum_fen": record["amount_fen"]}
    match happening.what:
        case "offered":
            yield record["person_id"], "wallet_offered", params
        case "came_back":
            yield record["person_id"], "wallet_given_back", params
        case "accepted" | "returned":
            for person in {record["person_id"], record["made_by"]}:
                yield person, f"wallet_{happening.what}", params


def _premium(happening: Happening, order: Record, held_fen: Mapping[int, int]) -> Told:
    resident, year = order["person_id"], str(order["year"])
    params: Params = {"name": f"@{resident}", "year": year, "order": str(order["id"])}
    concerned = {resident, order["asked_by"]}
    match happening.what:
        case "held":
            for person, fen in held_fen.items():
                yield person, "premium_held", params | {"sum_fen": fen}
        case "paid":
            for person, fen in held_fen.items():
                yield person, "premium_taken", params | {"sum_fen": fen}
            for person in concerned - held_fen.keys():
                yield person, "premium_paid", params
        case "released" | "refunded":
            for person in concerned | held_fen.keys():
                yield person, f"premium_{happening.what}", params
        case "short":
            for person in {order["asked_by"], order["payer_id"] or order["asked_by"]}:
                yield person, "premium_short", params


def _others(sides: Collection[tuple[int, str]], by: int | None) -> Iterator[tuple[int, str]]:
    """The sides that have not done it themselves, each with the other's token."""
    return ((person, other) for person, other in sides if person != by)
