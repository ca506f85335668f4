-- The message that came first under a signature which covers its header only (sm2): no other comes
-- under the same.
alter table signature_use add column message bytea;

-- tif covers no body, so an institution signs so only where it is marked. Who did until now is.
alter table institution add column tif_allowed boolean not null default false;
update institution set tif_allowed = true where auth_scheme = 'tif' or former_scheme = 'tif';

-- backwards

alter table institution drop column tif_allowed;
alter table signature_use drop column message;
