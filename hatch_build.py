"""Build hook: compiles the message catalogues, and puts layers, styles and the sample park into the wheel.

Run as a program it only compiles the catalogues.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LANGUAGE = Path("gis_app/language")
DATA = ("layers", "styles", "sample_shapefiles/demo_park")
# babel would write the hour of compiling into the catalogue; the same texts must give the same bytes
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


class ParkPlanHook(BuildHookInterface):  # type: ignore[type-arg]
    """What hatchling calls before it builds a wheel, an editable one too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues; a standard wheel also carries the data folders."""
        root = Path(self.root)
        compile_catalogues(root)
        build_data["artifacts"].append(f"{LANGUAGE}/mo/**")
        if version == "standard" and self.target_name == "wheel":
            for name in DATA:
                build_data["force_include"][str(root / name)] = f"gis_app/_data/{name}"


def compiled(po: Path) -> bytes:
    """Give the bytes of the compiled form of one ``.po`` file.

    Raises
    ------
    babel.messages.pofile.PoFileError
        The file is not a catalogue; the error names the line.
    """
    with po.open("rb") as stream:
        catalogue = read_po(stream, abort_invalid=True)
    catalogue.creation_date = catalogue.revision_date = NO_DATE
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def compile_catalogues(root: Path) -> list[Path]:
    """Write ``mo/<language>/LC_MESSAGES/<domain>.mo`` where it differs from ``po/<domain>.<language>.po``.

    Compiled catalogues whose source is gone are removed. Each file is replaced whole, so that several
    processes may compile at once.

    Returns
    -------
    list of Path
        The files that were written.
    """
    folder, wanted, written = root / LANGUAGE / "mo", set(), []
    for po in sorted((root / LANGUAGE / "po").glob("*.po")):
        domain, language = po.stem.rsplit(".", 1)
        mo = folder / language / "LC_MESSAGES" / f"{domain}.mo"
        wanted.add(mo)
        content = compiled(po)
        if not mo.exists() or mo.read_bytes() != content:
            _replace(mo, content)
            written.append(mo)
    for left in set(folder.rglob("*.mo")) - wanted:
        left.unlink(missing_ok=True)
    return written


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    os.replace(part, path)


if __name__ == "__main__":
    for file in compile_catalogues(Path(__file__).parent):
        print(file)
