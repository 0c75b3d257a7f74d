"""What a child is doing, written where it outlives the child: a small file mapped into memory."""

from __future__ import annotations

import ctypes
import functools
import mmap
import signal
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SIZE = 256
_CLOCK_MONOTONIC, _SIGEV_SIGNAL = 1, 0


class Fuse:
    """Has the kernel send SIGKILL to this process a moment after it came to ``aim`` for the n-th time.

    ``aim`` are parts of a mark, ``split/commit``; the kernel's timer strikes whatever the process does then.
    """

    def __init__(self, aim: str, nth: int, delay_s: float) -> None:
        self._aim, self._left, self._delay_s = set(aim.split("/")), nth, delay_s

    def at(self, mark: str) -> None:
        """The process has come to a mark."""
        if self._aim <= set(mark.replace(":", "/").split("/")):
            self._left -= 1
            if self._left == 0:
                kill_after(self._delay_s)


def kill_after(delay_s: float) -> None:
    """Arm a timer of the kernel that ends this process with SIGKILL."""
    libc = ctypes.CDLL(None, use_errno=True)
    event = struct.pack("qii48x", 0, int(signal.SIGKILL), _SIGEV_SIGNAL)
    timer = ctypes.c_void_p()
    if libc.timer_create(_CLOCK_MONOTONIC, event, ctypes.byref(timer)):
        raise OSError(ctypes.get_errno(), "timer_create")
    whole, part = divmod(max(int(delay_s * 1e9), 1), 10**9)
    if libc.timer_settime(timer, 0, struct.pack("qqqq", 0, 0, whole, part), None):
        raise OSError(ctypes.get_errno(), "timer_settime")


class Marks:
    """Nested marks, ``edit:split/commit`` for a commit within a split; the kernel keeps them after a kill."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_SIZE))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)
        self._stack: list[str] = []
        self.fuse: Fuse | None = None

    def read(self) -> str:
        """The present mark, empty for none."""
        return bytes(self._map[:_SIZE]).split(b"\0", 1)[0].decode()

    @contextmanager
    def during(self, name: str) -> Iterator[None]:
        """Mark a piece of work."""
        self._stack.append(name)
        self._write()
        if self.fuse is not None:
            self.fuse.at("/".join(self._stack))
        try:
            yield
        finally:
            self._stack.pop()
            self._write()

    def around(self, owner: Any, name: str, mark: str | Callable[..., str]) -> None:
        """Mark every call of ``owner.name``."""
        function = getattr(owner, name)

        @functools.wraps(function)
        def marked(*arguments: Any, **named: Any) -> Any:
            with self.during(mark if isinstance(mark, str) else mark(*arguments, **named)):
                return function(*arguments, **named)

        setattr(owner, name, marked)

    def clear(self) -> None:
        """Forget what an ended child was doing."""
        self._map[:_SIZE] = bytes(_SIZE)

    def _write(self) -> None:
        text = "/".join(self._stack).encode()[: _SIZE - 1]
        self._map[:_SIZE] = text.ljust(_SIZE, b"\0")
