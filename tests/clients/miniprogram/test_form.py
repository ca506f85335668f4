"""What people type, copy or dictate into a form's field."""

from __future__ import annotations

import json

import pytest

from tests.clients.miniprogram.conftest import SOURCE, Run

NUMBER = "13010219490512001X"
_ASK = """
import(process.argv[1]).then(({ numberOf, looksLikeNumber }) => {
  const text = process.argv[2]
  console.log(JSON.stringify([numberOf(text), looksLikeNumber('01', text)]))
})
"""


@pytest.mark.parametrize(
    "typed",
    [
        "13010219490512001x", " 130102 19490512 001X ", "１３０１０２１９４９０５１２００１Ｘ",
        "13010219490512001Ⅹ", "\u202d130102\u3000194905\u00a012001x\u202c", f"\ufeff{NUMBER}\u200b",
    ],
)  # fmt: skip
def test_an_id_number_is_taken_however_it_is_written(node: Run, typed: str) -> None:
    done = node("-e", _ASK, (SOURCE / "core/form.js").as_uri(), typed)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [NUMBER, True]


@pytest.mark.parametrize("typed", ["", "1301021949051200", f"{NUMBER}1", "13010219490512001Y"])
def test_what_is_none_is_told_before_anybody_is_asked(node: Run, typed: str) -> None:
    done = node("-e", _ASK, (SOURCE / "core/form.js").as_uri(), typed)
    assert json.loads(done.stdout)[1] is False, done.stderr
