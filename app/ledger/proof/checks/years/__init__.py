"""The account's year: credits, closes and pay-outs."""

from app.ledger.proof.checks.years import closes, credits, merges, moves, pay_outs

CHECKS = (*moves.CHECKS, *credits.CHECKS, *closes.CHECKS, *pay_outs.CHECKS, *merges.CHECKS)
