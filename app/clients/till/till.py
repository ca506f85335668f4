"""What a till keeps between two commands, under ``<home>/till-<name>…``, mode 600."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.clients.till.client import Operator, TillClient
from app.clients.till.journal import FileCounter, Journal
from app.clients.till.sale import SPLIT, Item
from app.clients.till.scanned import box_of, gtin
from app.clients.till.signing import SCHEMES, SM2
from app.kit.money import plain_number
from app.kit.sm2.keys import Sm2KeyError, private_key
from app.kit.sm2.signing import HERE
from app.kit.words.normal import code_form

_ITEM = re.compile(r"(?P<code>[^@]+?)(?:[x*×](?P<count>[0-9.]+))?(?:@(?P<price>[0-9.]+))?\Z")
_OPERATOR = Operator()


class TillError(Exception):
    """The till can't do that; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class Login:
    """Whose till this is."""

    base_url: str
    fixmedins_code: str
    fixmedins_name: str
    admdvs: str
    key_id: str
    secret: str
    scheme: str
    shelf: str = ""
    sign_no: str = ""
    opter: str = _OPERATOR.opter
    opter_name: str = _OPERATOR.opter_name

    def __post_init__(self) -> None:
        if self.scheme not in (*SCHEMES, SM2):
            raise TillError(
                f"unknown scheme 不认识的签名方式 {self.scheme}: {', '.join((*SCHEMES, SM2))}"
            )
        if self.scheme == SM2:
            _check_sm2(self.secret)
        if not re.fullmatch(r"[A-Z0-9]{12,14}", self.fixmedins_code, re.ASCII):
            raise TillError(
                "an institution's code has 12 characters A-Z 0-9 机构编号为12位字母或数字"
            )
        if not self.base_url.startswith(("http://", "https://")):
            raise TillError(
                "the address must begin with http:// or https:// 地址应以http://或https://开头"
            )


def _check_sm2(secret: str) -> None:
    try:
        private_key(secret)
    except Sm2KeyError as error:
        raise TillError(
            f"{error}: what `openssl genpkey -algorithm SM2` gives 请用这条命令生成的密钥"
        ) from None
    if not HERE:
        raise TillError("this machine has no SM2 本机不支持SM2")


@dataclass(frozen=True, slots=True)
class Dispensed:
    """What was sold on a prescription. ``checked``: the number of the pharmacist's check;
    ``document``: the sale's at the shop; ``goods``: code, name, specification, unit and count of
    each; ``number``: under which it was told, empty if it isn't."""

    rxno: str
    checked: str
    document: str
    goods: list[list[str]]
    number: str = ""


class Till:
    """One till's files."""

    def __init__(self, home: Path, name: str) -> None:
        if not re.fullmatch(r"[0-9A-Za-z_-]{1,40}", name, re.ASCII):
            raise TillError(
                "a till's name has letters, digits, - and _ 收银机名只用字母、数字、-和_"
            )
        self.home = home
        self.name = name
        self._stem = home / f"till-{name}"
        self.journal = Journal(self._file(".journal"))

    def save(self, login: Login) -> Path:
        """Writes the login down; where."""
        return self._write(".json", asdict(login))

    def login(self) -> Login:
        """The login. Raises TillError if there is none."""
        try:
            return Login(**self._read(".json"))
        except (TypeError, KeyError):
            raise TillError(
                "no login here: run `qinji pos login --demo` first 请先登录收银机"
            ) from None

    def client(self) -> TillClient:
        """A client with the login, the counter and the journal of this till."""
        login = self.login()
        return TillClient(
            login.base_url,
            login.fixmedins_code,
            login.fixmedins_name,
            login.admdvs,
            login.key_id,
            login.secret,
            login.scheme,
            sign_no=login.sign_no,
            operator=Operator(login.opter, login.opter_name),
            dev_no=f"终端·{self.name}",
            msgids=FileCounter(self._file(".counter")),
            journal=self.journal,
        )

    def keep_visit(self, visit: dict[str, Any]) -> None:
        """Keeps the patient at the counter, until the sale is done."""
        self._write(".visit.json", visit)

    def visit(self) -> dict[str, Any]:
        """The patient at the counter. Raises TillError if there is none."""
        if not (visit := self._read(".visit.json")):
            raise TillError(
                "nobody is at the counter: run `qinji pos decode CODE` first 请先扫顾客的医保码"
            )
        return visit

    def end_visit(self) -> None:
        self._file(".visit.json").unlink(missing_ok=True)

    def keep_dispensed(self, sale: Dispensed) -> None:
        """Keeps what was sold on a prescription, to be told (7207) or untold (7208)."""
        self._write(".dispensed.json", asdict(sale))

    def dispensed(self) -> Dispensed | None:
        """The newest sale on a prescription."""
        kept = self._read(".dispensed.json")
        return Dispensed(**kept) if kept else None

    def catalogue(self) -> dict[str, Any]:
        """What is here of the centre's catalogue: versions, since when, and items by code."""
        return self._read(".catalogue.json")

    def keep_catalogue(self, held: dict[str, Any]) -> None:
        self._write(".catalogue.json", held)

    def list_file(self, infno: str) -> Path:
        """Where one of the nation's lists is kept."""
        return self._file(f".{infno}.txt")

    def write(self, path: Path, text: str) -> Path:
        """Writes a file whole or not at all, for this user only."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        return temporary.replace(path)

    def _file(self, ending: str) -> Path:
        return self._stem.with_name(self._stem.name + ending)

    def _read(self, ending: str) -> dict[str, Any]:
        try:
            value = json.loads(self._file(ending).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return value if isinstance(value, dict) else {}

    def _write(self, ending: str, value: dict[str, Any]) -> Path:
        return self.write(self._file(ending), json.dumps(value, ensure_ascii=False, indent=1))


def renamed(known: dict[str, Item], held: dict[str, Any]) -> dict[str, Item]:
    """A price list under the names that the centre's catalogue has for its items."""
    said = held.get("items") or {}
    return {
        word: replace(item, name=_name(item, said.get(item.med_list_codg, {})))
        for word, item in known.items()
    }


