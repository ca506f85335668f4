-- A grant for one bill, and one that pays nothing until a day (paused_until: it goes on on that day).
-- Whether a grant for one bill was used is read from the ledger, as what counts under a cap is.
alter table aid_grant
    add column once boolean not null default false,
    add column paused_at timestamptz,
    add column paused_until date,
    add check ((paused_at is null) = (paused_until is null));

-- A pause is told as a freeze is, and so is its end when the donor ends it.
create or replace function note_grants() returns trigger language plpgsql as $$
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
            ('unfrozen', o.frozen_at is not null and n.frozen_at is null
                or o.frozen_at is null and o.paused_at is not null and n.paused_at is null,
                coalesce(o.frozen_by, n.donor_id), now()),
            ('paused', n.paused_until is not null
                and n.paused_until is distinct from o.paused_until, n.donor_id, n.paused_at),
            ('ended', n.ended_at is not null and coalesce(n.end_reason, '') not in ('expired', 'used_up'),
                n.ended_by, n.ended_at),
            ('changed', o.agreed_at is not null and n.ended_at is null and (
                n.ends_on, n.purposes, n.once, n.cap_per_use_fen, n.cap_day_fen, n.cap_week_fen,
                n.cap_month_fen, n.cap_year_fen) is distinct from (
                o.ends_on, o.purposes, o.once, o.cap_per_use_fen, o.cap_day_fen, o.cap_week_fen,
                o.cap_month_fen, o.cap_year_fen), n.donor_id, now())
        ) as w (what, so, by_id, at)
        where n.agreed_at is not null and o.ended_at is null and w.so;
    end if;
    return null;
end $$;

-- backwards
create or replace function note_grants() returns trigger language plpgsql as $$
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
alter table aid_grant drop column paused_until, drop column paused_at, drop column once;
