-- Whose accounts went to those of the row that stays (into_id), once a row. wallet_fen is what of amount_fen
-- was the wallet's; grants and bindings: how many were made anew for the row that stays.
create table account_merge (
    id bigint primary key,
    person_id bigint not null,
    into_id bigint not null check (into_id <> person_id),
    place varchar(6) not null,
    amount_fen bigint not null check (amount_fen >= 0),
    wallet_fen bigint not null check (wallet_fen between 0 and amount_fen),
    owed_fen bigint not null check (owed_fen >= 0),
    grants smallint not null,
    bindings smallint not null,
    made_at timestamptz not null,
    constraint account_merge_once unique (person_id)
);
create trigger account_merge_append_only before update or delete on account_merge
    for each statement execute function refuse_change();
create trigger account_merge_no_truncate before truncate on account_merge
    for each statement execute function refuse_change();

-- pay_reason: why accounts are to be paid out; null: death, as the version before knows it alone.
alter table counter_proposal drop constraint counter_proposal_kind_check;
alter table counter_proposal add constraint counter_proposal_kind_check
    check (kind in ('refund', 'pay_out', 'merge'));
alter table counter_proposal add column pay_reason smallint
    check (pay_reason is null or pay_reason between 1 and 3 and kind = 'pay_out');

-- backwards

do $$
begin
    if exists (select from account_merge)
        or exists (select from counter_proposal where kind = 'merge' or pay_reason > 1) then
        raise exception 'clerks have merged or paid out what the version before doesn''t know';
    end if;
end $$;
alter table counter_proposal drop column pay_reason;
alter table counter_proposal drop constraint counter_proposal_kind_check;
alter table counter_proposal add constraint counter_proposal_kind_check
    check (kind in ('refund', 'pay_out'));
drop table account_merge;
