-- 4: what is held of a person's money. 15: clearing between provinces, "own-other" by their first two
-- digits. 16: what was paid to a place's tax office. A hold is the transfer of that id; whatever
-- reverses that transfer is its end.
alter table account drop constraint account_check;
alter table account add constraint account_check
    check ((kind between 1 and 4) = (person_id is not null)) not valid;
alter table account validate constraint account_check;

create table hold (
    id bigint primary key,
    purpose smallint not null check (purpose in (1, 2)),
    order_id bigint not null,
    grant_id bigint,
    person_id bigint not null,
    account_id bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    made_at timestamptz not null,
    expires_at timestamptz
);
create index hold_order on hold (purpose, order_id);
create index hold_person on hold (person_id);
create trigger hold_append_only before update or delete on hold
    for each statement execute function refuse_change();
create trigger hold_no_truncate before truncate on hold
    for each statement execute function refuse_change();

-- backwards

drop table hold;
alter table account drop constraint account_check;
alter table account add constraint account_check
    check ((kind in (1, 2, 3)) = (person_id is not null));
