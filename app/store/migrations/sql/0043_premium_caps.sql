-- Of each donor whose money is held: [donor, rule, fen, whether it counts all that the donor gives].
alter table premium_order add column caps jsonb not null default '[]',
    add column refund_asked_at timestamptz;

-- backwards

alter table premium_order drop column caps, drop column refund_asked_at;
