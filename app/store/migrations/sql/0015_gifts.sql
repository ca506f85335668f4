-- A line of a visit may be given away: neither price nor amount (law 3 holds all the same).
alter table fee_line drop constraint fee_line_amount_fen_check;
alter table fee_line add constraint fee_line_amount_fen_check check (amount_fen >= 0);
alter table fee_line drop constraint fee_line_pric_check;
alter table fee_line add constraint fee_line_pric_check check (pric >= 0);

-- backwards

alter table fee_line drop constraint fee_line_amount_fen_check;
alter table fee_line add constraint fee_line_amount_fen_check check (amount_fen > 0);
alter table fee_line drop constraint fee_line_pric_check;
alter table fee_line add constraint fee_line_pric_check check (pric > 0);
