-- Longer texts need no row written anew, and no index.
alter table institution alter column fixmedins_code type varchar(14);
alter table credential_use alter column fixmedins_code type varchar(14);
alter table till_sign_in alter column fixmedins_code type varchar(14);
alter table request alter column fixmedins_code type varchar(14);
alter table settlement alter column fixmedins_code type varchar(14);
alter table visit alter column fixmedins_code type varchar(14);
alter table exchange_file alter column fixmedins_code type varchar(14);
alter table institution_statement alter column fixmedins_code type varchar(14);

-- Whoever signs in again gets the number of the day.
create index till_sign_in_operator on till_sign_in (fixmedins_code, opter_no, signed_in_at);

-- backwards

drop index till_sign_in_operator;
alter table institution alter column fixmedins_code type varchar(12);
alter table credential_use alter column fixmedins_code type varchar(12);
alter table till_sign_in alter column fixmedins_code type varchar(12);
alter table request alter column fixmedins_code type varchar(12);
alter table settlement alter column fixmedins_code type varchar(12);
alter table visit alter column fixmedins_code type varchar(12);
alter table exchange_file alter column fixmedins_code type varchar(12);
alter table institution_statement alter column fixmedins_code type varchar(12);
