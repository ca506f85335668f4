begin;
insert into request (id, fixmedins_code, msgid, infno, lane, body_hash, body, received_at)
select id, 'PB' || lpad(:shop::text, 10, '0'), 'B' || id, '2102', 0, sha256(int8send(id)),
    bench.body(:patient::bigint), now() from bench.next_id() as id
on conflict (fixmedins_code, msgid) do nothing returning id, fixmedins_code as code \gset
insert into waiting (request_id, lane) values (:id::bigint, 0);
select id as granted, donor_id as donor, starts_on, rank, cap_month_fen from aid_grant
where beneficiary_id = :patient::bigint and ended_at is null and confirmed_at is not null \gset
select max(id) filter (where person_id = :patient::bigint and kind = 1) as own1,
    max(balance_fen) filter (where person_id = :patient::bigint and kind = 1) as own1_fen,
    max(version) filter (where person_id = :patient::bigint and kind = 1) as own1_version,
    max(id) filter (where person_id = :patient::bigint and kind = 2) as own2,
    max(balance_fen) filter (where person_id = :patient::bigint and kind = 2) as own2_fen,
    max(version) filter (where person_id = :patient::bigint and kind = 2) as own2_version,
    max(id) filter (where person_id = :donor::bigint and kind = 1) as aid,
    max(balance_fen) filter (where person_id = :donor::bigint and kind = 1) as aid_fen,
    max(version) filter (where person_id = :donor::bigint and kind = 1) as aid_version
from (select id, kind, person_id, balance_fen, version from account
    where person_id in (:patient::bigint, :donor::bigint) and closed_at is null
    order by id for no key update) as a \gset
select max(insuplc_admdvs) filter (where id = :patient::bigint) as place,
    max(psn_type) filter (where id = :patient::bigint) as psn_type,
    max(insutype) filter (where id = :patient::bigint) as insutype,
    count(*) filter (where psn_insu_stas = '1' and not suspended) as insured
from person where id in (:patient::bigint, :donor::bigint) \gset
select admdvs, hosp_lv, outpatient_pooling, cross_region
from institution where fixmedins_code = :code::text \gset
select med_list_codg, name, list_type, chrgitm_lv, selfpay_prop, pric_uplmt_amt, licence
from catalogue_item where med_list_codg in ({codes});
select max(id) filter (where kind = 12) as payable from account
where (kind, flow_code) in ((12, :code::text), (11, left(:place::text, 4)), (14, 'refunds')) \gset
\set pay1 least(:own1_fen, {payable})
\set pay2 least(:own2_fen, {payable} - :pay1)
\set pay3 {payable} - :pay1 - :pay2
\set left :own1_fen + :own2_fen - :pay1 - :pay2
\set own :pay1 + :pay2
delete from waiting where request_id = :id::bigint;
insert into settlement ({columns})
values (:id::bigint + 1, 1, null, :id::bigint, :code::text, :admdvs::text, :patient::bigint,
    :id::bigint, null, :insutype::text, :psn_type::text, :place::text, '41', '', now(), now(),
    {amounts}, :own::bigint, 0, :pay3::bigint, {cash}, :left::bigint, '{lines}',
    bench.trace(:patient::bigint, :donor::bigint, :granted::bigint, :pay1::bigint, :pay2::bigint,
        :pay3::bigint), '{rules}');
insert into transfer (id, kind, settlement_id, grant_id, debit_account, credit_account, amount_fen,
    debit_version, debit_after_fen, created_at)
select :id::bigint + n, 2, :id::bigint + 1, g, account, :payable::bigint, fen, version + 1,
    before - fen, now()
from (values
    (2, null, :own1::bigint, :pay1::bigint, :own1_version::bigint, :own1_fen::bigint),
    (3, null, :own2::bigint, :pay2::bigint, :own2_version::bigint, :own2_fen::bigint),
    (4, :granted::bigint, :aid::bigint, :pay3::bigint, :aid_version::bigint, :aid_fen::bigint))
    as leg (n, g, account, fen, version, before)
where fen > 0;
update account set balance_fen = balance_fen - fen, version = account.version + 1
from (values (:own1::bigint, :pay1::bigint, :own1_version::bigint),
    (:own2::bigint, :pay2::bigint, :own2_version::bigint),
    (:aid::bigint, :pay3::bigint, :aid_version::bigint)) as leg (id, fen, version)
where account.id = leg.id and account.version = leg.version and fen > 0;
insert into outcome (request_id, state, settlement_id, decided_at)
values (:id::bigint, 1, :id::bigint + 1, now());
commit;
