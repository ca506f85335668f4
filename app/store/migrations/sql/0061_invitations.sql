-- A question that travels as a card. kind: 1 a binding's yes, 2 the same asked where the code should be
-- shown, 3 a grant's yes, 4 a request to pay, which rests on a binding; subject_id: that binding or
-- grant. asked_id: the one person who can open it; null where a request was made to nobody who is there.
-- grant_id: what the answer to a request to pay brought: whoever asked has agreed to it by asking.
create table invitation (
    id bigint primary key,
    kind smallint not null check (kind between 1 and 4),
    subject_id bigint not null,
    issuer_id bigint not null,
    asked_id bigint,
    made_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > made_at),
    withdrawn_at timestamptz,
    answered_at timestamptz,
    grant_id bigint check (grant_id is null or answered_at is not null)
);
create unique index invitation_open on invitation (issuer_id, kind, subject_id)
    where withdrawn_at is null and answered_at is null;

-- backwards

drop table invitation;
