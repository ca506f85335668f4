-- Statistics are gathered while tills wait. Tables that grow by every bill keep their shape while they
-- grow: 6,000 rows (300 times the target) tell as much of them as 30,000, when a fifth has come to them.
do $$
declare
    part record;
begin
    for part in
        select t, attname from unnest(array['request', 'settlement', 'outcome', 'transfer', 'seal',
            'credential', 'credential_use', 'account']) as n (t)
        join pg_attribute on attrelid = t::regclass and attnum > 0 and not attisdropped
    loop
        execute format('alter table %I alter column %I set statistics 20', part.t, part.attname);
        execute format('alter table %I set (autovacuum_analyze_scale_factor = 0.2)', part.t);
    end loop;
end $$;

-- Nobody searches these columns by value, and thousands of long values would be unpacked.
alter table request alter column body set statistics 0, alter column body_hash set statistics 0;
alter table settlement alter column lines set statistics 0, alter column trace set statistics 0;
alter table outcome alter column detail set statistics 0;
alter table seal alter column hash set statistics 0;
alter table person
    alter column psn_name_sealed set statistics 0, alter column certno_sealed set statistics 0;

-- Nearly no settlement undoes another: an index of those alone, instead of one of all rows.
alter table settlement drop constraint settlement_cancels_id_key;
create unique index settlement_cancels on settlement (cancels_id) where cancels_id is not null;

-- backwards

drop index settlement_cancels;
alter table settlement add constraint settlement_cancels_id_key unique (cancels_id);
do $$
declare
    part record;
begin
    for part in
        select t, attname from unnest(array['request', 'settlement', 'outcome', 'transfer', 'seal',
            'credential', 'credential_use', 'account', 'person']) as n (t)
        join pg_attribute on attrelid = t::regclass and attnum > 0 and not attisdropped
    loop
        execute format('alter table %I alter column %I set statistics -1', part.t, part.attname);
        execute format('alter table %I reset (autovacuum_analyze_scale_factor)', part.t);
    end loop;
end $$;
