"""All laws of the books, asked of the whole database at once: any test may use it.

Each law is one set-based query that finds what breaks it. The queries hash and sort whole tables,
so they stay quick at any size that a test makes.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.store.database import Database

# name of the law → a query whose rows are what breaks it; the first column tells which.
LAWS: dict[str, str] = {
    "what is dispensed is what stands of it, and no more than was prescribed": """
        select i.prescription_id, i.med_list_codg, i.prescribed, i.dispensed, s.cnt
        from prescription_item i left join lateral (
            select sum(n.cnt) as cnt from prescription_sale n where n.freed_by is null
                and n.prescription_id = i.prescription_id and n.med_list_codg = i.med_list_codg
        ) as s on true
        where i.dispensed <> coalesce(s.cnt, 0) or i.dispensed > i.prescribed""",
    "what stands dispensed is of a settlement that stands": """
        select n.settlement_id, n.feedetl_sn from prescription_sale n
        left join settlement u on u.cancels_id = n.settlement_id
        where n.freed_by is distinct from u.id""",
    "a box is sold once, unless another institution's sale of it was told": """
        select b.code, b.settlement_id, a.settlement_id from trace_sale b join trace_sale a
        on a.code = b.code and a.slot < b.slot and not (a.split and b.split)
        where a.freed_by is null and b.freed_by is null and (a.fixmedins_code = b.fixmedins_code
            or not exists (select from trace_alert t where t.code = b.code
                and t.settlement_id in (a.settlement_id, b.settlement_id)))""",
    "every request either waits or has an outcome": """
        select r.id, w.request_id as waits, o.request_id as decided
        from request r left join waiting w on w.request_id = r.id
        left join outcome o on o.request_id = r.id
        where (w.request_id is null) = (o.request_id is null)""",
    "every outcome and everything that waits belongs to a request": """
        select o.request_id from outcome o left join request r on r.id = o.request_id
        where r.id is null
        union all
        select w.request_id from waiting w left join request r
        on r.id = w.request_id and r.lane in (w.lane, -1 - w.lane) where r.id is null""",
    "a message that was reversed before it came is void": """
        select r.id, o.state from request r join outcome o on o.request_id = r.id
        where r.body_hash is null and (o.state <> 3 or o.settlement_id is not null)""",
    "what is done has what it did, what is not done has nothing": """
        select r.id, r.infno, o.state, o.settlement_id, o.reason
        from request r join outcome o on o.request_id = r.id where case
            when o.state = 1 and r.infno in ('2102', '2103')
                then o.settlement_id is null or o.reason is not null
            when o.state = 1 then o.reason is not null
            when o.state = 3 then o.settlement_id is not null
            else o.settlement_id is not null or o.reason is null end""",
    "an outcome and its settlement name each other": """
        select o.request_id, o.settlement_id from outcome o
        left join settlement s on s.id = o.settlement_id and s.request_id = o.request_id
        where o.settlement_id is not null and s.id is null
        union all
        select s.request_id, s.id from settlement s
        left join outcome o on o.request_id = s.request_id and o.settlement_id = s.id
        where o.request_id is null and not exists (
            select from settlement r where r.request_id = s.request_id
                and (s.kind, r.kind) in ((2, 1), (3, 4)))""",
    "a settlement is what its request asked for": """
        select s.id, r.infno from settlement s join request r on r.id = s.request_id
        where s.fixmedins_code <> r.fixmedins_code
            or not (r.infno = any (case s.kind when 1
                    then array['2102', '2102A', '2207', '2207A', '2103A']
                when 2 then array['2103', '2208', '2103A'] else array['2601'] end))
            or (s.kind = 1 and r.infno <> '2103A' and (s.person_id <> (r.body ->> 'person')::bigint
                or s.medfee_sumamt_fen <> (r.body ->> 'total')::bigint))""",
    "the figures of a settlement add up": """
        select id from settlement where medfee_sumamt_fen <> fulamt_ownpay_fen
                + overlmt_selfpay_fen + preselfpay_fen + inscp_scp_fen
            or medfee_sumamt_fen <> fund_pay_fen + psn_part_fen
            or psn_part_fen <> own_pay_fen + wallet_pay_fen + mulaid_pay_fen + cash_pay_fen""",
    "the lines of a settlement add up to it": """
        select s.id from settlement s cross join lateral (
            select sum((l ->> 'fen')::bigint) as fen, sum((l ->> 'own')::bigint) as own,
                sum((l ->> 'over')::bigint) as over, sum((l ->> 'pre')::bigint) as pre,
                sum((l ->> 'scope')::bigint) as scope
            from jsonb_array_elements(s.lines) as l) as t
        where s.kind = 1 and (t.fen, t.own, t.over, t.pre, t.scope) is distinct from
            (s.medfee_sumamt_fen::numeric, s.fulamt_ownpay_fen, s.overlmt_selfpay_fen,
             s.preselfpay_fen, s.inscp_scp_fen)""",
    "a cancel is the negative of what it cancels": """
        select c.id from settlement c left join settlement s on s.id = c.cancels_id
        where c.kind <> 1 and (s.id is null or (c.kind = 4) <> (s.kind in (2, 3))
            or (c.person_id, c.fixmedins_code, c.mdtrt_id, c.medfee_sumamt_fen, c.fund_pay_fen,
                c.own_pay_fen, c.wallet_pay_fen, c.mulaid_pay_fen, c.cash_pay_fen)
            is distinct from (s.person_id, s.fixmedins_code, s.mdtrt_id, -s.medfee_sumamt_fen,
                -s.fund_pay_fen, -s.own_pay_fen, -s.wallet_pay_fen, -s.mulaid_pay_fen,
                -s.cash_pay_fen))""",
    "a settlement is cancelled once": """
        select cancels_id from settlement where cancels_id is not null
        group by cancels_id having count(*) > 1""",
    "a settlement's transfers are its figures": """
        select s.id, s.own_pay_fen, t.own, s.mulaid_pay_fen, t.aid, s.fund_pay_fen, t.fund
        from settlement s left join (
            select t.settlement_id,
                sum(t.amount_fen) filter (where d.kind in (1, 2) and t.grant_id is null) as own,
                sum(t.amount_fen) filter (where d.kind = 3) as wallet,
                sum(t.amount_fen) filter (
                    where d.kind in (1, 2, 5) and t.grant_id is not null) as aid,
                sum(t.amount_fen) filter (where d.kind = 11) as fund,
                count(*) filter (where d.kind not in (1, 2, 3, 5, 11)
                    or t.kind not in (2, 5)) as strange
            from transfer t join account d on d.id = t.debit_account
            group by t.settlement_id
        ) as t on t.settlement_id = s.id
        where s.kind in (1, 4) and (coalesce(t.own, 0) <> s.own_pay_fen
            or coalesce(t.wallet, 0) <> s.wallet_pay_fen or coalesce(t.aid, 0) <> s.mulaid_pay_fen
            or coalesce(t.fund, 0) <> s.fund_pay_fen or coalesce(t.strange, 0) <> 0)""",
    "who paid is who was allowed to: the patient, or a donor by a grant of his": """
        with recursive one as (
            select id, id as into_id from person
            where id not in (select person_id from account_merge)
            union all
            select m.person_id, o.into_id from account_merge m join one o on o.id = m.into_id
        )
        select t.id from transfer t join settlement s on s.id = t.settlement_id and s.kind = 1
        join one patient on patient.id = s.person_id
        join account d on d.id = t.debit_account left join aid_grant g on g.id = t.grant_id
        left join one payer on payer.id = d.person_id left join one donor on donor.id = g.donor_id
        left join one other on other.id = g.beneficiary_id
        where d.person_id is not null and case when t.grant_id is null
            then payer.into_id <> patient.into_id
            else donor.into_id is distinct from payer.into_id
                or other.into_id is distinct from patient.into_id end""",
    "whose row was merged is known by the row at the end of all merges": """
        with recursive one as (
            select id, id as into_id from person
            where id not in (select person_id from account_merge)
            union all
            select m.person_id, o.into_id from account_merge m join one o on o.id = m.into_id
        )
        select p.id from person p left join one o using (id)
        where coalesce(p.merged_into, p.id) is distinct from o.into_id""",
    "who gets the money is the institution": """
        select t.id from transfer t join settlement s on s.id = t.settlement_id and s.kind = 1
        join account c on c.id = t.credit_account
        where c.kind <> 12 or c.flow_code <> s.fixmedins_code""",
    "the legs that are told are the transfers that were made": """
        with told as (
            select s.id, (l ->> 'person')::bigint as person, (l ->> 'grant')::bigint as granted,
                sum((l ->> 'fen')::bigint) as fen
            from settlement s cross join lateral jsonb_array_elements(s.trace -> 'legs') as l
            where s.kind = 1 group by 1, 2, 3
        ), made as (
            select t.settlement_id as id, d.person_id as person, t.grant_id as granted,
                sum(t.amount_fen) as fen
            from transfer t join settlement s on s.id = t.settlement_id and s.kind = 1
            join account d on d.id = t.debit_account and d.person_id is not null group by 1, 2, 3
        )
        (select * from told except select * from made)
        union all (select * from made except select * from told)""",
    "every part goes back once, to whoever paid it": """
        with recursive home as (
            select id, id as origin, kind from account
            union all
            select n.id, h.origin, n.kind from home h join account o on o.id = h.id
            join account n on n.id = o.successor_id
        )
        select s.id, t.id as paid, b.id as back from settlement c
        join settlement s on s.id = c.cancels_id join transfer t on t.settlement_id = s.id
        left join transfer b on b.reverses_id = t.id
        where b.id is null or b.settlement_id <> c.id or b.amount_fen <> t.amount_fen
            or b.grant_id is distinct from t.grant_id
            or not exists (select from home
                where id = b.debit_account and origin = t.credit_account)
            or not exists (select from home where id = b.credit_account
                and (origin = t.debit_account or kind = 14))""",
    "nothing goes back that was not cancelled": """
        select b.id from transfer b left join settlement c on c.id = b.settlement_id
        left join transfer t on t.id = b.reverses_id
        where b.kind in (3, 4, 5) and (c.id is null or c.kind <> b.kind - 1
            or t.settlement_id is distinct from c.cancels_id)""",
    "every transfer has accounts that exist, and a cause": """
        select t.id from transfer t left join account d on d.id = t.debit_account
        left join account c on c.id = t.credit_account
        left join settlement s on s.id = t.settlement_id
        where d.id is null or c.id is null or t.amount_fen <= 0
            or (t.kind between 2 and 5) <> (t.settlement_id is not null)
            or (t.settlement_id is not null and s.id is null)""",
    "a side that keeps a balance has its place in the chain, a flow has none": """
        select t.id from transfer t join account d on d.id = t.debit_account
        join account c on c.id = t.credit_account
        where (d.person_id is null) <> (t.debit_version is null)
            or (t.debit_version is null) <> (t.debit_after_fen is null)
            or (c.person_id is null) <> (t.credit_version is null)
            or (t.credit_version is null) <> (t.credit_after_fen is null)""",
    "every account's chain has no gap, starts at zero and never goes below it": """
        with link as (
            select debit_account as account, debit_version as version, debit_after_fen as after,
                -amount_fen as fen from transfer where debit_version is not null
            union all
            select credit_account, credit_version, credit_after_fen, amount_fen
            from transfer where credit_version is not null
        ), chain as (
            select *, row_number() over w as place, lag(after, 1, 0::bigint) over w as before
            from link window w as (partition by account order by version)
        )
        select account, version, place, before, fen, after from chain
        where version <> place or before + fen <> after or after < 0""",
    "every balance is the sum of its transfers and the end of its chain": """
        with link as (
            select debit_account as account, debit_version as version, debit_after_fen as after,
                -amount_fen as fen from transfer where debit_version is not null
            union all
            select credit_account, credit_version, credit_after_fen, amount_fen
            from transfer where credit_version is not null
        ), total as (
            select account, sum(fen) as fen, count(*) as links, max(version) as version,
                (array_agg(after order by version desc))[1] as after
            from link group by account
        )
        select a.id, a.balance_fen, a.version, t.fen, t.links, t.after
        from account a left join total t on t.account = a.id
        where a.person_id is not null and (a.balance_fen < 0
            or a.balance_fen <> coalesce(t.fen, 0) or a.version <> coalesce(t.links, 0)
            or a.version <> coalesce(t.version, 0) or a.balance_fen <> coalesce(t.after, 0))""",
    "the whole ledger sums to zero": """
        select a.total from (
            select sum(fen) as total from (
                select balance_fen as fen from account where person_id is not null
                union all
                select t.amount_fen from transfer t join account c on c.id = t.credit_account
                where c.person_id is null
                union all
                select -t.amount_fen from transfer t join account d on d.id = t.debit_account
                where d.person_id is null) as part) as a
        where a.total <> 0""",
    "a code is used once, and pays for its holder only": """
        select s.id from settlement s left join credential c on c.id = s.credential_id
        where s.credential_id is not null and c.holder_id is distinct from s.person_id""",
}  # fmt: skip

# Tables that grew since they were last counted look empty, and a loop over them takes hours.
_WHOLE = "set local enable_nestloop = off; set local work_mem = '64MB'"
_PATIENCE_S = 600.0
_COUNTS = """
select (select count(*) from request) as requests, (select count(*) from waiting) as waiting,
    (select count(*) from outcome where state = 1) as done,
    (select count(*) from outcome where state = 2) as refused,
    (select count(*) from outcome where state = 3) as void,
    (select count(*) from outcome where state = 4) as set_aside,
    (select count(*) from settlement where kind = 1) as settled,
    (select count(*) from settlement where kind = 2) as cancelled,
    (select count(*) from settlement where kind = 3) as reversed,
    (select count(*) from transfer) as transfers,
    (select count(*) from transfer t join settlement s on s.id = t.settlement_id
        where s.kind = 1 and t.grant_id is not null) as aided
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What lies in the books."""

    requests: int
    waiting: int
    done: int
    refused: int
    void: int
    set_aside: int
    settled: int
    cancelled: int
    reversed: int
    transfers: int
    aided: int


async def check_books(database: Database) -> Counts:
    """Asserts every law in one consistent look at the database; gives what lies in it.

    What still waits is lawful; a test that wants everything decided asserts ``waiting == 0``.
    """
    async with (
        database.connection() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.execute(_WHOLE)
        for law, query in LAWS.items():
            whole = f"with broken as materialized ({query}) select * from broken limit 5"
            broken = await connection.fetch(whole, timeout=_PATIENCE_S)
            assert not broken, f"{law}: {[dict(row) for row in broken]}"
        return Counts(**dict(await connection.fetchrow(_COUNTS, timeout=_PATIENCE_S)))
