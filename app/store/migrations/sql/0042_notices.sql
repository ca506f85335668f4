-- What has happened to records that change in place (a grant is frozen, a premium paid): one line a
-- step, written by triggers in the transaction of the step, so that no way of taking it is silent.
-- Ids are like the program's (app/kit/ids.py): readers of the feed read it in their order. on_day: of
-- what a job finds in the calendar; such a line is written once. What was there before says nothing.
create sequence happening_number minvalue 0 maxvalue 4194303 cycle;
create function happening_id() returns bigint language sql volatile as $$
    select (((extract(epoch from clock_timestamp()) * 1000)::bigint - 1704067200000) << 22)
        | nextval('happening_number')
$$;
create table happening (
    id bigint primary key default happening_id(),
    matter varchar(10) not null,
    record_id bigint not null,
    what varchar(20) not null,
    by_id bigint,
    on_day date,
    at timestamptz not null
);
create unique index happening_once on happening (matter, record_id, what, on_day)
    where on_day is not null;
create trigger happening_append_only before update or delete on happening
    for each statement execute function refuse_change();
create trigger happening_no_truncate before truncate on happening
    for each statement execute function refuse_change();

-- A grant that comes agreed, or that was asked of nobody by name and number, is taken over from
-- elsewhere: nobody is told. What nobody has agreed to concerns nobody but who was asked, and a no is
-- told to nobody.
create function note_grants() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into happening (matter, record_id, what, by_id, at)
        select 'grant', id, 'asked', donor_id, created_at from fresh
        where beneficiary_id is not null and agreed_at is null and asked_index is not null;
    else
        insert into happening (matter, record_id, what, by_id, at)
        select 'grant', n.id, w.what, w.by_id, w.at
        from fresh n join stale o on o.id = n.id cross join lateral (values
            ('agreed', o.agreed_at is null, n.beneficiary_id, n.agreed_at),
            ('frozen', o.frozen_at is null and n.frozen_at is not null, n.frozen_by, n.frozen_at),
            ('unfrozen', o.frozen_at is not null and n.frozen_at is null, o.frozen_by, now()),
            ('ended', n.ended_at is not null and n.end_reason is distinct from 'expired',
                n.ended_by, n.ended_at),
            ('changed', o.agreed_at is not null and n.ended_at is null and (
                n.ends_on, n.purposes, n.cap_per_use_fen, n.cap_day_fen, n.cap_week_fen,
                n.cap_month_fen, n.cap_year_fen) is distinct from (
                o.ends_on, o.purposes, o.cap_per_use_fen, o.cap_day_fen, o.cap_week_fen,
                o.cap_month_fen, o.cap_year_fen), n.donor_id, now())
        ) as w (what, so, by_id, at)
        where n.agreed_at is not null and o.ended_at is null and w.so;
    end if;
    return null;
end $$;
create trigger aid_grant_noted_new after insert on aid_grant
    referencing new table as fresh for each statement execute function note_grants();
create trigger aid_grant_noted after update on aid_grant
    referencing old table as stale new table as fresh
    for each statement execute function note_grants();
create index aid_grant_ends on aid_grant (ends_on) where ended_at is null and ends_on is not null;

-- The same of bindings; one that comes active was checked outside.
create function note_bindings() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into happening (matter, record_id, what, by_id, at)
        select 'family', id, case state when 'pending' then 'asked' else 'child' end, shower_id,
            created_at
        from fresh where holder_id is not null and asked_index is not null
            and (state = 'pending' or state = 'active' and proof_ref is not null);
    else
        insert into happening (matter, record_id, what, by_id, at)
        select 'family', n.id, w.what, w.by_id, w.at
        from fresh n join stale o on o.id = n.id cross join lateral (values
            ('bound', o.state = 'pending' and n.state = 'active', n.holder_id, n.confirmed_at),
            ('ended', o.state = 'active' and n.state = 'ended', n.ended_by, n.ended_at)
        ) as w (what, so, by_id, at)
        where w.so;
    end if;
    return null;
end $$;
create trigger family_binding_noted_new after insert on family_binding
    referencing new table as fresh for each statement execute function note_bindings();
create trigger family_binding_noted after update on family_binding
    referencing old table as stale new table as fresh
    for each statement execute function note_bindings();

create function note_wallets() returns trigger language plpgsql as $$
begin
    insert into happening (matter, record_id, what, by_id, at)
    select 'wallet', person_id, 'opened', opened_by, opened_at from fresh
    where opened_by <> person_id;
    return null;
end $$;
create trigger wallet_noted after insert on wallet
    referencing new table as fresh for each statement execute function note_wallets();
