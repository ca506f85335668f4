"""Checks of who somebody is, and whose guardian, by a provider outside: only the result comes in,
never a face or a password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.kit.reasons import Refusal
from app.outside.errors import IDENTITY_AWAY
from app.outside.outbound import Outbound, OutsideAway
from app.settings import Settings

_REFERENCE_MAX = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says to be."""

    name: str
    cert_type: str
    certno: str


@dataclass(frozen=True, slots=True)
class Guardianship:
    """What somebody shows to be a child's guardian: who the child is to him, and a document."""

    relation: str
    kind: str
    reference: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a provider found: all that is kept of a check.

    Attributes:
        provider_ref: the provider's own number of this check, at most 100 characters.
        score_band: ``high``, ``medium``, ``low`` or ``none``; the score itself is not kept.
    """

    provider: str
    provider_ref: str
    passed: bool
    score_band: str


class IdentityProvider(Protocol):
    """Checks that a person is who the person says. At least two ways, by law (SOURCES N4)."""

    provider: str

    async def face(self, claim: Claim, ticket: str) -> CheckResult:
        """By a face that the provider itself has taken under this ticket."""
        ...

    async def card(self, claim: Claim, card_no: str, password: str) -> CheckResult:
        """By the social-security card and its password."""
        ...

    async def guardian(self, guardian: Claim, child: Claim, proof: Guardianship) -> CheckResult:
        """Whether the registers of households and births have the one as the other's guardian."""
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...


class HttpIdentity:
    """The provider behind ``QINJI_IDENTITY_BASE_URL``."""

    provider = "http"

    def __init__(self, outbound: Outbound, key: str) -> None:
        self._outbound = outbound
        self._key = key

    async def face(self, claim: Claim, ticket: str) -> CheckResult:
        """See IdentityProvider.

        Raises:
            Refusal: IDENTITY_AWAY.
        """
        return await self._check("/identity/face/check", claim, {"ticket": ticket})

    async def card(self, claim: Claim, card_no: str, password: str) -> CheckResult:
        """See IdentityProvider.

        Raises:
            Refusal: IDENTITY_AWAY.
        """
        proof = {"card_no": card_no, "password": password}
        return await self._check("/identity/card/check", claim, proof)

    async def guardian(self, guardian: Claim, child: Claim, proof: Guardianship) -> CheckResult:
        """See IdentityProvider.

        Raises:
            Refusal: IDENTITY_AWAY.
        """
        shown = {
            "relation": proof.relation,
            "proof_kind": proof.kind,
            "proof_number": proof.reference,
        }
        more = {f"guardian_{name}": value for name, value in _said(guardian).items()}
        return await self._check("/identity/guardian/check", child, more | shown)

    async def close(self) -> None:
        await self._outbound.close()

    async def _check(self, path: str, claim: Claim, proof: dict[str, str]) -> CheckResult:
        body = _said(claim) | proof
        try:
            answer = await self._outbound.ask("POST", path, body=body, bearer=self._key)
        except OutsideAway:
            raise Refusal(IDENTITY_AWAY) from None
        passed, reference = answer.get("passed"), answer.get("provider_ref")
        if not isinstance(passed, bool) or not _usable(reference):
            raise Refusal(IDENTITY_AWAY)
        return CheckResult(self.provider, str(reference), passed, band(answer.get("score")))


def provider_of(config: Settings) -> HttpIdentity | None:
    """The provider that the settings name; None where none is set up."""
    if not config.identity_base_url:
        return None
    outbound = Outbound(config.identity_base_url, config.outside_timeout_s)
    return HttpIdentity(outbound, config.identity_key.get_secret_value())


def _said(claim: Claim) -> dict[str, str]:
    return {"name": claim.name, "cert_type": claim.cert_type, "certno": claim.certno}


def band(score: object) -> str:
    """A score of 0 to 100 as a band."""
    if isinstance(score, bool) or not isinstance(score, (int, float)):
        return "none"
    if score >= 90:
        return "high"
    return "medium" if score >= 70 else "low"


def _usable(reference: object) -> bool:
    return (
        isinstance(reference, str)
        and 0 < len(reference) <= _REFERENCE_MAX
        and reference.isprintable()
    )
