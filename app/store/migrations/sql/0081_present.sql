-- One function tells the time to triggers and defaults: the database's clock, unless the program that
-- uses the connection has a clock in the hand (app/kit/hand) and has told how many seconds that one is
-- ahead. now() and clock_timestamp() keep what only lasts: whose turn it is, who was stalled.
create function ahead() returns interval language sql stable as $$
    select coalesce(nullif(current_setting('qinji.ahead', true), ''), '0')::float8
        * interval '1 second'
$$;
create function present() returns timestamptz language sql stable as $$
    select now() + ahead()
$$;
do $$
declare
    one record;
begin
    for one in select pg_get_functiondef(p.oid) as body
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = current_schema()::regnamespace and l.lanname in ('sql', 'plpgsql')
            and p.proname not in ('present', 'ahead') and p.prosrc ~ 'now\(\)|clock_timestamp\(\)'
    loop
        execute replace(replace(one.body, 'clock_timestamp()', '(clock_timestamp() + ahead())'),
            'now()', 'present()');
    end loop;
    for one in select c.relname as of, a.attname as name
        from pg_attrdef d join pg_class c on c.oid = d.adrelid
        join pg_attribute a on a.attrelid = c.oid and a.attnum = d.adnum
        where c.relnamespace = current_schema()::regnamespace
            and c.relname not like 'sealing%' and pg_get_expr(d.adbin, d.adrelid) = 'now()'
    loop
        execute format('alter table %I alter column %I set default present()', one.of, one.name);
    end loop;
end $$;
-- backwards
do $$
declare
    one record;
begin
    for one in select pg_get_functiondef(p.oid) as body
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = current_schema()::regnamespace and l.lanname in ('sql', 'plpgsql')
            and p.proname not in ('present', 'ahead') and p.prosrc ~ 'present\(\)|ahead\(\)'
    loop
        execute replace(replace(one.body, '(clock_timestamp() + ahead())', 'clock_timestamp()'),
            'present()', 'now()');
    end loop;
    for one in select c.relname as of, a.attname as name
        from pg_attrdef d join pg_class c on c.oid = d.adrelid
        join pg_attribute a on a.attrelid = c.oid and a.attnum = d.adnum
        where c.relnamespace = current_schema()::regnamespace
            and pg_get_expr(d.adbin, d.adrelid) = 'present()'
    loop
        execute format('alter table %I alter column %I set default now()', one.of, one.name);
    end loop;
end $$;
drop function present();
drop function ahead();
