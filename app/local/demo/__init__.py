"""The demo: invented people, institutions and a small catalogue, loaded through the importer.

Nobody here exists: the ID numbers' area codes (139900, 119900) belong to no place, the secrets are
made to be read by everyone. Places: 130100 石家庄, 130200 唐山, 130600 保定, 110100 北京.

Who is who
    李建国  father, retired employee (石家庄); 35.60 on his account
    王秀英  mother, resident plan: no account of her own
    李敏    daughter, employee (保定); 2,000.00: the donor
    李强    son, employee (石家庄); 120.00
    李小乐  李强's son, born 2019, resident plan: under 16, no face check
    王远    王秀英's brother, his insurance has stopped: can't be a beneficiary
    赵伟    李敏's husband, employee without a personal account: can't be a donor
    孙丽    李强's wife, employee; 0.00: a donor with nothing to give
    周涛    employee (唐山); 470.00. His wife 陈静, resident plan, has a bill of 475.00: more than
            he has, so in Hebei mutual aid pays nothing of it
    李洋    李建国's brother, insured in 北京: another province
    何芳    a second family (保定), for whom a month has been played (history.py): employee,
            5,500.00 at first, donor of her father 何大山 (retired) and her mother 林秀兰 (resident
            plan); her brother 何勇's plan has stopped; 何小满, her newborn, is for her to bind
Institutions
    P13010200001  演示安康大药房, signs with hmac-sm3: the till of `qinji pos login --demo`
    P13060200002  演示惠民药店, signs with tif
    H13010200003  演示社区卫生服务站, a clinic
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
