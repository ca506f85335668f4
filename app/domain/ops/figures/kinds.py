"""Kinds of trouble: what the night shift is told, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["bad", "warn", "note"]
"""``note``: nothing is wrong that is known, and it isn't as usual either."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trouble: stable code, sentence and what to do, in both languages."""

    code: str
    level: Level
    zh: str
    do_zh: str
    en: str
    do_en: str


DATABASE_AWAY = Kind(
    "DATABASE_AWAY", "bad",
    "数据库没有在限时内回答，结算全部停止。", "检查PostgreSQL进程、磁盘空间和连接数；恢复后排队的请求会自动办理。",
    "The database does not answer in time; nothing is being settled.",
    "Check the PostgreSQL process, disk space and connections; what waits is settled by itself afterwards.",
)  # fmt: skip
REDIS_AWAY = Kind(
    "REDIS_AWAY", "bad",
    "Redis没有回答：手机不能登录和亮码，结算变慢但不会丢。", "重新启动Redis；数据不用恢复，用户会重新登录。",
    "Redis does not answer: phones can't log in or show codes; settling goes on, slower.",
    "Restart Redis; nothing has to be restored, people log in again.",
)  # fmt: skip
NO_WORKER = Kind(
    "NO_WORKER", "bad",
    "没有结算进程在工作，新的结算只排队不办理。", "启动worker（python -m worker.main），并查看它的日志为何退出。",
    "No worker is running: bills are queued but not settled.",
    "Start a worker (python -m worker.main) and see in its log why it ended.",
)  # fmt: skip
BOOKS_UNREAD = Kind(
    "BOOKS_UNREAD",
    "bad",
    "数据库有回答，但已有{seconds}秒读不到排队和账目；本页是那时的数字。",
    "多半有事务锁住了表：查看pg_stat_activity中最久的事务，必要时结束它。",
    "The database answers, but queue and books could not be read for {seconds} seconds: what is shown is of then.",
    "Somebody probably holds a table: see the oldest transactions in pg_stat_activity, end that one if need be.",
)
QUEUE_STUCK = Kind(
    "QUEUE_STUCK", "bad",
    "有请求已等待{age}秒仍未办理（共{length}笔在等）。", "查看worker日志和数据库是否有长事务或锁等待。",
    "A request has waited for {age} seconds ({length} are waiting).",
    "Look into the worker's log, and for long transactions or locks in the database.",
)  # fmt: skip
QUEUE_SLOW = Kind(
    "QUEUE_SLOW", "warn",
    "排队变长：最早的一笔已等{age}秒（共{length}笔）。", "再观察一分钟；若继续增长，增加worker或查看慢在哪里。",
    "The queue grows: its oldest request has waited for {age} seconds ({length} in all).",
    "Watch it for a minute; if it goes on growing, add a worker or find out what is slow.",
)  # fmt: skip
BOOKS_WRONG = Kind(
    "BOOKS_WRONG", "bad",
    "最近一次核账发现{wrong}处不符。", "立即报告账务负责人；运行 qinji ledger verify 查看明细，不要手工改账。",
    "The last check of the books found {wrong} things wrong.",
    "Tell whoever answers for the books at once; see `qinji ledger verify`, change nothing by hand.",
)  # fmt: skip
BOOKS_NOT_CHECKED = Kind(
    "BOOKS_NOT_CHECKED", "warn",
    "账目已有{hours}小时没有核对。", "核账每天02:30自动运行；查看worker日志，或手工运行 qinji ledger verify --store。",
    "The books were last checked {hours} hours ago.",
    "They are checked at 02:30; see the worker's log, or run `qinji ledger verify --store`.",
)  # fmt: skip
MONTHS_MISSING = Kind(
    "MONTHS_MISSING",
    "warn",
    "按月的账表只建到{day}，之后的数据会落入备用分区。",
    "worker每小时自动建表：查看它的日志中的make_months，或以表的所有者运行 select public.make_months()。",
    "The tables of months have none after {day}; what comes later goes into the part for the rest.",
    "The worker makes them every hour: see make_months in its log, or run `select public.make_months()`.",
)
SEALING_BEHIND = Kind(
    "SEALING_BEHIND", "warn",
    "账目加封落后{minutes}分钟。", "查看worker日志；也可手工运行 qinji ledger seal。",
    "Sealing of the ledger is {minutes} minutes behind.",
    "See the worker's log, or run `qinji ledger seal`.",
)  # fmt: skip
SET_ASIDE = Kind(
    "SET_ASIDE", "warn",
    "近24小时有{count}笔请求处理出错被搁置，没有扣款。", "按下方列表联系机构改用新报文号重发，并把错误名称报给开发人员。",
    "Requests of the last 24 hours that failed and were set aside: {count}. Nothing was charged.",
    "Ask the institutions listed below to send them again under a new msgid; tell the developers the error.",
)  # fmt: skip
SLOW = Kind(
    "SLOW", "warn",
    "最近一分钟最慢的1%结算超过{seconds}秒。", "查看排队、数据库连接和长事务；确认备份或核账没有在占用磁盘。",
    "The slowest 1 % of the last minute's requests took more than {seconds} seconds.",
    "Look at the queue, connections and long transactions; see whether a backup keeps the disk busy.",
)  # fmt: skip
REFUSED_MANY = Kind(
    "REFUSED_MANY", "warn",
    "最近十分钟有{share}%的请求被拒绝，最多的原因是{reason}。", "看下方拒绝原因；若集中在一家机构，联系该机构。",
    "{share} % of the last ten minutes' requests were refused, most of them with {reason}.",
    "See the reasons below; if one institution causes them, call it.",
)  # fmt: skip
REFUND_WAITS = Kind(
    "REFUND_WAITS", "warn",
    "有退款在柜台等了{days}天（共{count}笔）。", "通知经办窗口联系参保人；清单见 qinji reconcile tasks。",
    "A refund has waited at the counter for {days} days ({count} wait).",
    "Ask the counter to call the insured; the list: `qinji reconcile tasks`.",
)  # fmt: skip
ONE_SIDED = Kind(
    "ONE_SIDED", "warn",
    "{day}的对账单中有{count}家机构存在单边事项。", "在下方对账一栏查看，并通知机构核对。",
    "Institutions with something one-sided in the statements of {day}: {count}.",
    "See reconciliation below and ask the institutions to check.",
)  # fmt: skip
PREMIUM_STUCK = Kind(
    "PREMIUM_STUCK", "warn",
    "有{count}笔居民医保费代缴超过规定时间没有办完，最早的从{since}起。", "查看tax作业的日志和税务接口；清单见 qinji premium list --stuck，必要时联系当地税务部门。",
    "Premiums that wait for longer than they may: {count}, the oldest since {since}.",
    "See the log of the tax job and the tax office's door; the list: `qinji premium list --stuck`. Call the local tax office if need be.",
)  # fmt: skip
STATEMENTS_LATE = Kind(
    "STATEMENTS_LATE", "warn",
    "昨天的机构对账单还没有生成（最近一次是{day}）。", "查看worker日志，或手工运行 qinji reconcile run。",
    "Yesterday's statements have not been made (the last ones: {day}).",
    "See the worker's log, or run `qinji reconcile run`.",
)  # fmt: skip
LONG_TRANSACTION = Kind(
    "LONG_TRANSACTION", "warn",
    "数据库中有一个事务已运行{minutes}分钟。", "查看pg_stat_activity；若不是核账或对账，请终止它。",
    "A transaction has run in the database for {minutes} minutes.",
    "See pg_stat_activity; unless it is a check or statements, end it.",
)  # fmt: skip
CONNECTIONS_FULL = Kind(
    "CONNECTIONS_FULL", "warn",
    "数据库连接快满了：{used}/{max}。", "减少进程数或QINJI_DATABASE_POOL_MAX，或调大max_connections。",
    "The database's connections are nearly used up: {used} of {max}.",
    "Fewer processes, a smaller QINJI_DATABASE_POOL_MAX, or a larger max_connections.",
)  # fmt: skip
PROCESS_SILENT = Kind(
    "PROCESS_SILENT", "warn",
    "进程{name}已有{seconds}秒没有消息。", "到那台机器上看它是否还在运行；若已退出会由守护程序重启。",
    "The process {name} has been silent for {seconds} seconds.",
    "See on its machine whether it still runs; its supervisor should start it again.",
)  # fmt: skip
STANDBY_AWAY = Kind(
    "STANDBY_AWAY",
    "warn",
    "备库没有回答或落后太多，对账单、核账等改由主库查询，结算照常但可能变慢。",
    "查看备库进程、磁盘和复制状态（pg_stat_replication）；恢复后查询会自动回到备库。",
    "The standby does not answer or is far behind: statements and checks are read from the primary.",
    "See the standby's process, disk and replication; what is over is read there again by itself.",
)
QUIET = Kind(
    "QUIET",
    "note",
    "已有{minutes}分钟没有收到任何单子。",
    "白天不该这样：到任意一家机构试结一笔，检查收银机到这里的网络、代理和证书。",
    "No bill has come for {minutes} minutes.",
    "By day that is unusual: try a sale at any shop; look at the network, the proxy and its certificate.",
)
CODES = frozenset(one.code for one in list(globals().values()) if isinstance(one, Kind))
"""Of every kind there is."""
