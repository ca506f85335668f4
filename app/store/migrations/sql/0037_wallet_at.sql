-- At which kinds of terminal an institution takes the wallet (医保钱包), by their opter_type: 1 window,
-- 2 self-service, 3 mobile. Empty: nowhere, as at every institution that has not said so.
alter table institution
    add column wallet_at varchar(3) not null default '' check (wallet_at ~ '^1?2?3?$');

-- backwards

alter table institution drop column wallet_at;
