"""Tile services that a person added with their own key; kept among their settings and nowhere else."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gis_app.language import Message, Refused
from gis_app.model import Project
from gis_app.session.write_whole import write_whole
from gis_app.worker.folders import user_cache_dir, user_config_dir

GRIDS = ("cgcs2000", "web_mercator")
"""Tiles by degrees on CGCS2000 (WMTS of 天地图 under ``c``), or by Web Mercator (``w``, XYZ)."""
MARGIN_M = 10_000.0
"""Ground beyond that from the park is never asked for."""
NEEDED = ("{z}", "{x}", "{y}")
MOST_ZOOM = 22
_TIANDITU = (
    "https://t{s}.tianditu.gov.cn/<layer>_c/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=<layer>"
    "&STYLE=default&TILEMATRIXSET=c&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
)
PRESETS: Mapping[str, str] = {
    name: _TIANDITU.replace("<layer>", layer)
    for name, layer in (("tianditu_image", "img"), ("tianditu_names", "cia"), ("tianditu_map", "vec"))
}
"""Templates of 天地图: WMTS, CGCS2000, not shifted."""
SHIFTED: Mapping[str, tuple[str, ...]] = {
    "gcj02": ("autonavi.com", "amap.com", "gaode.com", "gtimg.com", "qq.com", "google.cn", "googleapis.cn"),
    "bd09": ("baidu.com", "bdimg.com", "bdstatic.com"),
}
"""Publishers whose maps lie off on purpose."""


@dataclass(frozen=True)
class TileSource:
    """One service.

    Attributes
    ----------
    title, attribution
        What it is called, and who must be named beside it.
    template
        Its address with ``{z} {x} {y}``, and ``{key}`` and ``{s}`` where it has them.
    key
        The person's own; never in a project, a log or a bundle.
    grid
        One of ``GRIDS``.
    zooms
        The coarsest and the finest.
    shift
        ``none``, or ``gcj02`` where its maps lie off on purpose.
    """

    title: str
    template: str
    key: str = ""
    grid: str = "web_mercator"
    zooms: tuple[int, int] = (1, 18)
    attribution: str = ""
    shift: str = "none"

    @property
    def id(self) -> str:
        """What it is known by: of its address without the key."""
        return hashlib.sha256(self.template.encode("utf-8")).hexdigest()[:16]

    @property
    def host(self) -> str:
        """The machine that is asked."""
        return urlsplit(self.template.replace("{s}", "0")).hostname or ""

    def service(self, around: Sequence[float]) -> dict[str, Any]:
        """Give it as the reader takes it; ``around`` is the ground that may be fetched."""
        subdomains = [str(number) for number in range(8)] if "{s}" in self.template else []
        told = {name: getattr(self, name) for name in ("template", "key", "grid", "id")}
        return told | {"zooms": list(self.zooms), "subdomains": subdomains, "around": list(around)}

    def require_sound(self) -> None:
        """Make sure that it can be asked, and that a shift is named.

        Raises
        ------
        Refused
            It cannot; what to do is said.
        """
        address = urlsplit(self.template.replace("{s}", "0"))
        lacking = [name for name in NEEDED if name not in self.template]
        if address.scheme not in ("http", "https") or not address.hostname:
            raise Refused(Message("session.tiles_address"))
        if lacking:
            raise Refused(Message("session.tiles_template", {"lacking": lacking}))
        if "{key}" in self.template and not self.key.strip():
            raise Refused(Message("session.tiles_no_key"))
        if self.grid not in GRIDS or not 0 <= self.zooms[0] <= self.zooms[1] <= MOST_ZOOM:
            raise Refused(Message("session.tiles_zooms", {"most": MOST_ZOOM}))
        shift = shift_of(self.host)
        if shift == "bd09":
            raise Refused(Message("session.tiles_bd09", {"host": self.host}))
        if shift and self.shift != shift:
            values = {"host": self.host, "shift": Message(f"session.shift_{shift}")}
            raise Refused(Message("session.tiles_shift", values))


def shift_of(host: str) -> str:
    """Give the shift of a publisher's maps by its machine: ``gcj02``, ``bd09``, or empty."""
    for shift, names in SHIFTED.items():
        if any(host == name or host.endswith(f".{name}") for name in names):
            return shift
    return ""


def sources_path() -> Path:
    """Give the path of the person's tile services."""
    return user_config_dir() / "tile_sources.json"


def sources() -> tuple[TileSource, ...]:
    """Give the services that the person added.

    Raises
    ------
    Refused
        The file cannot be read.
    """
    path = sources_path()
    try:
        told = json.loads(path.read_text("utf-8")) if path.is_file() else []
        return tuple(TileSource(**{**one, "zooms": tuple(one["zooms"])}) for one in told)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Refused(Message("session.tiles_unreadable", {"path": str(path)})) from error


def keep(source: TileSource) -> None:
    """Add a service, or replace the one of the same address.

    Raises
    ------
    Refused
        It is not sound, or cannot be written.
    """
    source.require_sound()
    _write([one for one in sources() if one.id != source.id] + [source])


def drop(source: TileSource) -> None:
    """Give a service up: its key is removed, and what was fetched from it."""
    _write([one for one in sources() if one.id != source.id])
    shutil.rmtree(user_cache_dir() / "imagery" / "tiles" / source.id, ignore_errors=True)


def _write(kept: Sequence[TileSource]) -> None:
    path = sources_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps([asdict(one) for one in kept], ensure_ascii=False, indent=1) + "\n")
        os.chmod(path, 0o600)  # it holds keys
    except OSError as error:
        values = {"path": str(path), "reason": error.strerror or str(error)}
        raise Refused(Message("session.settings_unwritable", values)) from error


def allowed(project: Project) -> tuple[TileSource, ...]:
    """Give the services that may be used for a project: none unless that was chosen for it."""
    return sources() if project.network == "own_key" else ()
