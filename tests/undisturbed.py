"""Reading Python source, undisturbed: before 3.11.5 ``ast.parse`` fails when what is collected
meanwhile reads source itself, as the traceback of a task that nobody asked does. pytest reads some
to show a failure, and ended with all the tests that were still to come."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

MENDED = (3, 11, 5)
P = ParamSpec("P")
T = TypeVar("T")


def undisturbed(work: Callable[P, T]) -> Callable[P, T]:
    """The same, and nothing is collected while it is at work."""

    @wraps(work)
    def at_peace(*given: P.args, **named: P.kwargs) -> T:
        collects = gc.isenabled()
        gc.disable()
        try:
            return work(*given, **named)
        finally:
            if collects:
                gc.enable()

    return at_peace


def read_source_undisturbed() -> None:
    """For everything in this process that reads source from now on."""
    if sys.version_info < MENDED:
        vars(ast)["parse"] = undisturbed(ast.parse)
