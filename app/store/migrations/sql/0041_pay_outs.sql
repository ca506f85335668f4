-- Whose accounts were paid out and closed, once a person. reason: 1 death, 2 emigration, 3 a transfer
-- that can't carry them. wallet_fen is what of amount_fen was the wallet's.
create table account_pay_out (
    id bigint primary key,
    person_id bigint not null,
    reason smallint not null check (reason between 1 and 3),
    place varchar(6) not null,
    amount_fen bigint not null check (amount_fen >= 0),
    wallet_fen bigint not null check (wallet_fen between 0 and amount_fen),
    owed_fen bigint not null check (owed_fen >= 0),
    grants smallint not null,
    made_at timestamptz not null,
    constraint account_pay_out_once unique (person_id)
);
create trigger account_pay_out_append_only before update or delete on account_pay_out
    for each statement execute function refuse_change();
create trigger account_pay_out_no_truncate before truncate on account_pay_out
    for each statement execute function refuse_change();

-- backwards

drop table account_pay_out;
