"""What may be shown of a name or a number when the whole is not needed (law 9)."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """``王芳`` → ``*芳``, ``欧阳小明`` → ``***明``: the given name's last character stays."""
    return "*" * (len(name) - 1) + name[-1:] if len(name) > 1 else "*"


def mask_number(number: str, head: int = 3, tail: int = 4) -> str:
    """``130102194905120017`` → ``130***********0017``; a short number is masked whole."""
    if len(number) <= head + tail:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]
