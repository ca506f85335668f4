"""What becomes of every column that holds a person's id when a row is merged into another of the
same person. The one list: a test compares it with the schema, so that a new column is thought of.

Three things may happen. What is about the person now is *re-keyed*: it names the row that stays.
What was written once (books, audit, what was told) *stays as it was written*, and whoever reads it
reads all rows of one person (``rows_of``, ``row_that_stays`` in the database). What only makes
sense between two people, or counts once a person, is *made anew or ended* by the part of the
program that knows its rules.

Where two rows have what one person can have only once:

- log-ins: the one bound to the row that stays goes on; the other is told when it was taken, and
  proves who it is to take over;
- notice settings, what a resident is, what was told twice: those of the row that stays hold;
- cards: both work, since both are in the same hand; the file or the person stops one;
- a year's premium: the one that is paid, else the older, stands. The other is taken back while the
  tax office has not confirmed it, and a refund is asked for until its cover begins; its payer is
  told;
- a month's credit: the row that stays keeps its own, the other's is never booked;
- bases of contributions: those of the row that stays, if it has any;
- a suspension for misuse is the person's, whichever row had it.

Pure.
"""

from __future__ import annotations

from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a column."""

    FOLLOWS = "follows"
    """Names the row that stays."""
    FOLLOWS_ONCE = "follows once"
    """Names the row that stays where that has none of the same; else it is left as it is."""
    CARRIED = "carried"
    """Ended, moved or made anew by the part that knows its rules."""
    READ_THROUGH = "read through"
    """Stays as it was written; who reads it reads all rows of one person."""
    MOMENT = "moment"
    """Of use for minutes; nothing of the row that goes is of use any more."""


_FOLLOWS = """
card.person_id chronic_filing.person_id filing.person_id visit.person_id prescription.person_id
trace_sale.person_id counter_task.person_id premium_order.asked_by premium_order.payer_id
notice_message.person_id
"""
_FOLLOWS_ONCE = """
enrolment.person_id resident.person_id notice.person_id notice_setting.person_id
account_credit.person_id
"""
_CARRIED = """
account.person_id account_base.person_id person.merged_into person.activated_login
aid_grant.donor_id aid_grant.beneficiary_id aid_grant.frozen_by aid_grant.ended_by
family_binding.shower_id family_binding.holder_id family_binding.ended_by
login.person_id notice_message.login_id premium_order.person_id
invitation.issuer_id invitation.asked_id wallet.person_id wallet.opened_by
"""
_READ_THROUGH = """
account_close.person_id account_merge.person_id account_merge.into_id account_pay_out.person_id
hold.person_id settlement.person_id credential.holder_id credential.shower_id question.donor_id
wallet_offer.person_id wallet_offer.other_id wallet_offer.decided_by wallet_sent.person_id
wallet_sent.made_by wallet_sent.other_id happening.by_id happening.record_id
card_change.actor_id
life_event.person_id life_event.other_id life_event_base.person_id life_event_effect.person_id
counter_act.person_id counter_act.other_id counter_act.ref counter_proposal.person_id
counter_proposal.ref identity_check.person_id ops_look.person_id
"""
_MOMENT = "prescription_code.shown_by notice_elsewhere.person_id"
FATES: dict[str, Fate] = {
    column: fate
    for fate, columns in (
        (Fate.FOLLOWS, _FOLLOWS),
        (Fate.FOLLOWS_ONCE, _FOLLOWS_ONCE),
        (Fate.CARRIED, _CARRIED),
        (Fate.READ_THROUGH, _READ_THROUGH),
        (Fate.MOMENT, _MOMENT),
    )
    for column in columns.split()
}
"""By ``table.column``."""
INSIDE: dict[str, str] = {
    "request.body": "person: as the till asked, with the message",
    "settlement.trace": "legs and steps: as it was decided",
    "premium_order.caps": "donors under whose caps it is held",
    "notice.params": "@id in place of a name, filled in when it is shown",
    "limit_use.key": "a keyed hash: tries of a person, over within a day",
}
"""Columns that hold people's ids inside something else: none of them is rewritten."""
ONCE: dict[str, tuple[str, ...]] = {
    "enrolment": ("year",),
    "resident": (),
    "notice": ("kind", "event_id"),
    "notice_setting": (),
    "account_credit": ("kind", "period"),
}
"""By what, beside the person, a row of these stands once."""
ONLY: dict[str, str] = {"account_credit": "state in (1, 3)"}
"""Which rows of a table follow at all: of credits what is not booked."""


def columns_of(fate: Fate) -> list[tuple[str, str]]:
    """Tables and columns of a fate."""
    found = []
    for name, one in FATES.items():
        if one is fate:
            table, column = name.split(".")
            found.append((table, column))
    return found
