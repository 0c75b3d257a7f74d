"""Gets the compiled kernels: from the person's cache, else compiled there by a process of its own; no Qt.

Nothing waits for a compiler: until `load` has ended, and where it fails, the plain painter draws.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
import platform
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from gis_app.worker.folders import program_data_dir, user_cache_dir

CACHE_VARIABLE = "NUMBA_CACHE_DIR"
OFF_VARIABLE = "PARKPLAN_PLAIN_PAINTER"
"""Set to anything: no kernels, for a machine on which they do harm."""
MOST_S = 300.0
_SOURCES = Path(__file__).with_name("kernels")
READING = "gis_app.geometry.kernels"
"""Reads what the map draws; compiled and loaded together with the kernels that draw it."""
_READING_SOURCE = Path(__file__).parents[1] / "geometry" / "kernels.py"
_ROOT = str(Path(__file__).resolve().parents[2])
_COMPILE = f"import sys; sys.path.append(sys.argv[1]); import {READING}, gis_app.render.kernels"
_log = logging.getLogger(__name__)
_compiler: subprocess.Popen[bytes] | None = None


def folder() -> Path:
    """Give the folder of the compiled kernels.

    The one that the environment names; one beside the program that was filled for this machine, as a portable
    folder or a working copy has; else one in the person's cache.
    """
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    beside = program_data_dir() / "build" / "kernels"
    return beside if (beside / _stamp_name()).exists() else user_cache_dir() / "kernels"


def is_compiled() -> bool:
    """Whether the kernels as they stand were compiled on this machine before."""
    return _stamp().exists()


def is_wanted() -> bool:
    """Whether kernels are to be used at all."""
    return not os.environ.get(OFF_VARIABLE)


def load() -> ModuleType | None:
    """Give the module that draws with the kernels; None where they cannot be had, which is logged.

    It takes half a second, and where they are compiled first ten; call it beside the main thread.
    """
    if not is_wanted():
        return None
    os.environ[CACHE_VARIABLE] = str(folder())
    try:
        if not is_compiled():
            _compile()
        importlib.import_module(READING)
        return importlib.import_module("gis_app.render.raster")
    except (OSError, ImportError, subprocess.SubprocessError, RuntimeError) as error:
        _log.warning("the kernels are not there, the plain painter draws: %s", error)
        return None


def _compile() -> None:
    """Compile in another process, which leaves the kernels in the cache."""
    folder().mkdir(parents=True, exist_ok=True)
    for stale in folder().rglob("*.nbi"):  # each file is told apart by itself alone, and they call each other
        stale.unlink()
    global _compiler
    command = [sys.executable, "-P", "-c", _COMPILE, _ROOT]
    _compiler = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, creationflags=_without_console()
    )
    with _compiler:
        try:
            _told, errors = _compiler.communicate(timeout=MOST_S)
        except subprocess.TimeoutExpired:
            _compiler.kill()
            raise
        if _compiler.returncode:
            raise RuntimeError(errors[-2000:].decode("utf-8", "replace") or "the compiler was ended")
    _stamp().touch()


def stop() -> None:
    """End a compiler that is at work; what was drawn so far is drawn on by the plain painter."""
    if _compiler is not None and _compiler.poll() is None:
        _compiler.kill()


def _without_console() -> int:
    return int(getattr(subprocess, "CREATE_NO_WINDOW", 0))


def _stamp() -> Path:
    """Give the file that says: this source, this compiler, this machine are done."""
    return folder() / _stamp_name()


@cache
def _stamp_name() -> str:
    sources = [source.read_bytes() for source in (*sorted(_SOURCES.glob("*.py")), _READING_SOURCE)]
    known = (*sources, version("numba"), sys.version, platform.machine(), platform.processor())
    digest = hashlib.sha256(b"\0".join(str(each).encode() for each in known)).hexdigest()
    return f"compiled-{digest[:16]}"
