"""Who may give, whatever is to be paid."""

from __future__ import annotations

import pytest

from app.domain.aid.rules.giving import obstacle
from tests.domain.settlement.rules.made import donor, occasion


@pytest.mark.parametrize(
    ("purposes", "purpose", "pays"),
    [
        (("medical",), "medical", True),
        (("premium",), "premium", True),
        (("medical", "premium"), "premium", True),
        (("medical",), "premium", False),
        (("premium",), "medical", False),
        (("medical", "premium"), "of_another_time", False),
        ((), "medical", False),
    ],
)
def test_a_grant_gives_for_its_purposes_alone(
    purposes: tuple[str, ...], purpose: str, pays: bool
) -> None:
    why = obstacle(donor(2, 500, purposes=purposes), occasion(purpose=purpose))
    assert (why.reason.code if why else None) == (None if pays else "PURPOSE_NOT_AUTHORISED")
