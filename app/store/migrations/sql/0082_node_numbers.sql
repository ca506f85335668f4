-- The number that a process makes ids with was a sequence's. A sequence writes 32 numbers ahead into
-- the log, so each crash and each change of the primary skipped as many: after some thirty of them a
-- number came round that a living process still had. A row skips none. It begins half-way round, since
-- processes of the version before go on taking theirs from the sequence while they are replaced.
create table node_number_last (
    one boolean primary key default true check (one),
    number smallint not null check (number between 0 and 1023)
);
insert into node_number_last (number) select (last_value + 512) % 1024 from node_number;

-- backwards

drop table node_number_last;
