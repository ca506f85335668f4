"""What a phone sends about the wallet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app.api.http.endpoint import Form
from app.domain.registry.relations import Relation
from app.domain.wallet.parties import Named, Tie
from app.domain.wallet.service import Request
from app.domain.wallet.values import Source
from app.kit.reasons import INVALID_INPUT, Refusal
from app.kit.words.text import WrittenText

_FEN_MAX = 10**12
_ID = r"^[0-9]{1,19}$"
Fen = Annotated[int, Field(ge=1, le=_FEN_MAX, strict=True)]
Mark = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
"""The phone's own name for what it asks for, made once: sent again, it is the same transfer."""


class OpenForm(Form):
    """Whose wallet is opened: ``me``, or the id of a family binding under which I may show the
    relative's code."""

    holder: str = Field(pattern=r"^(me|[0-9]{1,19})$")


class PlaceForm(Form):
    """Where my wallet is used: one of ``places``, or ``home``: where I am insured."""

    place: str = Field(pattern=r"^(home|[0-9]{6})$")


class TransferForm(Form):
    """Money for a relative, named in one of three ways: by a family binding of mine, by a grant of
    mine, or by name and number with what the relative is to me."""

    family: str | None = Field(default=None, pattern=_ID)
    grant: str | None = Field(default=None, pattern=_ID)
    psn_name: WrittenText | None = Field(default=None, min_length=1, max_length=50)
    psn_cert_type: str = Field(default="01", pattern=r"^[0-9]{2,6}$")
    certno: WrittenText | None = Field(default=None, min_length=1, max_length=50)
    relation: Relation | None = None
    amount_fen: Fen
    source: Literal["personal", "wallet"]
    mark: Mark

    def request(self) -> Request:
        """What it asks for.

        Raises:
            Refusal: INVALID_INPUT: nobody is named, or somebody twice.
        """
        return Request(self._to(), self.amount_fen, Source[self.source.upper()], self.mark)

    def _to(self) -> Named | Tie:
        ways = (self.family, self.grant, self.psn_name, self.certno)
        if self.family and ways.count(None) == len(ways) - 1:
            return Tie("family", int(self.family), self.relation)
        if self.grant and ways.count(None) == len(ways) - 1:
            return Tie("grant", int(self.grant), self.relation)
        if self.psn_name and self.certno and self.relation and not (self.family or self.grant):
            return Named(self.psn_name, self.psn_cert_type, self.certno, self.relation)
        raise Refusal(
            INVALID_INPUT,
            detail="收款人应以亲情账户、共济授权或姓名、证件号码和关系之一指明",
            detail_en="name the payee by family, by grant, or by psn_name, certno and relation",
        )


class ReturnForm(Form):
    """How much of what was accepted goes back."""

    amount_fen: Fen
    mark: Mark


class HistoryQuery(Form):
    """A page, newest first; ``before``: the last id of the page before."""

    before: str | None = Field(default=None, pattern=_ID)
    limit: int = Field(default=20, ge=1, le=100)
