"""Accounts and transfers as values. The hot path uses plain SQL, so these are no ORM models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.kit.value import value
from app.ledger.kinds import AccountKind, TransferKind


class LedgerError(AssertionError):
    """A law of the ledger would be broken; the transaction must not commit."""


@dataclass(slots=True)
class Account:
    """A person's account: the balance and how many transfers have touched it."""

    id: int
    kind: AccountKind
    person_id: int
    balance_fen: int
    version: int
    closed: bool = False
    successor_id: int | None = None
    """Where the money went when the insured place moved to another province."""


@value
class Transfer:
    """One immutable row: ``amount_fen`` from the debit to the credit account.

    For a side that keeps a balance, ``*_version`` is the transfer's place in that account's chain
    and ``*_after_fen`` the balance after it; for a flow account both are None.
    """

    id: int
    kind: TransferKind
    settlement_id: int | None
    grant_id: int | None
    reverses_id: int | None
    debit_account: int
    credit_account: int
    amount_fen: int
    debit_version: int | None
    debit_after_fen: int | None
    credit_version: int | None
    credit_after_fen: int | None
    created_at: datetime


@value
class CounterTask:
    """Money in suspense that found no account: it waits at the counter for its owner.

    Either a bill's (``settlement_id``) or what a wallet's transfer or a premium gives back
    (``order_id``); ``kind`` says which of the three.
    """

    person_id: int
    transfer_id: int
    amount_fen: int
    settlement_id: int | None = None
    order_id: int | None = None
    kind: str = "refund_without_account"


def debit(account: Account, amount_fen: int) -> tuple[int, int]:
    """Takes money from an account; gives the new version and balance.

    Raises:
        LedgerError: the amount is not positive, or more than there is.
    """
    if not 0 < amount_fen <= account.balance_fen:
        raise LedgerError(
            f"debit of {amount_fen} from account {account.id} with {account.balance_fen}"
        )
    account.balance_fen -= amount_fen
    account.version += 1
    return account.version, account.balance_fen


def credit(account: Account, amount_fen: int) -> tuple[int, int]:
    """Gives money to an account; gives the new version and balance.

    Raises:
        LedgerError: the amount is not positive.
    """
    if amount_fen <= 0:
        raise LedgerError(f"credit of {amount_fen} to account {account.id}")
    account.balance_fen += amount_fen
    account.version += 1
    return account.version, account.balance_fen


def pay(
    transfer_id: int,
    payer: Account,
    payee: int,
    amount_fen: int,
    *,
    settlement_id: int,
    grant_id: int | None,
    at: datetime,
    kind: TransferKind = TransferKind.SETTLEMENT,
    reverses_id: int | None = None,
) -> Transfer:
    """Takes money from a person's account and makes the transfer to a flow account.

    Raises:
        LedgerError: as ``debit``.
    """
    version, after_fen = debit(payer, amount_fen)
    return Transfer(
        id=transfer_id,
        kind=kind,
        settlement_id=settlement_id,
        grant_id=grant_id,
        reverses_id=reverses_id,
        debit_account=payer.id,
        credit_account=payee,
        amount_fen=amount_fen,
        debit_version=version,
        debit_after_fen=after_fen,
        credit_version=None,
        credit_after_fen=None,
        created_at=at,
    )


def give_back(
    transfer_id: int,
    paid: Transfer,
    home: Account,
    kind: TransferKind,
    settlement_id: int,
    at: datetime,
) -> Transfer:
    """Gives what a transfer paid to a person's account, its payer's own or a successor's."""
    version, after_fen = credit(home, paid.amount_fen)
    return Transfer(
        id=transfer_id,
        kind=kind,
        settlement_id=settlement_id,
        grant_id=paid.grant_id,
        reverses_id=paid.id,
        debit_account=paid.credit_account,
        credit_account=home.id,
        amount_fen=paid.amount_fen,
        debit_version=None,
        debit_after_fen=None,
        credit_version=version,
        credit_after_fen=after_fen,
        created_at=at,
    )


def flow(
    transfer_id: int,
    kind: TransferKind,
    debit_account: int,
    credit_account: int,
    amount_fen: int,
    *,
    settlement_id: int | None,
    at: datetime,
    grant_id: int | None = None,
    reverses_id: int | None = None,
) -> Transfer:
    """The transfer between two flow accounts; neither keeps a balance."""
    return Transfer(
        id=transfer_id,
        kind=kind,
        settlement_id=settlement_id,
        grant_id=grant_id,
        reverses_id=reverses_id,
        debit_account=debit_account,
        credit_account=credit_account,
        amount_fen=amount_fen,
        debit_version=None,
        debit_after_fen=None,
        credit_version=None,
        credit_after_fen=None,
        created_at=at,
    )
