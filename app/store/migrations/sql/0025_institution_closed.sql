-- Since when an institution's messages are taken no more; null: they are.
alter table institution add column closed_at timestamptz;

-- backwards

alter table institution drop column closed_at;
