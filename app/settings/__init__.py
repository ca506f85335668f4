"""Every setting of Qinji, in one place. Each comes from the environment as ``QINJI_<NAME>``.

Without ``QINJI_DATABASE_URL`` and ``QINJI_REDIS_URL`` the embedded servers under ``.qinji/`` are
used (see ``app/local/servers/servers.py``), and the keys are made once and kept there too.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.settings.cells import CellMap

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
_HERE = ("127.0.0.1", "::1", "localhost")
_SHARED_ALONE = (
    "QINJI_SHARED_DATABASE_URL stands beside QINJI_DATABASE_URL, and not in the demo. 共享库须与"
    " QINJI_DATABASE_URL 一同设置，演示不使用。"
)


class Settings(BaseSettings):
    """All settings. Durations end in ``_s`` (seconds), sums of money in ``_fen``."""

    model_config = SettingsConfigDict(env_prefix="QINJI_", extra="ignore")

    # Where the servers are. Empty means: the embedded ones.
    database_url: str = ""
    # Of the role that owns the tables, for `qinji migrate` and what `qinji up` does before it
    # serves. Empty: one role does both (said at the start), or this machine only serves.
    owner_database_url: str = ""
    # Where the shared tables are (staff, log-ins, what ties people of two cells), and the role that
    # owns them there; deploy/SCALE.md. Empty: in the database, with all others.
    shared_database_url: str = ""
    owner_shared_database_url: str = ""
    redis_url: str = ""
    # Where log-ins and sign-ins are kept while they last. Empty: in the same Redis.
    shared_redis_url: str = ""
    # The file of the cells, and which of them this process serves: it says where database, Redis
    # and what is shared are (app/settings/cells.py, deploy/CELLS.md). Neither: there is one.
    cells: Path | None = None
    cell: str = ""
    # A server that follows the database (deploy/STANDBY.md): what is over is read there, and so old
    # it may be where that is told. Empty: all is read where it is written.
    standby_url: str = ""
    standby_late_s: float = Field(default=10.0, gt=0, le=3600)
    # Whether `qinji up` starts one beside its own PostgreSQL.
    standby: bool = False
    home: Path = PROJECT_ROOT / ".qinji"

    # Keys, 16 bytes in hex; several with commas between, the new one first (deploy/KEYS.md). Empty
    # means: made once, kept in <home>/keys.json, mode 600, which is read again while it runs.
    data_key: SecretStr = SecretStr("")
    index_key: SecretStr = SecretStr("")

    # Whether this is the demo: only then are its people, institutions and operator loaded, its keys
    # taken, and are there addresses under /demo, which give them away. `qinji up` decides it once,
    # in `for_up`, and tells its processes; whatever is started without it is a real installation.
    demo: bool = False

    # The clock in the hand, for tests and the demo: the file that says what it shows
    # (app/kit/clock.py, `qinji clock`). A real installation goes by the machine's.
    clock: Path | None = None

    # HTTP process
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    processes: int = Field(default=1, ge=1, le=64)
    workers: int = Field(default=1, ge=1, le=64)
    # Asked to end, it says that it isn't ready, and takes new calls for so long yet: until a proxy
    # before it has seen that. Then it takes no new connection; calls in hand have so long at most:
    # longer than a till may wait.
    drain_s: float = Field(default=0.0, ge=0, le=300)
    shutdown_timeout_s: float = Field(default=25.0, ge=0)
    # Connections of a process, in all and of one address (a proxy of ours hands on whose a call is
    # in X-Forwarded-For); how many calls may be half there; seconds in which a call has to come
    # whole and an answer to be taken, and after which an idle connection is ended.
    trusted_proxies: str = "127.0.0.1,::1"
    connections_max: int = Field(default=4096, ge=10)
    address_connections_max: int = Field(default=1000, ge=1)
    unfinished_max: int = Field(default=2000, ge=1)
    read_deadline_s: float = Field(default=10.0, gt=0)
    write_deadline_s: float = Field(default=60.0, gt=0)
    idle_s: float = Field(default=75.0, gt=0)
    database_pool_max: int = Field(default=10, ge=2, le=200)

    # Login and identity: what truly lies outside
    wechat_base_url: str = "https://api.weixin.qq.com"
    wechat_appid: str = ""
    wechat_secret: SecretStr = SecretStr("")
    # WeChat's templates of subscribe messages: money=ID,rights=ID (their fields: thing1 amount2
    # time3 thing4; thing1 time2 thing3), with a * after the ID of one whose consent is for good.
    # Empty: nothing goes out.
    wechat_templates: str = Field(
        default="", pattern=r"^((money|rights)=[0-9A-Za-z_-]{1,64}\*?(,|$))*$"
    )
    identity_base_url: str = ""
    identity_key: SecretStr = SecretStr("")
    tax_base_url: str = ""
    tax_key: SecretStr = SecretStr("")
    outside_timeout_s: float = 5.0
    # Where the roots of closed days are handed over to another party by themselves: a folder that
    # is theirs, an address, or both; the key signs them. Empty: to nobody.
    roots_folder: Path | None = None
    roots_url: str = ""
    roots_key: SecretStr = SecretStr("")
    # A phone's log-in ends so long after it was used last, and so long after it began.
    session_ttl_s: int = Field(default=7 * 24 * 3600, ge=1)
    session_longest_s: int = Field(default=90 * 24 * 3600, ge=1)
    # Every limit of the phones' door times this: for measurements.
    phone_limits_times: int = Field(default=1, ge=1)

    # Tills
    clock_window_s: int = 300
    till_wait_default_s: int = Field(default=8, ge=0, le=20)
    # How many messages of tills a process works on at once; one more is told to come again.
    till_crowd_max: int = Field(default=250, ge=1, le=100_000)
    # How many cancels and reversals that find nothing an institution may send within an hour.
    empty_undoings_max: int = Field(default=1000, ge=1)

    # Codes: the two digits of the province whose platform issues them (tells nothing of the person)
    code_province: str = Field(default="13", pattern=r"^[0-9]{2}$")

    # Worker
    # Lanes of the queue, each drained by one worker at a time; 0: one a worker.
    lanes: int = Field(default=0, ge=0, le=64)
    batch_max: int = Field(default=500, ge=1, le=2000)
    linger_s: int = Field(default=240, ge=1, le=240)

    # Prometheus: the bearer token of whoever may collect /metrics; and a port of its own, which
    # listens on 127.0.0.1 only and asks for no token. Neither set: nobody may.
    metrics_token: SecretStr = SecretStr("")
    metrics_port: int = Field(default=0, ge=0, le=65535)

    # Logs
    log_level: str = "info"
    log_json: bool = False

    _map: CellMap | None = PrivateAttr(default=None)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        for part in text.split(","):
            if part.strip():
                ip_network(part.strip())
        return text

    @model_validator(mode="after")
    def _a_lane_a_worker(self) -> Self:
        self.lanes = self.lanes or self.workers
        return self

    @model_validator(mode="after")
    def _time_is_played_among_players(self) -> Self:
        """Who asks WeChat, an identity check or a tax office that is no play, or was not told that
        this is the demo, has real people: their days are the world's."""
        if self.clock is None:
            return self
        outside = [self.wechat_base_url] if self.wechat_appid else []
        outside += [url for url in (self.identity_base_url, self.tax_base_url) if url]
        if not self.demo or any(urlsplit(url).hostname not in _HERE for url in outside):
            raise ValueError(
                "QINJI_CLOCK is for tests and the demo: a real installation goes by the machine's"
                " clock. 可调时钟只用于测试与演示，正式环境请去掉 QINJI_CLOCK。"
            )
        if not self.clock.is_file():
            raise ValueError("QINJI_CLOCK names no file. QINJI_CLOCK 指定的文件不存在。")
        return self

    @model_validator(mode="after")
    def _serves_a_cell(self) -> Self:
        """Where a cell's servers are is said in one place. What an environment says besides, as
        that of a process which a supervisor starts, must be the same."""
        if (self.cells is None) != (not self.cell):
            raise ValueError(
                "QINJI_CELLS and QINJI_CELL go together. QINJI_CELLS 与 QINJI_CELL 须同时设置。"
            )
        if self.cells is None:
            return self
        self._map = CellMap.read(self.cells)
        mine = self._map.cells.get(self.cell)
        if mine is None:
            raise ValueError(f"QINJI_CELL: {self.cells} has no such cell. 分区文件中没有该分区。")
        said = {
            "database_url": mine.database_url,
            "redis_url": mine.redis_url,
            "standby_url": mine.standby_url,
            "shared_database_url": self._map.shared_database_url,
            "shared_redis_url": self._map.shared_redis_url,
        }
        for name, url in said.items():
            if getattr(self, name) not in ("", url):
                raise ValueError(
                    f"QINJI_{name.upper()} is not what QINJI_CELLS says: leave it out."
                    " 与分区文件不一致，请去掉该设置。"
                )
            setattr(self, name, url)
        if self.shared_redis_url == self.redis_url:
            self.shared_redis_url = ""
        if self._map.of_place(self.code_province) != self.cell:
            # A code leads the till that has read it here, before it knows whose it is.
            self.code_province = self._map.province_of(self.cell)
        return self

    @property
    def cell_map(self) -> CellMap | None:
        """All cells; None: there is one, without a name."""
        return self._map

    def is_here(self, admdvs: str) -> bool:
        """Whether who is insured at a place (six digits) is this process's cell's."""
        return self._map is None or self._map.of_place(admdvs) == self.cell

    @model_validator(mode="after")
    def _shared_beside_a_cell(self) -> Self:
        if self._map is not None:  # among which tests are played
            return self
        if self.shared_database_url and (self.demo or not self.database_url):
            raise ValueError(_SHARED_ALONE)
        return self

    def for_up(self) -> Self:
        """As ``qinji up`` starts: the demo, unless it is told otherwise or whose WeChat to ask.

        Raises:
            ValueError: both were said.
        """
        if self.demo and self.wechat_appid:
            raise ValueError(
                "QINJI_DEMO plays WeChat itself, QINJI_WECHAT_APPID asks the real one: unset one of"
                " them. 演示与真实微信不能同时使用，请去掉其中一个。"
            )
        told = "demo" in self.model_fields_set
        demo = self.demo if told else not self.wechat_appid
        if demo and self.shared_database_url:
            raise ValueError(_SHARED_ALONE)
        return self.model_copy(update={"demo": demo})


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
