-- Notices that go out, too: written with the notice, sent by the worker. No name and no place is in
-- it. due_at moves on while somebody sends it, so that what a killed worker had in hand is sent again.
-- login_id: whose WeChat is told when it is not the person's own. state: 1 waits, 2 sent, 3 no
-- consent left, 4 refused for good, 5 too late.
create table notice_message (
    notice_id bigint primary key,
    person_id bigint not null,
    login_id bigint,
    kind varchar(30) not null,
    template varchar(20) not null,
    fen bigint,
    at timestamptz not null,
    due_at timestamptz not null,
    until timestamptz not null,
    tries smallint not null default 0,
    state smallint not null default 1 check (state between 1 and 5),
    ended_at timestamptz,
    check ((state = 1) = (ended_at is null))
) with (fillfactor = 80);
create index notice_message_due on notice_message (due_at) where state = 1;

-- What a WeChat user has agreed to, by template: how many messages, or any number for good (lasting).
-- banned: WeChat has shut the template for this user.
create table notice_consent (
    login_id bigint not null,
    template varchar(20) not null,
    credits smallint not null default 0 check (credits between 0 and 200),
    lasting boolean not null default false,
    banned boolean not null default false,
    changed_at timestamptz not null,
    primary key (login_id, template)
);

-- backwards
drop table notice_consent;
drop table notice_message;
