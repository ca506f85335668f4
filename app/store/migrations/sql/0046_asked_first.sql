-- Above this sum a donor wants to be asked before a bill is paid; null: never.
alter table aid_grant add column ask_above_fen bigint check (ask_above_fen >= 0);

-- A request whose donors are asked stands below zero (lane -1 - n), where no worker claims it, until
-- they have answered or the time is over; asked: it was there.
alter table waiting add column asked boolean not null default false;

-- What a donor is asked of one request: whether so much may be paid by the grant. The first answer
-- counts: 1 yes, 2 no, 3 none in time.
create table question (
    id bigint primary key,
    request_id bigint not null,
    grant_id bigint not null,
    donor_id bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    asked_at timestamptz not null,
    until_at timestamptz not null,
    answer smallint check (answer between 1 and 3),
    answered_at timestamptz,
    unique (request_id, grant_id),
    check ((answer is null) = (answered_at is null))
);
create index question_open on question (donor_id, until_at) where answer is null;

-- backwards

drop table question;
update waiting set lane = -1 - lane where lane < 0;
alter table waiting drop column asked;
alter table aid_grant drop column ask_above_fen;
