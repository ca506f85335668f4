"""The demo's people as users of WeChat: whom ``qinji phone WHO`` and the browser log in as."""

from __future__ import annotations

WHO: dict[str, tuple[str, str, str]] = {
    "李敏": ("limin", "女儿，职工医保，账户 2,000 元", "daughter, employee, 2,000 yuan"),
    "李建国": ("lijianguo", "父亲，退休职工，账户 35.60 元", "father, retired, 35.60 yuan"),
    "王秀英": ("wangxiuying", "母亲，居民医保，没有个人账户", "mother, resident plan, no account"),
    "李强": ("liqiang", "儿子，职工医保，账户 120 元", "son, employee, 120 yuan"),
    "孙丽": ("sunli", "李强的妻子，账户余额为零", "Li Qiang's wife, nothing on her account"),
    "赵伟": ("zhaowei", "李敏的丈夫，职工，没有个人账户", "Li Min's husband, employee, no account"),
    "王远": ("wangyuan", "王秀英的弟弟，已停保", "Wang Xiuying's brother, not insured now"),
    "周涛": ("zhoutao", "唐山职工，账户 470 元", "employee in Tangshan, 470 yuan"),
    "陈静": ("chenjing", "周涛的妻子，居民医保", "Zhou Tao's wife, resident plan"),
    "何芳": (
        "hefang",
        "另一家的女儿：一个月的账单、共济、钱包，还有新生儿",
        "another family's daughter: a month of bills, mutual aid, a wallet, a newborn",
    ),
    "何大山": ("hedashan", "何芳的父亲，女儿为他付了一个月", "her father, whom she has paid for"),
    "林秀兰": (
        "linxiulan",
        "何芳的母亲，居民医保，有医保钱包",
        "her mother, resident plan, a wallet",
    ),
    "何勇": ("heyong", "何芳的哥哥，职工医保已停", "her brother, whose plan has stopped"),
    "李洋": ("liyang", "李建国的弟弟，在北京参保", "Li Jianguo's brother, insured in Beijing"),
}
"""Name → WeChat user, who that is in Chinese and in English."""