create function note_offers() returns trigger language plpgsql as $$
begin
    insert into happening (matter, record_id, what, by_id, at)
    select 'offer', id, case when returns_id is null then 'offered' else 'came_back' end, other_id,
        made_at
    from fresh where returns_id is not null or state = 1;
    return null;
end $$;
create trigger wallet_offer_noted after insert on wallet_offer
    referencing new table as fresh for each statement execute function note_offers();
-- A no looks to the sender like nobody there.
create function note_sent() returns trigger language plpgsql as $$
begin
    insert into happening (matter, record_id, what, by_id, at)
    select 'sent', n.id, case n.state when 2 then 'accepted' else 'returned' end, null,
        coalesce(n.ended_at, now())
    from fresh n join stale o on o.id = n.id
    where o.state = 1 and n.state <> 1 and n.returns_id is null;
    return null;
end $$;
create trigger wallet_sent_noted after update on wallet_sent
    referencing old table as stale new table as fresh
    for each statement execute function note_sent();

create function note_premiums() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into happening (matter, record_id, what, by_id, at)
        select 'premium', id, 'held', asked_by, created_at from fresh where state = 2;
    else
        insert into happening (matter, record_id, what, by_id, at)
        select 'premium', n.id, w.what, null, coalesce(w.at, now())
        from fresh n join stale o on o.id = n.id cross join lateral (values
            ('held', o.state = 1 and n.state = 2, now()),
            ('short', o.short_since is null and n.short_since is not null, n.short_since),
            ('paid', o.paid_at is null and n.paid_at is not null, n.paid_at),
            ('released', o.state <> 6 and n.state = 6, n.ended_at),
            ('refunded', o.state <> 8 and n.state = 8, n.ended_at)
        ) as w (what, so, at)
        where w.so;
    end if;
    return null;
end $$;
create trigger premium_order_noted_new after insert on premium_order
    referencing new table as fresh for each statement execute function note_premiums();
create trigger premium_order_noted after update on premium_order
    referencing old table as stale new table as fresh
    for each statement execute function note_premiums();

-- Who was behind which log-in before: for telling that an identity went to another.
create index identity_check_person on identity_check (person_id, id) where passed;

-- Everybody's inbox. A person is told once of an event as one kind of thing. params: what the
-- sentence names, people by id, money in fen; the sentence is made when it is read. event_id: the row
-- of the kind's source.
create table notice (
    id bigint primary key,
    person_id bigint not null,
    kind varchar(30) not null,
    event_id bigint not null,
    params jsonb not null,
    at timestamptz not null,
    told_at timestamptz not null,
    read_at timestamptz,
    unique (person_id, kind, event_id)
) with (fillfactor = 90);
create index notice_person on notice (person_id, id);
create index notice_unread on notice (person_id, kind) where read_at is null;

-- What a person wants to be told of, and when; who has no row wants what is usual. off_inbox,
-- off_outside: topics. Quiet hours are Shanghai's, and hold back what goes out of the house.
create table notice_setting (
    person_id bigint primary key,
    off_inbox varchar(20)[] not null default '{}',
    off_outside varchar(20)[] not null default '{}',
    quiet_from smallint check (quiet_from between 0 and 23),
    quiet_until smallint check (quiet_until between 0 and 23),
    check ((quiet_from is null) = (quiet_until is null))
);

-- Readers begin where the migration stands: what was before is no news.
insert into feed (name, read_to)
select name, (((extract(epoch from now()) * 1000)::bigint - 1704067200000) << 22)
from unnest(array['notice-bills', 'notice-codes', 'notice-code-reads', 'notice-happenings',
    'notice-logins']) as n (name)
on conflict do nothing;

-- backwards
delete from feed_batch where name like 'notice-%';
delete from feed where name like 'notice-%';
drop table notice_setting;
drop table notice;
drop index identity_check_person;
drop trigger premium_order_noted on premium_order;
drop trigger premium_order_noted_new on premium_order;
drop function note_premiums();
drop trigger wallet_sent_noted on wallet_sent;
drop function note_sent();
drop trigger wallet_offer_noted on wallet_offer;
drop function note_offers();
drop trigger wallet_noted on wallet;
drop function note_wallets();
drop trigger family_binding_noted on family_binding;
drop trigger family_binding_noted_new on family_binding;
drop function note_bindings();
drop index aid_grant_ends;
drop trigger aid_grant_noted on aid_grant;
drop trigger aid_grant_noted_new on aid_grant;
drop function note_grants();
drop table happening;
drop function happening_id();
drop sequence happening_number;
