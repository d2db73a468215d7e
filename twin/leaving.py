"""How a process ends in which model libraries were loaded."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End this process without the interpreter's farewell; what is ours has been closed before.

    Native threads of model libraries may crash in their destructors, and one that still loads is unwound by the
    farewell, at which glibc aborts ("exception not rethrown").
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # whoever read it is gone, or it was closed for that
            stream.flush()
    os._exit(code)
