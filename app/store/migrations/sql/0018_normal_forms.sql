-- The keyed index of a name and a number as they are written, for comparison. Null: the row is from
-- the version before, its other indexes are not of the normal form yet. A job makes them anew in
-- portions, in order of id, while people are served: an index to find what is left would have to be
-- built first, so the job remembers how far it has come.
alter table person add column written_index bytea;
alter table person alter column written_index set statistics 0;

create table person_reindexed (
    only_row boolean primary key default true check (only_row),
    read_to bigint not null
);
insert into person_reindexed (read_to) values (0);

-- backwards

drop table person_reindexed;
alter table person drop column written_index;
