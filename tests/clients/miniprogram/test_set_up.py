"""Set-up makes the phone's page when, and only when, something has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.miniprogram.conftest import PACKAGES, ROOT, Run

_MAKE = ". deploy/setup.sh; . deploy/phone_page.sh; make_phone_page run"


class Clone:
    """As much of a clone as set-up looks at; packages are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("deploy", "app/clients/miniprogram", "app/clients/web/player"):
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("node_modules")
            )
        (folder / "deploy/phone/node_modules").symlink_to(PACKAGES)
        self.me = folder / "app/clients/web/made/pages/me/me.js"
        self.program = self.me.parents[2] / "program.js"

    def make(self, path: str | None = None) -> subprocess.CompletedProcess[str]:
        env = os.environ | ({"PATH": path} if path else {})
        return subprocess.run(
            ["/bin/sh", "-c", _MAKE],
            cwd=self.folder,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def clone(node: Run, tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_an_edited_template_is_compiled_anew_and_nothing_else_is(clone: Clone) -> None:
    assert clone.make().returncode == 0
    first = clone.program.stat().st_mtime_ns
    assert clone.make().returncode == 0
    assert clone.program.stat().st_mtime_ns == first
    template = clone.folder / "app/clients/miniprogram/pages/me/me.wxml"
    template.write_text(template.read_text(encoding="utf-8") + "<view>newly-written</view>\n")
    assert clone.make().returncode == 0
    assert "newly-written" in clone.me.read_text(encoding="utf-8")


def test_a_wrong_template_stops_set_up_and_says_where(clone: Clone) -> None:
    (clone.folder / "app/clients/miniprogram/pages/me/me.wxml").write_text("<view>")
    done = clone.make()
    assert done.returncode == 1
    assert "pages/me/me.wxml:1:2 missing end tag" in done.stderr
    assert not clone.program.exists()


def test_without_node_the_rest_goes_on_and_is_told_so(clone: Clone, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("cat", "cksum", "find", "sort", "tr", "xargs", "dirname"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    done = clone.make(str(tools))
    assert done.returncode == 0
    assert "The phone's page is missing 手机页面缺失" in done.stderr
    assert not clone.program.exists()


def test_the_page_loads_every_module_of_its_first_page_at_once(clone: Clone) -> None:
    assert clone.make().returncode == 0
    page = (clone.folder / "app/clients/web/made/index.html").read_text(encoding="utf-8")
    for address in (
        "/made/engine.js",
        "/player/wx.js",
        "/miniprogram/core/api.js",
        "/miniprogram/core/code-life.js",
        "/made/pages/codes/codes.js",
    ):
        assert f'<link rel="modulepreload" href="{address}">' in page


def test_a_page_brings_its_own_template_and_those_that_it_imports_and_no_others(
    clone: Clone,
) -> None:
    assert clone.make().returncode == 0
    made = clone.me.read_text(encoding="utf-8")
    assert 'G["pages/me/me"]' in made and 'G["core/refusal"]' in made
    assert 'G["pages/aid/aid"]' not in made
    index = (clone.program.parent / "index.html").read_text(encoding="utf-8")
    assert "/made/pages/me/me.js" not in index
    gone = clone.folder / "app/clients/miniprogram/pages/me"
    shutil.rmtree(gone)
    assert clone.make().returncode == 0
    assert not clone.me.exists(), "nothing stays of a page that was taken away"
