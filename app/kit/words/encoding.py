"""The encoding of a text from outside: UTF-8, with a mark at its beginning or without one."""

from __future__ import annotations

_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


class NotUtf8(ValueError):
    """The bytes are in another encoding; ``guess`` is the one that they look like, or empty."""

    def __init__(self, guess: str) -> None:
        super().__init__(f"not UTF-8, {guess or 'nor anything known'}")
        self.guess = guess

    @property
    def told(self) -> str:
        """What the sender is told, in Chinese."""
        return f"不是UTF-8编码（像是{self.guess}）" if self.guess else "不是UTF-8编码"


def utf8(raw: bytes) -> bytes:
    """The bytes without the mark of UTF-8 that some programs write first.

    Raises:
        NotUtf8: they are a text in another encoding.
    """
    raw = raw.removeprefix(_MARK)
    if b"\0" in raw[:4] or raw.startswith(_WIDE_MARKS):  # JSON and tables never hold a NUL
        raise NotUtf8("UTF-16" if raw[:4].count(0) < 3 else "UTF-32")
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # cut short: a matter of whoever reads it
            return raw
        raise NotUtf8("GBK" if _is_gbk(raw) else "") from None
    return raw


def _is_gbk(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True
