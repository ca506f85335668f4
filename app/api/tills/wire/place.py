"""In which cell a message belongs, read off its bytes before anything of it is believed.

The national text demands ``insuplc_admdvs`` as soon as a person is named; who reads a code or a
card doesn't know it yet. A token begins with the insured place, a code has the province of the
platform that made it; all else is of where the institution is.
"""

from __future__ import annotations

import re

_INSURED = re.compile(rb'"insuplc_admdvs"\s*:\s*"\s*([0-9]{6})\s*"')
_TOKEN = re.compile(rb'"([0-9]{6})ec[0-9a-f]{32}"')
_CODE = re.compile(rb'"[^"0-9]{0,4}424[0-9]{19}([0-9]{2})[0-9]{4}[^"0-9]{0,4}"')
_TREATED = re.compile(rb'"mdtrtarea_admvs"\s*:\s*"\s*([0-9]{6})\s*"')


def place_in(raw: bytes) -> str:
    """The place (``admdvs``, or the two digits of a province) by which a message's cell is found;
    empty where it tells none."""
    for form in (_INSURED, _TOKEN, _CODE, _TREATED):
        if found := form.search(raw):
            return found.group(1).decode()
    return ""
