-- What a donor lets be paid in a week (Monday to Sunday), in fen; null: no cap.
alter table aid_grant add column cap_week_fen bigint check (cap_week_fen > 0);

-- backwards

alter table aid_grant drop column cap_week_fen;
