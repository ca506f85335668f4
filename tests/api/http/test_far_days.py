"""A day or a moment at either end of the calendar is refused or taken, and is nowhere a fault."""

from __future__ import annotations

from itertools import product

from tests.phone_world import claim
from tests.till_world import Town

FAR = ("0001-01-01", "0001-01-02", "1899-12-31", "2200-12-31", "9999-12-30", "9999-12-31")
MOMENTS = tuple(f"{day} {hour}" for day in FAR for hour in ("00:00:00", "07:59:59", "23:59:59"))
VISIT = ("mdtrt_cert_type", "mdtrt_cert_no", "ipt_otp_no", "atddr_no", "dr_name", "dept_code",
         "dept_name", "caty")  # fmt: skip
TOTALS = ("setl_optins", "medfee_sumamt", "fund_pay_sumamt", "acct_pay", "fixmedins_setl_cnt")
PLACES = ("130100", "110000", "120000", "310000", "420000")


async def test_phones_send_far_days(town: Town) -> None:
    call = town.world.call
    for place in PLACES:
        donor = await town.member("王芳", gend="2", current_fen=1000, place=place)
        for begins, ends in product((*FAR, None), (*FAR, None)):
            days = {"starts_on": begins, "ends_on": ends}
            child = await town.world.add("王强", place=place)
            bound = await call(
                "POST", "/aid", claim(child) | {"relation": "son"} | days, donor.token
            )
            assert bound.status < 500, (place, days)
            if bound.status == 201:
                path = f"/aid/{bound.data['id']}"
                for day in FAR:
                    changed = await call("PATCH", path, {"ends_on": day}, donor.token)
                    assert changed.status < 500, (place, day)
                await call("DELETE", path, token=donor.token)
            filed = await call(
                "POST", "/filings", {"area": "11", "kind": "temporary"} | days, donor.token
            )
            assert filed.status < 500, (place, days)
        for page in ("/me", "/aid", "/filings", "/aid/diagnosis", "/rules"):
            assert (await call("GET", page, token=donor.token)).status == 200, (place, page)
    for first, last in product(FAR, FAR):
        path = f"/accounts/statement?from={first}&to={last}"
        assert (await call("GET", path, token=donor.token)).status < 500, path


async def test_tills_send_far_moments(town: Town) -> None:
    patient = await town.member("李强", current_fen=1000)
    who = {"psn_no": patient.psn_no, "insutype": "310", "med_type": "11"}
    for moment in MOMENTS:
        visit = dict.fromkeys(VISIT, "1") | who | {"begntime": moment}
        days = {"stmt_begndate": moment[:10], "stmt_enddate": moment[:10]}
        for infno, given in (
            ("2001", who | {"begntime": moment}),
            ("2201", visit),
            ("3201", dict.fromkeys(TOTALS, "1") | {"insutype": "310", "clr_type": "41"} | days),
        ):
            answer = await town.till.call(infno, {"data": given}, insuplc=patient.place)
            assert not answer.err_msg.startswith("INTERNAL"), (infno, moment)
