"""The till's pure modules, run in the browser that will run them, against the server's own."""

from __future__ import annotations

import random
from decimal import Decimal

from playwright.async_api import Page

from app.clients.till.day import packed, unpacked
from app.kit.money import fen_of_product, yuan_text
from app.kit.sm import hmac_sm3, sm3
from tests.clients.till.test_scanned import SCANS

# GB/T 32905-2016, appendix A.
STANDARD = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


async def test_sm3_gives_the_standards_vectors(page: Page) -> None:
    digest = """async (text) => {
        const { hex, sm3 } = await import("/till/sm3.js");
        return hex(sm3(new TextEncoder().encode(text)));
    }"""
    for message, expected in STANDARD.items():
        assert sm3(message).hex() == expected
        assert await page.evaluate(digest, message.decode()) == expected


async def test_hmac_sm3_is_the_servers_own(page: Page) -> None:
    dice = random.Random(3)
    pairs = [
        [dice.randbytes(key).hex(), "药" * (size // 3) + dice.randbytes(size % 64).hex()]
        for key in (1, 16, 32, 33, 80)
        for size in (0, 1, 55, 56, 63, 64, 65, 119, 1000)
    ]
    signed = """async (pairs) => {
        const { hex, hmacSm3 } = await import("/till/sm3.js");
        return pairs.map(([key, message]) => hex(hmacSm3(key, message)));
    }"""
    expected = [hmac_sm3(key.encode(), message.encode()).hex() for key, message in pairs]
    assert await page.evaluate(signed, pairs) == expected


async def test_money_is_the_servers_own(page: Page) -> None:
    dice = random.Random(4)
    pairs = [
        [
            f"{dice.randrange(10**9)}.{dice.randrange(10**6):06d}",
            f"{dice.randrange(1, 99)}.{dice.randrange(10**4):04d}",
        ]
        for _ in range(200)
    ] + [["0.005", "1"], ["12.80", "2"], ["33.333333", "3"]]
    reckoned = """async (pairs) => {
        const { fenOfProduct, wireYuan, fenOf } = await import("/common/money.js");
        return pairs.map(([price, count]) => {
            const fen = fenOfProduct(price, count);
            return [String(fen), wireYuan(fen), fenOf(Number(wireYuan(-fen)))];
        });
    }"""
    found = await page.evaluate(reckoned, pairs)
    for (price, count), (fen, yuan, back) in zip(pairs, found, strict=True):
        expected = fen_of_product(Decimal(price), Decimal(count))
        assert (fen, yuan, back) == (str(expected), yuan_text(expected), -expected)


async def test_zips_of_either_side_are_read_by_the_other(page: Page) -> None:
    packing = """async ([name, text]) => {
        const { packed } = await import("/till/zip.js");
        return Array.from(packed(name, new TextEncoder().encode(text)));
    }"""
    text = "310101\t2\t1\tnull\t102\t0\t仅中心有\t10.00\t0.00\t10.00\tnull\n"
    made = bytes(await page.evaluate(packing, ["rows.txt", text]))
    [row] = unpacked(made)
    assert (row["setl_id"], row["msgid"], row["memo"]) == ("1", "", "仅中心有")
    reading = """async (bytes) => {
        const { unpacked } = await import("/till/zip.js");
        return unpacked(Uint8Array.from(bytes));
    }"""
    assert await page.evaluate(reading, list(packed([], "rows.txt"))) == ""
    assert await page.evaluate(reading, list(made)) == text


async def test_a_sealed_number_opens_with_the_secret_only(page: Page) -> None:
    sealing = """async ([secret, other]) => {
        const { open, seal } = await import("/till/vault.js");
        const [one, two] = ["m1", "m2"].map((msgid) => seal(secret, msgid, "1301000000000001"));
        return [one !== two, open(secret, "m1", one), open(other, "m1", one), one];
    }"""
    distinct, opened, wrong, sealed = await page.evaluate(sealing, ["s1", "s2"])
    assert distinct
    assert opened == "1301000000000001"
    assert wrong != opened
    assert "1301" not in bytes.fromhex(sealed).decode("latin-1")


async def test_what_a_cashier_types_finds_items(page: Page) -> None:
    looking = """async ([csv, typed]) => {
        const { look, readShelf } = await import("/till/shelf.js");
        const { items, wrongLines } = readShelf(csv);
        const found = typed.map((text) => look(items, text));
        return [wrongLines, found.map(({ found, cnt }) => [found.map((one) => one.short), cnt])];
    }"""
    csv = (
        "\ufeffshort,med_list_codg,name,pric\r\n"
        "toubao,XQ99DEM008A001010100008,头孢克肟分散片,28.00\r\n"
        'toubai,XQ99DEM008A001010100009,"头孢, 小包",8\r\n'
        "bad,XQ99DEM008A001010100010,没有价格,-1\r\n"
    )
    typed = [
        "toubao",
        "tou",
        "头孢x2",
        "100009*1.5",
        "没有",
        "XQ99DEM008A001010100099@12.5",
        "ｔｏｕｂａｏ",
        "头孢ｘ２",
        "１００００９×１。５",
        "xq99dem008a001010100099@12.5",
    ]
    wrong, found = await page.evaluate(looking, [csv, typed])
    assert wrong == [4]
    assert found == [
        [["toubao"], "1"],
        [["toubao", "toubai"], "1"],
        [["toubao", "toubai"], "2"],
        [["toubai"], "1.5"],
        [[], "1"],
        [[""], "1"],
        [["toubao"], "1"],
        [["toubao", "toubai"], "2"],
        [["toubai"], "1.5"],
        [[""], "1"],
    ]


async def test_what_a_scanner_adds_is_not_part_of_the_code(page: Page) -> None:
    reading = """async (texts) => {
        const { codeIn, digitsOf, isCode } = await import("/till/scanner.js");
        return texts.map((text) => [digitsOf(text), isCode(digitsOf(text)), codeIn(text)]);
    }"""
    code = "424" + "1" * 25
    wide = "".join(chr(ord(one) + 0xFEE0) for one in code)
    forms = [
        "{}",
        "{}\r\n",
        "\t{} ",
        "]Q1{}",
        "]C0{}",
        "\\000026{}",
        "]Q1\\000026{}",
        "\x02{}\x03",
        "\ufeff{}\u3000",
    ]
    sent = [form.format(code) for form in forms] + [wide, f"]C0{wide}"]
    for found in await page.evaluate(reading, sent):
        assert found == [code, True, {"code": code, "before": ""}]
    [typed] = await page.evaluate(reading, [f"头孢]C0{code}"])
    assert typed[2] == {"code": code, "before": "头孢"}


async def test_goods_are_read_as_the_till_in_the_terminal_reads_them(page: Page) -> None:
    reading = """async (texts) => {
        const { boxOf } = await import("/till/box.js");
        return texts.map(boxOf).map((box) => box && [box.barcode, box.code]);
    }"""
    found = await page.evaluate(reading, list(SCANS))
    assert found == [None if said is None else list(said) for said in SCANS.values()]


async def test_numbers_and_sums_are_typed_with_an_input_method(page: Page) -> None:
    reading = """async () => {
        const form = await import("/miniprogram/core/form.js");
        const { plainNumber } = await import("/common/typed.js");
        const sums = ["１，０４６。５", "46元", "￥46.5", "¥ 46", "4６．５０", "1e2", "-1", "。"];
        return [
            sums.map(form.fenOf).map((fen) => Number.isNaN(fen) ? "" : fen),
            form.numberOf(" １３０１０２ 1949 0512 001ｘ "), form.half("　Ａnna　Ｌi　"),
            form.looksLikeNumber("01", "１３０１０２194905120017"),
            form.looksLikeNumber("01", "13010219490512001"),
            ["１２。５", " 3 ", "２"].map(plainNumber),
        ];
    }"""
    assert await page.evaluate(reading) == [
        [104650, 4600, 4650, 4600, 4650, "", "", ""],
        "13010219490512001X",
        "Anna Li",
        True,
        False,
        ["12.5", "3", "2"],
    ]


async def test_a_refusal_is_read_in_its_three_parts(page: Page) -> None:
    reading = """async (texts) => {
        const { refusalOf } = await import("/till/answer.js");
        return texts.map(refusalOf);
    }"""
    found = await page.evaluate(reading, ["CODE_EXPIRED 码已过期。请刷新后再扫。", "没有编号"])
    assert found == [
        {"code": "CODE_EXPIRED", "sentence": "码已过期。", "next": "请刷新后再扫。"},
        {"code": "", "sentence": "没有编号", "next": ""},
    ]
