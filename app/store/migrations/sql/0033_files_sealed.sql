-- Files that institutions and the centre hand each other lie sealed with their names, bound to their
-- row. Their size counts for what an institution may have lying here.
alter table exchange_file
    add column content_sealed bytea, add column filename_sealed bytea, add column content_bytes integer,
    alter column content drop not null, alter column filename drop not null,
    add check (content is not null or content_sealed is not null),
    add check (filename is not null or filename_sealed is not null),
    add check (content_bytes <= 10485760);
alter table exchange_file
    alter column content_sealed set storage external,
    alter column content_sealed set statistics 0, alter column filename_sealed set statistics 0;

-- backwards
-- SQL has no key: who sent a file that is sealed sends it again; none stays for more than days.
delete from exchange_file where content is null or filename is null;
alter table exchange_file
    drop column content_sealed, drop column filename_sealed, drop column content_bytes,
    alter column content set not null, alter column filename set not null;
