-- What people type as a reason or a note may name somebody, so it lies sealed. The audit's line itself,
-- which nobody changes and which is chained, holds a commitment instead: SM3 of a salt and the reason,
-- both of which are sealed here, in a table that a rotation of the keys may write anew. Reason and line
-- belong to each other for as long as the commitment holds.
create table ops_look_reason (
    look_id bigint primary key references ops_look (id),
    reason_sealed bytea not null
);
alter table ops_look_reason alter column reason_sealed set statistics 0;

alter table counter_task add column note_sealed bytea;

-- backwards
-- SQL has no key: what is sealed can't be put back, and isn't thrown away unasked.
do $$
begin
    if exists (select from ops_look_reason)
        or exists (select from counter_task where note_sealed is not null) then
        raise exception 'reasons and notes are sealed, which the version before can''t read';
    end if;
end $$;
alter table counter_task drop column note_sealed;
drop table ops_look_reason;
