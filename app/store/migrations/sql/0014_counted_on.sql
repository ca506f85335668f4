-- The day in whose periods caps and deductibles count a settlement (laws 5 and 13). Null: the day on
-- which it was settled, in rows of before; those that go back to an earlier one get its day here:
-- what is left after a part return, and what stands again after its cancel was undone.
alter table settlement add column counted_on date;
alter table settlement disable trigger settlement_append_only;

with recursive goes_back as (
    select s.id, c.cancels_id as origin from settlement s
    join settlement c on c.request_id = s.request_id and c.kind = 2
    where s.kind = 1
        and s.request_id in (select id from request where infno = '2103A')
    union all
    select s.id, c.cancels_id from settlement s join settlement c on c.id = s.cancels_id
    where s.kind = 4
), root as (
    select id, origin from goes_back
    union all
    select root.id, goes_back.origin from root join goes_back on goes_back.id = root.origin
), first as (
    select id, min(origin) as origin from root group by id
)
update settlement s set counted_on = (o.settled_at at time zone 'Asia/Shanghai')::date
from first join settlement o on o.id = first.origin
where s.id = first.id;

alter table settlement enable trigger settlement_append_only;

-- backwards

alter table settlement drop column counted_on;
