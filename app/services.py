"""The services of a process, made once by its composition root and given to every door."""

from __future__ import annotations

from dataclasses import dataclass

from app.family.service import Family
from app.kit.clock import Clock
from app.login.service import Login
from app.people.service import People
from app.regions.loader import Rulebook
from app.settings import Settings
from app.store.cache import Cache
from app.store.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a door may call."""

    settings: Settings
    database: Database
    cache: Cache
    clock: Clock
    rulebook: Rulebook
    people: People
    login: Login
    family: Family
