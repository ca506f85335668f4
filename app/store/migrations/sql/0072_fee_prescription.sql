-- The electronic prescription that a line of a visit fills.
alter table fee_line add column rxno varchar(30);

-- backwards

alter table fee_line drop column rxno;
