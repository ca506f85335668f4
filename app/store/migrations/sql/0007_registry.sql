-- Moves whenever an institution or a catalogue item changes, in the same transaction. A worker that
-- keeps what it has read of them compares it with each batch, so a change counts from its commit on.
create table registry_state (
    one boolean primary key default true check (one),
    version bigint not null default 1
);
insert into registry_state default values;
create function registry_moved() returns trigger language plpgsql as $$
begin
    update registry_state set version = version + 1;
    return null;
end $$;
create trigger institution_moved after insert or update or delete on institution
    for each statement execute function registry_moved();
create trigger catalogue_item_moved after insert or update or delete on catalogue_item
    for each statement execute function registry_moved();

-- backwards

drop trigger catalogue_item_moved on catalogue_item;
drop trigger institution_moved on institution;
drop function registry_moved;
drop table registry_state;
