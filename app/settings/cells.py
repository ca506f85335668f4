"""The file of the cells (``QINJI_CELLS``): which provinces are where, what all of them share."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

REST = "*"
"""Instead of provinces: whatever no other cell has."""
_NOWHERE = "00"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,15}")
_PROVINCE = re.compile(r"[1-9][0-9]")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cell(_Strict):
    """One cell. ``provinces``: the first two digits of an ``admdvs`` each; ``address``: where its
    apps are reached by those of other cells."""

    provinces: tuple[str, ...] = Field(min_length=1)
    database_url: str = Field(min_length=1)
    redis_url: str = Field(min_length=1)
    standby_url: str = ""
    address: str

    @field_validator("provinces")
    @classmethod
    def _are_provinces(cls, provinces: tuple[str, ...]) -> tuple[str, ...]:
        for one in provinces:
            if one != REST and not _PROVINCE.fullmatch(one):
                raise ValueError(f"{one!r} is no province: two digits 省级区划为两位数字")
        return provinces

    @field_validator("address")
    @classmethod
    def _is_address(cls, address: str) -> str:
        if not _ADDRESS.fullmatch(address):
            raise ValueError("an address is http://host:port 地址形如 http://host:port")
        return address


class CellMap(_Strict):
    """All cells by name, and where what they share is: log-ins, staff, ties (``Place.SHARED``) in a
    database of its own, whose feeds the workers of all cells read, and the log-ins' sessions in a
    Redis, which may be one of the cells'."""

    shared_database_url: str = Field(min_length=1)
    shared_redis_url: str = Field(min_length=1)
    cells: dict[str, Cell] = Field(min_length=1)

    @classmethod
    def read(cls, path: Path) -> CellMap:
        """The cells that a file names.

        Raises:
            ValueError: it can't be read, or says what can't be.
        """
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"{path}: {where}: {first['msg']}") from None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ValueError(f"{path}: {error}") from None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: dict[str, str] = {}
        for name, cell in self.cells.items():
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r}: a cell's name is of a-z, 0-9 and - 分区名用小写字母")
            for province in cell.provinces:
                if province in seen:
                    raise ValueError(f"{province!r} is in {seen[province]} and {name} 重复")
                seen[province] = name
        urls = [self.shared_database_url, *(one.database_url for one in self.cells.values())]
        if len(set(urls)) < len(urls):
            raise ValueError(
                "each cell has a database of its own, and so has what they share"
                " 每个分区与共享部分须各有自己的数据库"
            )
        return self

    def of_place(self, admdvs: str) -> str | None:
        """The name of the cell of whoever is insured at a place (``admdvs``, six digits, or what
        it begins with); None: there is none."""
        found = None
        for name, cell in self.cells.items():
            if admdvs[:2] in cell.provinces:
                return name
            if REST in cell.provinces:
                found = name
        return found

    def province_of(self, name: str) -> str:
        """Two digits by which a cell is found again: of its first province, or of none."""
        named = [one for one in self.cells[name].provinces if one != REST]
        return named[0] if named else _NOWHERE
