"""The machine of one sale after another, without page or line."""

from __future__ import annotations

from typing import Any, TypeAlias

from playwright.async_api import Page

Event: TypeAlias = dict[str, Any]

ITEM = {"med_list_codg": "X1", "name": "药", "pric": "12.80", "short": "yao"}
PATIENT = {"psnNo": "1", "token": "t"}
SCANNED: list[Event] = [{"type": "code", "code": "1" * 28}, {"type": "person", "patient": PATIENT}]
ADD: Event = {"type": "add", "item": ITEM, "cnt": "1"}
PREVIEW: Event = {"type": "preview", "version": 4, "told": {"totalFen": 1280}}
READY: list[Event] = [*SCANNED, ADD, PREVIEW]
SENT: list[Event] = [*READY, {"type": "settle"}, {"type": "sent", "entry": {"msgid": "m"}}]
REFUSED: Event = {"type": "refused", "of": "settle", "refusal": {"code": "X"}}
LOST: Event = {"type": "lost", "of": "settle"}
PROCESSING: Event = {"type": "processing", "of": "settle"}
SETTLED: Event = {"type": "settled", "told": {"told": {}}}


async def run(page: Page, events: list[Event]) -> tuple[dict[str, Any], list[Any]]:
    """The state after all events, and what each of them wants done."""
    running = """async (events) => {
        const { fresh, reduce } = await import("/till/machine.js");
        let [state, done] = [fresh(), []];
        for (const event of events) {
            const [next, effects] = reduce(state, event);
            done.push(effects.map((one) => one.do));
            state = next;
        }
        return [state, done];
    }"""
    state, done = await page.evaluate(running, events)
    return state, done


async def test_a_preview_is_asked_for_as_soon_as_there_are_a_patient_and_items(page: Page) -> None:
    _, done = await run(page, READY)
    assert done == [["read"], [], ["price"], []]
    basket_first = [ADD, *SCANNED]
    _, done = await run(page, basket_first)
    assert done == [[], ["read"], ["price"]]


async def test_an_old_preview_is_not_settled(page: Page) -> None:
    changed = [*READY, ADD, PREVIEW, {"type": "settle"}]
    state, done = await run(page, changed)
    assert (state["phase"], state["preview"], done[-1]) == ("open", None, [])


async def test_a_lost_preview_is_asked_for_again_but_not_an_old_one(page: Page) -> None:
    lost: Event = {"type": "lost", "of": "price", "version": 4}
    state, done = await run(page, [*READY[:3], lost, lost])
    assert (state["phase"], state["lost"], done[-2:]) == ("open", "price", [["price"], ["price"]])
    _, done = await run(page, [*READY[:3], ADD, lost])
    assert done[-1] == []


async def test_no_answer_is_asked_for_again_and_nothing_else_begins(page: Page) -> None:
    events = [*SENT, LOST, LOST, SCANNED[0], ADD, {"type": "next"}, {"type": "settle"}]
    state, done = await run(page, events)
    assert state["phase"] == "unknown"
    assert state["basket"][0]["cnt"] == "1"
    assert done[len(SENT) :] == [["resend"], ["resend"], [], [], [], []]
    state, _ = await run(page, [*events, SETTLED])
    assert state["phase"] == "paid"


async def test_processing_is_asked_for_again_until_it_is_settled(page: Page) -> None:
    state, done = await run(page, [*SENT, PROCESSING, PROCESSING, SETTLED])
    assert state["phase"] == "paid"
    assert done[len(SENT) :] == [["resend"], ["resend"], []]


async def test_an_answer_that_comes_while_undoing_changes_nothing(page: Page) -> None:
    state, _ = await run(page, [*SENT, LOST, {"type": "undo"}, SETTLED])
    assert state["phase"] == "undoing"
    state, _ = await run(page, [*SENT, LOST, {"type": "undo"}, REFUSED, {"type": "undone"}])
    assert state["phase"] == "undone"


async def test_undoing_goes_on_until_it_is_answered(page: Page) -> None:
    undo: list[Event] = [
        {"type": "undo"},
        {"type": "lost", "of": "undo"},
        {"type": "processing", "of": "undo"},
    ]
    state, done = await run(page, [*SENT, LOST, *undo])
    assert state["phase"] == "undoing"
    assert done[-3:] == [["undo"], ["undo"], ["undo"]]
    state, _ = await run(page, [*SENT, LOST, *undo, {**REFUSED, "of": "undo"}])
    assert state["phase"] == "unknown"
    assert state["refusal"]["code"] == "X"


async def test_a_refused_bill_can_be_changed_and_tried_again(page: Page) -> None:
    state, _ = await run(page, [*SENT, REFUSED])
    assert (state["phase"], state["refusal"]["code"]) == ("open", "X")
    assert len(state["basket"]) == 1
    state, done = await run(page, [*SENT, REFUSED, {"type": "price"}])
    assert (state["refusal"], done[-1]) == (None, ["price"])


async def test_a_repeat_that_is_not_let_in_says_nothing_of_the_first(page: Page) -> None:
    door = {**REFUSED, "refusal": {"code": "CLOCK_SKEW"}}
    state, _ = await run(page, [*SENT, LOST, door])
    assert (state["phase"], state["refusal"]["code"]) == ("unknown", "CLOCK_SKEW")
    state, _ = await run(page, [*SENT, PROCESSING, door])
    assert (state["phase"], state["entry"]) == ("unknown", {"msgid": "m"})
    state, _ = await run(page, [*SENT, door])
    assert (state["phase"], state["entry"]) == ("open", None)
    state, _ = await run(page, [*SENT, LOST, REFUSED])
    assert state["phase"] == "open"


async def test_the_next_customers_scan_begins_a_new_sale(page: Page) -> None:
    state, done = await run(page, [*SENT, SETTLED, SCANNED[0]])
    assert (state["phase"], state["basket"], done[-1]) == ("open", [], ["read"])


async def test_a_message_found_without_an_answer_is_taken_up(page: Page) -> None:
    state, done = await run(page, [{"type": "found", "entry": {"msgid": "m"}}])
    assert (state["phase"], done) == ("unknown", [[]])
    entry = {"msgid": "m", "undoing": True}
    state, done = await run(page, [{"type": "found", "entry": entry}])
    assert (state["phase"], done) == ("undoing", [["undo"]])


async def test_what_became_of_a_message_whose_text_is_gone_can_be_asked(page: Page) -> None:
    events: list[Event] = [{"type": "found", "entry": {"msgid": "m"}}, {"type": "find"}]
    state, done = await run(page, events)
    assert (state["phase"], done[-1]) == ("unknown", ["find"])
    state, _ = await run(page, [*events, SETTLED])
    assert state["phase"] == "paid"
    unknown = {**REFUSED, "refusal": {"code": "MESSAGE_UNKNOWN"}}
    state, _ = await run(page, [*events, unknown])
    assert state["phase"] == "unknown", "it may be under way still"
    state, _ = await run(page, [*events, {**REFUSED, "refusal": {"code": "VOIDED_TOO_LATE"}}])
    assert state["phase"] == "open"


async def test_what_the_centre_does_not_know_is_no_answer(page: Page) -> None:
    """504: neither a yes nor a no; what is told with a 200 is."""
    reading = """async (status) => {
        const { readAnswer } = await import("/till/answer.js");
        const text = '{"infcode":-1,"err_msg":"PROCESSING 结果暂时无法确定","output":{}}';
        return readAnswer(status, text)?.processing ?? null;
    }"""
    assert await page.evaluate(reading, 504) is None
    assert await page.evaluate(reading, 200) is True
