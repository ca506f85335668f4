"""Pictures of every page and state: ``./deploy/dev screenshots``."""

import sys
from importlib.util import find_spec

if find_spec("playwright") is None:  # .venv was made by ./deploy/up, which needs none of it
    sys.exit(
        "The pictures need what tests need: ./deploy/dev screenshots installs it. "
        "截图需要测试用的软件包：请运行 ./deploy/dev screenshots"
    )
