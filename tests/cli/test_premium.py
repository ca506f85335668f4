"""``qinji premium …``: what staff see of premiums."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from app.cli.premium import printing
from app.domain.premium.models import State
from tests.cli.test_ledger import qinji
from tests.domain.premium.season import father_of, ordered, tax
from tests.ledger.conftest import Books
from tests.phone_world import at
from tests.till_world import Member, Town

BEIJING = "110105"
EVERY = list(State)


async def lines(town: Town) -> list[str]:
    return list(printing.overview(await town.services.premiums_seen.overview()))


async def listed(town: Town, resident: Member, *states: State, place: str = "") -> str:
    orders = await town.services.premiums_seen.orders(states or EVERY, place, resident.id, 10)
    names = await town.services.people.masked_names({one.person_id for one in orders})
    return "\n".join(printing.listed(orders, names))


async def shown(town: Town, number: str) -> str:
    found = await town.services.premiums_seen.one(int(number))
    assert found is not None
    about = {found.order.person_id, found.order.asked_by}
    about |= {hold.person_id for hold in found.holds} | {cap.donor_id for cap in found.caps}
    return "\n".join(printing.one(found, await town.services.people.masked_names(about)))


async def test_the_words_as_they_are_typed(books: Books, redis_url: str, tmp_path: Path) -> None:
    code, out, err = await qinji(books, redis_url, tmp_path, "tell", group="premium")
    assert (code, "0 late" in out, "No premiums." in out) == (0, True, True), err
    code, out, err = await qinji(books, redis_url, tmp_path, "list", "--stuck", group="premium")
    assert (code, "参保人 resident" in out) == (0, True), err
    words = ("list", "--state", "booked", "--region", "13", "--person", "none")
    code, out, err = await qinji(books, redis_url, tmp_path, *words, group="premium")
    assert (code, "nobody has the number none" in err) == (1, True)
    code, out, err = await qinji(books, redis_url, tmp_path, "show", "7", group="premium")
    assert (code, "there is no premium 7" in err) == (1, True)


async def test_an_order_is_shown_with_its_money(town: Town) -> None:
    father, daughter, grant = await father_of(town, cap_year_fen=60_000)
    number = await ordered(town, daughter, grant)
    told = await shown(town, number)
    assert f"{number}  *老" in told and "由 *敏 办理" in told
    assert f"  *敏  400.00 元  共济 aid {grant}  冻结中 held" in told
    assert "  *敏  每年上限 cap a year 600.00 元（该亲属 pair）" in told
    await tax(town)
    told = await shown(town, number)
    assert "已入库 booked" in told and "已缴税务 paid to the tax office" in told
    assert "税务编号" in told and "LATE" not in told
    assert number in await listed(town, father)
    assert number in await listed(town, father, State.BOOKED, place="1301")
    assert number not in await listed(town, father, State.PAID)
    assert number not in await listed(town, father, place="31")


async def test_what_waits_too_long_is_named_and_why(town: Town) -> None:
    office, now = town.world.outside.tax, town.clock.now()
    office.mood = {"silent": 1.0}
    _, daughter, grant = await father_of(town)
    unheard = await ordered(town, daughter, grant)
    await tax(town)
    _, son, second = await father_of(town)
    kept = await ordered(town, son, second)
    other, niece, third = await father_of(town, place=BEIJING)
    planned = await ordered(town, niece, third)
    seen = await town.services.premiums_seen.overview()
    numbers = {unheard, kept, planned}
    assert numbers.isdisjoint(str(one.order.id) for one in seen.stuck)
    # The tax job is dead, and so is the evening's: nobody asks the office to forget anything.
    town.clock.set(now + timedelta(days=10))
    found = {str(one.order.id): one.what for one in (await town.services.premiums_seen.stuck())}
    assert (found[unheard], found[kept], found[planned]) == ("answer", "hand_over", "charge")
    told = await lines(town)
    assert any(line.startswith(f"超期 LATE: {unheard}") for line in told)
    assert "LATE: 税务部门没有答复" in await shown(town, unheard)
    await town.services.tax_runs.run()
    found = {str(one.order.id): one.what for one in (await town.services.premiums_seen.stuck())}
    assert (found.get(unheard), kept in found) == (None, False), "the office has forgotten it"
    assert planned in found and other.id


async def test_a_refund_without_an_answer_is_late_by_its_own_day(town: Town) -> None:
    _, daughter, grant = await father_of(town)
    number = await ordered(town, daughter, grant)
    await tax(town)
    town.clock.set(at(2026, 12, 5, 12))
    await town.services.premiums.ask_refund(daughter.id, int(number))
    town.clock.set(at(2026, 12, 11, 12))
    late = {one.order.id for one in await town.services.premiums_seen.stuck()}
    assert int(number) not in late
    town.clock.set(at(2026, 12, 12, 12, 1))
    found = {one.order.id: one for one in await town.services.premiums_seen.stuck()}
    assert found[int(number)].what == "refund"
    assert found[int(number)].since == at(2026, 12, 5, 12)


async def test_days_that_come_are_told_by_place(town: Town) -> None:
    town.clock.set(at(2026, 12, 20, 12))
    told = "\n".join(await lines(town))
    assert "2026-12-31 缴费截止 last day to pay 2027:" in told and "福建省" in told
    assert "2026-12-31 集中扣款 accounts are charged 2027: 北京市" in told
    town.clock.set(at(2027, 2, 1, 12))
    told = "\n".join(await lines(town))
    assert "2027-02-28 缴费截止 last day to pay 2027: 北京市、河北省" in told
    assert "2026-12-31" not in told
