-- Months (deploy/decisions/0030-months.md). Ids grow with time, so a range of ids is a month, and a
-- key on the id alone holds over all of them.
--
-- That a transfer is given back once has to hold over months, too, which no partition's index can: a
-- row here is the key to it. What there is comes first, without a lock; then what came meanwhile.
create table transfer_reversal (
    reverses_id bigint primary key,
    transfer_id bigint not null,
    kind smallint not null
);
insert into transfer_reversal (reverses_id, transfer_id, kind)
select reverses_id, id, kind from transfer where reverses_id is not null;
create function note_reversal() returns trigger language plpgsql as $$
begin
    insert into public.transfer_reversal (reverses_id, transfer_id, kind)
    values (new.reverses_id, new.id, new.kind);
    return null;
end $$;
create trigger transfer_reversal_noted after insert on transfer
    for each row when (new.reverses_id is not null) execute function note_reversal();
insert into transfer_reversal (reverses_id, transfer_id, kind)
select reverses_id, id, kind from transfer
where reverses_id is not null
    and id > (extract(epoch from present()) * 1000 - 1704067200000)::bigint - 3600000 << 22
on conflict do nothing;
create trigger transfer_reversal_append_only before update or delete on transfer_reversal
    for each statement execute function refuse_change();
create trigger transfer_reversal_no_truncate before truncate on transfer_reversal
    for each statement execute function refuse_change();

-- The lowest id that can be made at a moment (app/kit/ids.py).
create function first_id_at(moment timestamptz) returns bigint language sql stable as $$
    select (extract(epoch from moment) * 1000 - 1704067200000)::bigint << 22
$$;

-- The first moment of the China month that lies so many months after a moment.
create function month_after(moment timestamptz, months int) returns timestamptz language sql stable
as $$
    select (date_trunc('month', moment at time zone 'Asia/Shanghai') + make_interval(months => months))
        at time zone 'Asia/Shanghai'
$$;

-- The months of a table: each partition with the id at which it begins and the one before which it
-- ends; null for "whatever was before", and both null for what has no month.
create function months_of(of text) returns table (part text, begins bigint, ends bigint, rest boolean)
language sql stable as $$
    select c.relname::text, substring(b.bound from 'FROM \(''(\d+)''\)')::bigint,
        substring(b.bound from 'TO \(''(\d+)''\)')::bigint, b.bound = 'DEFAULT'
    from pg_catalog.pg_class p
    join pg_catalog.pg_inherits i on i.inhparent = p.oid
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    cross join lateral (select pg_catalog.pg_get_expr(c.relpartbound, c.oid) as bound) as b
    where p.relnamespace = 'public'::regnamespace and p.relname = of and p.relkind = 'p'
$$;

-- A table beside another, as that is: its triggers of statements, settings and rights, which "like"
-- leaves out. For the owner's functions below.
create function like_beside(made text, beside text) returns void language plpgsql as $$
declare
    one record;
begin
    for one in select replace(pg_get_triggerdef(t.oid), ' ON public.' || beside || ' ',
            ' ON public.' || made || ' ') as text
        from pg_catalog.pg_trigger t
        where t.tgrelid = ('public.' || beside)::regclass and not t.tgisinternal and t.tgtype & 1 = 0
    loop
        execute one.text;
    end loop;
    for one in select a.attname, a.attstattarget from pg_catalog.pg_attribute a
        where a.attrelid = ('public.' || beside)::regclass and a.attnum > 0
            and not a.attisdropped and a.attstattarget is not null
    loop
        execute format('alter table public.%I alter column %I set statistics %s', made,
            one.attname, one.attstattarget);
    end loop;
    for one in select a.privilege_type, r.rolname from pg_catalog.pg_class c
        cross join lateral aclexplode(c.relacl) a join pg_catalog.pg_roles r on r.oid = a.grantee
        where c.oid = ('public.' || beside)::regclass and a.grantee <> c.relowner
    loop
        execute format('grant %s on public.%I to %I', one.privilege_type, made, one.rolname);
    end loop;
end $$;

-- Makes a table one of months: what it is by now becomes the part of all that was before the next
-- month, or the one after that if the next is near. Locks it for as long as a few names take to
-- change; how far its ids go was checked before (qinji months convert), or it is empty.
-- False: it is one of months already.
create function divide_by_month(of text, border bigint) returns boolean language plpgsql as $$
declare
    key text;
    before text := of || '_before';
    rest text := of || '_rest';
    one record;
