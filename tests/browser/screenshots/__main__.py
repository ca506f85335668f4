"""Runs a system of its own and takes all pictures into ``.screenshots``; with names, only theirs.

.venv/bin/python -m tests.browser.screenshots
.venv/bin/python -m tests.browser.screenshots till selling
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import traceback

from tests.browser.chromium import NONE_FOUND, Pages, find_chromium, running_chromium
from tests.browser.screenshots import ops, phone, readme, regions, till
from tests.browser.screenshots.album import FOLDER, Look, Scene, Stage
from tests.browser.system import running_system
from tests.crash.fleet import own_servers

GROUPS: dict[str, tuple[list[Look], list[Scene]]] = {
    "phone": (phone.LOOKS, phone.SCENES),
    "till": (till.LOOKS, till.SCENES),
    "ops": (ops.LOOKS, ops.SCENES),
    "regions": (regions.LOOKS, regions.SCENES),
    "readme": (readme.LOOKS, readme.SCENES),
}


async def take(program: str, names: set[str]) -> int:
    """Takes the pictures; how many scenes failed."""
    failed = 0
    with own_servers() as (_, found):
        async with running_system(found) as system, running_chromium(program) as browser:
            for group, (looks, scenes) in GROUPS.items():
                for scene in scenes:
                    if names and not names & {group, scene.__name__}:
                        continue
                    for look in looks:
                        pages = Pages(browser, system.url)
                        failed += await play(scene, Stage(system, pages, look, group))
                        await pages.close()
    return failed


async def play(scene: Scene, stage: Stage) -> int:
    """Plays one scene; 1 when it failed, or when its pages did what they should not."""
    try:
        await scene(stage)
        wrongs = stage.pages.watched.wrongs
    except Exception:
        wrongs = [traceback.format_exc(limit=-3)]
    told = "ok" if not wrongs else "\n  ".join(["FAILED", *wrongs])
    print(f"{stage.group} {scene.__name__} {stage.look.name}: {told}", flush=True)
    return int(bool(wrongs))


def main() -> None:
    """Exit code 1 when a scene failed."""
    program = find_chromium()
    if program is None:
        sys.exit(NONE_FOUND)
    names = set(sys.argv[1:])
    if not names:
        shutil.rmtree(FOLDER, ignore_errors=True)
    failed = asyncio.run(take(program, names))
    print(f"pictures in {FOLDER}" + (f", {failed} scenes failed" if failed else ""))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
