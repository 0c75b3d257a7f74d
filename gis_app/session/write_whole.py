"""A small text file written whole or not at all: settings, views, styles, what is kept of an image."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Put a text in a file's place in one step, durable before it is seen; its folder must be there.

    Raises
    ------
    OSError
        It cannot be written; what was there is untouched.
    """
    import tempfile  # settings are read at every start and seldom written

    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