begin
    if (select relkind from pg_catalog.pg_class where oid = ('public.' || of)::regclass) = 'p' then
        return false;
    end if;
    select a.attname into strict key from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = ('public.' || of)::regclass and i.indisprimary and i.indnkeyatts = 1;
    execute format('lock table public.%I in access exclusive mode', of);
    execute format('alter table public.%I rename to %I', of, before);
    -- An index that is unique without the id stays one of each part, and is none of the whole.
    for one in select c.relname::text as name, pg_get_indexdef(c.oid) as text, i.indisprimary as main,
            i.indisunique as alone
        from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
        where i.indrelid = ('public.' || before)::regclass
    loop
        execute format('alter index public.%I rename to %I', one.name, one.name || '_before');
    end loop;
    execute format('create table public.%I (like public.%I including defaults including constraints
        including storage including compression) partition by range (%I)', of, before, key);
    execute format('alter table public.%I drop constraint if exists %I', of, of || '_months');
    execute format('create table public.%I (like public.%I including all)', rest, before);
    execute format('alter table public.%I drop constraint if exists %I', rest, of || '_months');
    for one in select c.relname::text as name, pg_get_indexdef(c.oid) as text, i.indisprimary as main,
            i.indisunique as alone
        from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
        where i.indrelid = ('public.' || before)::regclass
    loop
        if one.main then
            execute format('alter table public.%I add constraint %I primary key (%I)', of,
                left(one.name, -7), key);
        elsif not one.alone then
            execute replace(replace(one.text, ' INDEX ' || one.name || ' ON ',
                ' INDEX ' || left(one.name, -7) || ' ON '), ' public.' || before || ' ',
                ' public.' || of || ' ');
        end if;
    end loop;
    perform public.like_beside(of, before);
    perform public.like_beside(rest, before);
    for one in select t.tgname::text as name, replace(pg_get_triggerdef(t.oid),
            ' ON public.' || before || ' ', ' ON public.' || of || ' ') as text
        from pg_catalog.pg_trigger t
        where t.tgrelid = ('public.' || before)::regclass and not t.tgisinternal and t.tgtype & 1 = 1
    loop
        execute format('drop trigger %I on public.%I', one.name, before);
        execute one.text;
    end loop;
    execute format('alter table public.%I attach partition public.%I for values from (minvalue) to (%s)',
        of, before, border);
    execute format('alter table public.%I drop constraint if exists %I', before, of || '_months');
    execute format('alter table public.%I attach partition public.%I default', of, rest);
    return true;
end $$;

-- Makes the months ahead: this one and the next three, of the tables that are of months; gives how
-- many it made. With its owner's rights, since who serves makes no tables; it makes these and no
-- others, at the most four of each at a time. A month with rows in what has none is left out.
create function make_months() returns int language plpgsql security definer set search_path = ''
set lock_timeout = '300ms' as $$
declare
    of text;
    part text;
    top bigint;
    begins timestamptz;
    till bigint := public.first_id_at(public.month_after(public.present(), 4));
    ends bigint;
    key text;
    taken boolean;
    made int := 0;
begin
    if not pg_try_advisory_xact_lock(hashtext('qinji.make_months')) then
        return 0;
    end if;
    foreach of in array array['transfer', 'outcome', 'seal'] loop
        for turn in 1 .. 4 loop
            select max(m.ends) into top from public.months_of(of) as m;
            exit when top is null or top >= till;
            begins := to_timestamp(((top >> 22) + 1704067200000) / 1000.0);
            ends := public.first_id_at(public.month_after(begins, 1));
            part := of || to_char(begins at time zone 'Asia/Shanghai', '_YYYY_MM');
            select a.attname into strict key from pg_catalog.pg_index i
            join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
            where i.indrelid = ('public.' || of)::regclass and i.indisprimary;
            execute format('select exists (select from public.%I where %I >= %s and %I < %s)',
                of || '_rest', key, top, key, ends) into taken;
            exit when taken;
            execute format('create table public.%I (like public.%I including all)', part, of || '_rest');
            perform public.like_beside(part, of || '_rest');
            execute format('alter table public.%I attach partition public.%I for values from (%s) to (%s)',
                of, part, top, ends);
            made := made + 1;
        end loop;
    end loop;
    return made;
end $$;

-- Counts anew what the planner goes by where a table of months has grown by a fifth: autovacuum counts
-- each part, never the whole.
create function count_months() returns int language plpgsql security definer set search_path = ''
set lock_timeout = '300ms' as $$
declare
    of text;
    counted int := 0;
begin
    foreach of in array array['transfer', 'outcome', 'seal'] loop
        if (select sum(greatest(c.reltuples, 0)) > 1.2 * max(greatest(p.reltuples, 0))
            from pg_catalog.pg_class p join pg_catalog.pg_inherits i on i.inhparent = p.oid
            join pg_catalog.pg_class c on c.oid = i.inhrelid
            where p.oid = ('public.' || of)::regclass and p.relkind = 'p')
        then
            execute format('analyze only public.%I', of);
            counted := counted + 1;
        end if;
    end loop;
    return counted;
end $$;

-- Empty tables are divided at once; what has rows is, while it runs, by `qinji months convert`.
do $$
declare
    of text;
    there boolean;
begin
    foreach of in array array['transfer', 'outcome', 'seal'] loop
        execute format('select exists (select from %I)', of) into there;
        if not there then
            perform divide_by_month(of, first_id_at(month_after(present(), 1)));
        end if;
    end loop;
    perform make_months();
end $$;

-- backwards

do $$
declare
    of text;
    part text;
    one record;
begin
    drop trigger transfer_reversal_noted on transfer;
    foreach of in array array['transfer', 'outcome', 'seal'] loop
        if (select relkind from pg_class where oid = ('public.' || of)::regclass) = 'p' then
            -- All of it goes back into the part that it was; the months' rows are few that early.
            execute format('alter table %I disable trigger all', of || '_before');
            for part in select m.part from months_of(of) as m loop
                execute format('alter table %I detach partition %I', of, part);
                if part <> of || '_before' then
                    execute format('insert into %I select * from %I', of || '_before', part);
                    execute format('drop table %I', part);
                end if;
            end loop;
            execute format('drop table %I', of);
            execute format('alter table %I enable trigger all', of || '_before');
            execute format('alter table %I rename to %I', of || '_before', of);
            for one in select c.relname::text as name from pg_index i
                join pg_class c on c.oid = i.indexrelid where i.indrelid = ('public.' || of)::regclass
            loop
                execute format('alter index %I rename to %I', one.name, left(one.name, -7));
            end loop;
        end if;
    end loop;
end $$;
drop function count_months();
drop function make_months();
drop function divide_by_month(text, bigint);
drop function like_beside(text, text);
drop function months_of(text);
drop function month_after(timestamptz, int);
drop function first_id_at(timestamptz);
drop table transfer_reversal;
drop function note_reversal();
