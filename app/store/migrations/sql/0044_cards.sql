-- Social-security cards (社保卡): number and serial sealed, found by their keyed indexes. state_by: whose
-- word the state is; a loss that was reported on a phone or at the counter is lifted at the counter only.
create table card (
    id bigint primary key,
    person_id bigint not null references person (id),
    card_no_sealed bytea not null,
    card_no_index bytea not null unique,
    card_sn_sealed bytea not null,
    card_sn_index bytea not null,
    state varchar(9) not null check (state in ('valid', 'lost', 'replaced', 'cancelled')),
    state_by varchar(5) not null check (state_by in ('file', 'phone', 'clerk')),
    state_at timestamptz not null
);
create index card_person on card (person_id);

-- What became of cards, and by whose word: actor_id is a person on a phone, a clerk at the counter.
create table card_change (
    id bigint primary key,
    card_id bigint not null references card (id),
    state varchar(9) not null check (state in ('valid', 'lost', 'replaced', 'cancelled')),
    state_by varchar(5) not null check (state_by in ('file', 'phone', 'clerk')),
    actor_id bigint,
    at timestamptz not null
);
create index card_change_card on card_change (card_id, at);
create trigger card_change_append_only before update or delete on card_change
    for each statement execute function refuse_change();
create trigger card_change_no_truncate before truncate on card_change
    for each statement execute function refuse_change();

-- Whether an institution may settle by the number of an identity card, where its region lets any.
alter table institution add column id_number boolean not null default false;

-- backwards

alter table institution drop column id_number;
drop table card_change;
drop table card;
