-- Signatures of tills that count once: a hash of key and nonce, and until when the clock would let it in.
create table signature_use (
    mark bytea primary key,
    until timestamptz not null
);
create index signature_use_until on signature_use (until);

-- backwards

drop table signature_use;
