"""The sample park as the program opens it, its reviews, and a reader of PDF text of the tests' own."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf

from gis_app.catalogue import Catalogue, load
from gis_app.session.open_path import Opened, open_path
from gis_app.session.options import Options
from gis_app.session.outcome import reviewed
from tests.render.parks import SAMPLE


@cache
def catalogue() -> Catalogue:
    return load()


@cache
def opened() -> Opened:
    return open_path(SAMPLE, Options(), catalogue())


@cache
def review(proposal: str) -> dict[str, Any]:
    return reviewed(opened(), catalogue(), proposal)


def text_of(path: Path) -> str:
    """Text of a PDF: by pdftotext, or by the character maps where that is not installed."""
    tool = shutil.which("pdftotext")
    if tool is not None:
        return subprocess.run(
            [tool, str(path), "-"], capture_output=True, check=True, timeout=60
        ).stdout.decode()
    return mapped(path)


def mapped(path: Path) -> str:
    """All characters in the order of drawing, through the fonts' own maps."""
    found = []
    with pikepdf.open(path) as document:
        for page in document.pages:
            fonts = {
                name: _map(font["/ToUnicode"].read_bytes().decode("ascii"))
                for name, font in page.obj["/Resources"]["/Font"].items()
            }
            current: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    current = fonts[str(operands[0])]
                elif str(operator) == "Tj":
                    found.append(current.get(int.from_bytes(bytes(operands[0]), "big"), ""))
    return "".join(found)


def _map(cmap: str) -> dict[int, str]:
    pairs = re.findall(r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", cmap, re.MULTILINE)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}
