-- The audit's chain (app/ledger/proof/audit): each line's hash covers the line and the hash before it.
-- kind tells of which table the line is and which of its columns are hashed.
create table audit_seal (
    position bigint primary key check (position > 0),
    id bigint not null unique,
    kind smallint not null,
    hash bytea not null check (octet_length(hash) = 32)
);
create trigger audit_seal_append_only before update or delete on audit_seal
    for each statement execute function refuse_change();
create trigger audit_seal_no_truncate before truncate on audit_seal
    for each statement execute function refuse_change();

-- backwards

drop table audit_seal;
delete from feed_batch where name = 'audit';
delete from feed where name = 'audit';
