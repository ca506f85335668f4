-- A task of the counter is of a bill, or of a wallet's transfer or a premium whose money came back to
-- a closed account. order_id: the transfer's or the premium's; kind says which. transfer_id: what laid
-- the money into suspense, of either.
alter table counter_task alter column settlement_id drop not null;
alter table counter_task add column order_id bigint;
alter table counter_task add constraint counter_task_of
    check ((settlement_id is null) <> (order_id is null));

-- What lies in suspense since before. The transfer's own id is the task's: ids are given once.
insert into counter_task (id, kind, person_id, order_id, transfer_id, amount_fen, created_at)
select t.id, case h.purpose when 1 then 'wallet_without_account' else 'premium_without_account' end,
    h.person_id, h.order_id, t.id, t.amount_fen, t.created_at
from hold h join transfer e on e.reverses_id = h.id left join transfer r on r.reverses_id = e.id
join transfer t on t.id = coalesce(r.id, e.id)
join account a on a.id = t.credit_account and a.kind = 14
on conflict (transfer_id) do nothing;
insert into counter_task (id, kind, person_id, order_id, transfer_id, amount_fen, created_at)
select t.id, 'wallet_without_account', o.person_id, o.id, t.id, t.amount_fen, t.created_at
from wallet_posting p join wallet_offer o on o.id = p.wallet_id
join transfer t on t.id = p.transfer_id join account a on a.id = t.credit_account and a.kind = 14
on conflict (transfer_id) do nothing;

-- backwards
-- The version before can't read them, and would show nobody that the money waits.
do $$
begin
    if exists (select from counter_task where order_id is not null) then
        raise exception 'money of wallets or premiums waits at the counter, which the version before can''t read';
    end if;
end $$;
alter table counter_task drop constraint counter_task_of;
alter table counter_task drop column order_id;
alter table counter_task alter column settlement_id set not null;
