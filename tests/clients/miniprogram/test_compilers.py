"""Every template, style sheet and script passes the compilers: the engine's own, WeChat's, tsc."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.miniprogram.conftest import PACKAGES, SOURCE, Run

WECHAT = PACKAGES / "miniprogram-compiler/bin/linux"


def wechat(program: str, folder: Path, tmp_path: Path, *words: str) -> tuple[int, str]:
    """Runs WeChat's compiler over the templates or style sheets of a folder."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        pytest.skip("WeChat's compilers come for Linux on x86-64 only")
    own = tmp_path / program
    shutil.copyfile(WECHAT / program, own)
    own.chmod(0o755)
    ending = "wxml" if program == "wcc" else "wxss"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob(f"*.{ending}"))
    done = subprocess.run(
        [own, *words, "-o", tmp_path / "out.js", *names],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def broken(tmp_path: Path) -> Path:
    """A mini-program whose only template is wrong."""
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "app.json").write_text('{"pages": []}')
    (folder / "x.wxml").write_text("<view>\n<text></view>")
    return folder


def test_the_engine_s_compiler_takes_every_template(node: Run) -> None:
    done = node("deploy/phone/make.mjs", "--check")
    assert done.returncode == 0, done.stderr


def test_the_engine_s_compiler_says_where_a_template_is_wrong(node: Run, tmp_path: Path) -> None:
    done = node("deploy/phone/make.mjs", "--check", broken(tmp_path))
    assert done.returncode == 1
    assert "x.wxml:2:2 missing end tag" in done.stderr


def test_wechat_s_compiler_takes_every_template(node: Run, tmp_path: Path) -> None:
    assert wechat("wcc", SOURCE, tmp_path, "-d") == (0, "")


def test_wechat_s_compiler_says_where_a_template_is_wrong(node: Run, tmp_path: Path) -> None:
    code, said = wechat("wcc", broken(tmp_path), tmp_path)
    assert code != 0
    assert "x.wxml:2:9" in said


def test_wechat_s_compiler_takes_every_style_sheet(node: Run, tmp_path: Path) -> None:
    code, said = wechat("wcsc", SOURCE, tmp_path)
    assert code == 0, said


def test_the_client_uses_wechat_s_api_as_its_typings_say(node: Run) -> None:
    done = node(PACKAGES / "typescript/bin/tsc", "-p", "deploy/phone/tsconfig.json")
    assert done.returncode == 0, done.stdout


def test_every_script_of_the_pages_links_as_in_a_browser(node: Run) -> None:
    link = Path(__file__).with_name("link.mjs")
    words = ("--experimental-vm-modules", "--no-warnings", link)
    done = node(*words, "app/clients/web")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_said_twice_and_one_that_no_file_gives_are_told(node: Run, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("const rows = 1;\nconst rows = 2;\n")
    (tmp_path / "b.js").write_text("export const given = 1;\n")
    (tmp_path / "c.js").write_text('import { other } from "/b.js";\nother();\n')
    link = Path(__file__).with_name("link.mjs")
    done = node("--experimental-vm-modules", "--no-warnings", link, tmp_path)
    assert done.returncode == 1
    assert "a.js: Identifier 'rows' has already been declared" in done.stderr
    assert "c.js: The requested module '/b.js' does not provide an export named" in done.stderr