def _name(item: Item, said: dict[str, str]) -> str:
    """Behind the catalogue's name may stand the shop's own words."""
    name = said.get("name", "")
    return item.name if item.name.startswith(name) else name


def shelf(path: Path) -> dict[str, Item]:
    """A price list by short name, national code and the barcodes of its packages (``barcode``, a
    column that may be left out, blanks between several). Raises TillError."""
    found = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                price = plain_number(row["pric"].strip())
                if price is None or price <= 0:
                    raise TillError(
                        f"{path}: {row['pric']} is not a price, such as 12.50 价格应如12.50"
                    )
                item = Item(row["med_list_codg"], Decimal(1), price, row["name"])
                found[row["short"]] = found[item.med_list_codg] = item
                found |= {gtin(one): item for one in (row.get("barcode") or "").split()}
    except (OSError, KeyError, AttributeError, UnicodeDecodeError) as error:
        raise TillError(f"can't read the price list 读不了价目表 {path}: {error}") from error
    return found


def items(words: Sequence[str], known: dict[str, Item]) -> list[Item]:
    """``ganmaolingx2@15.80`` and the like, priced from the list if no price is given; the trace
    codes of the boxes behind it, of a split box with ``~``: ``ganmaolingx2=81234…,81235…``.

    What a scanner reads is a word, too: a product's barcode is one of it, a trace code belongs to
    the item before it, and one with both says itself which item it is.

    Raises:
        TillError: a word that is no item, an item without a price, a code without an item, a code
            twice.
    """
    found: list[Item] = []
    for word in words:
        split = word.startswith(SPLIT)
        box = None if _is_item(word, known) else box_of(word.removeprefix(SPLIT))
        if box is None:
            found.append(_item(code_form(word).replace("。", "."), known))
            continue
        if box.barcode:
            _count_up(found, _of_barcode(box.barcode, known))
        if box.code:
            _trace(found, (SPLIT if split else "") + box.code, counts=not box.barcode)
    _check_once(found)
    return found


def _is_item(word: str, known: dict[str, Item]) -> bool:
    """Whether a word names an item of the list, or one with its price."""
    named = _ITEM.match(code_form(word).partition("=")[0])
    return named is not None and (named["price"] is not None or named["code"] in known)


def _of_barcode(barcode: str, known: dict[str, Item]) -> Item:
    if barcode not in known:
        raise TillError(
            f"{barcode.lstrip('0')}: this barcode is not in the price list 价目表里没有这个条码"
        )
    return known[barcode]


def _count_up(found: list[Item], item: Item) -> None:
    """One more of an item, behind what is there."""
    same = [
        one for one in found if (one.med_list_codg, one.pric) == (item.med_list_codg, item.pric)
    ]
    if not same:
        found.append(item)
        return
    found.remove(same[-1])
    found.append(replace(same[-1], cnt=same[-1].cnt + 1))


def _trace(found: list[Item], code: str, *, counts: bool) -> None:
    """A box's code for the last item; one box more where all that are there have a code."""
    if not found:
        raise TillError(
            f"{code}: of which item is this box? Name it or scan its barcode first"
            " 不知道是哪种药，请先写药名或扫商品条码"
        )
    last = found[-1]
    whole = not any(one.startswith(SPLIT) for one in (*last.codes, code))
    more = 1 if counts and whole and len(last.codes) >= last.cnt else 0
    found[-1] = replace(last, cnt=last.cnt + more, codes=(*last.codes, code))


def _check_once(found: list[Item]) -> None:
    seen: set[str] = set()
    for code in (one for item in found for one in item.codes if not one.startswith(SPLIT)):
        if code in seen:
            raise TillError(f"{code}: this trace code was scanned twice 这个追溯码扫了两次")
        seen.add(code)


def _item(whole: str, known: dict[str, Item]) -> Item:
    word, _, traced = whole.partition("=")
    codes = tuple(one for one in traced.split(",") if one)
    match = None if word in known else _ITEM.match(word)
    code, count, price = match.group("code", "count", "price") if match else (word, None, None)
    listed = known.get(code)
    cnt, pric = plain_number(count or "1"), listed.pric if listed else None
    if price:
        pric = plain_number(price)
    if cnt is None or (price and pric is None):
        raise TillError(f"{word}: a count or price is not a number 数量或价格应为数字")
    if pric is None:
        raise TillError(
            f"{word}: not in the price list; give a price, such as {word}@12.50"
            " 价目表里没有，请写上价格"
        )
    if cnt <= 0:
        raise TillError(f"{word}: the count must be more than 0 数量要大于0")
    name = listed.name if listed else ""
    return Item(listed.med_list_codg if listed else code, cnt, pric, name, codes)
