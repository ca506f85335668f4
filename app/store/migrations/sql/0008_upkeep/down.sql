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
