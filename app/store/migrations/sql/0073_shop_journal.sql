-- Who at which till has sent a message: the cashier's number, the till's, the sign-in's. Nothing where
-- it came before this was kept.
alter table request
    add column opter varchar(30),
    add column dev_no varchar(100),
    add column sign_no varchar(30);

-- What a cashier is called who has signed in.
alter table till_sign_in add column opter_name_sealed bytea;

-- backwards

alter table till_sign_in drop column opter_name_sealed;
alter table request drop column sign_no, drop column dev_no, drop column opter;
