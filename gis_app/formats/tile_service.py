"""Tiles of a service on the network, fetched with the user's own key; only in a reader child of its own.

Nothing but the tiles' own addresses is asked for, no redirection is followed, and what comes is held to a
size before it is decoded. What was fetched lies in the user's cache for some days.
"""

from __future__ import annotations

import os
import time
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from gis_app.formats.grid import Affine, Pixels
from gis_app.formats.pyramid import Pyramid
from gis_app.formats.raster import decoded
from gis_app.formats.source import refuse
from gis_app.language import Refused

SIDE_PX = 256
HALF_M = 20037508.342789244
MOST_BYTES = 2 << 20
"""A larger answer is no tile."""
TIMEOUT_S, PICTURE_S = 8.0, 20.0
"""One tile, and all tiles of one picture."""
REST_S = 20.0
"""After a failure nothing is asked for so long: the service is not pressed, and nobody waits."""
KEPT_S = 30 * 86_400.0
MOST_CACHE_BYTES = 512 << 20
_AT_ONCE = 4
_NAME = "ParkPlan"
_GONE = (204, 404)


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: Any) -> None:
        """Follow none: the key would go with it."""


class TileService(Pyramid):
    """A service whose tiles are asked for by zoom, column and row.

    Parameters
    ----------
    told
        ``template`` (with ``{z} {x} {y} {key}``, perhaps ``{s}``), ``key``, ``subdomains``, ``grid``
        (``web_mercator``, or ``cgcs2000``: degrees, as WMTS of 天地图 has it under ``c``), ``zooms``,
        ``id`` (of the cache), ``around`` (the ground that may be fetched, in the project's reference system).
    cache
        Folder of tiles.

    Raises
    ------
    Refused
        The template is no address of such a service.
    """

    needs_overview = is_sequential = False
    shift_hint = ""

    def __init__(self, told: Mapping[str, Any], cache: Path) -> None:
        self._template, self._key = str(told["template"]), str(told["key"])
        self._subdomains = list(told.get("subdomains") or [""])
        address = urlsplit(self._template.replace("{s}", self._subdomains[0]))
        self.host = address.hostname or ""
        self.path = Path(self.host)
        if address.scheme not in ("http", "https") or not self.host:
            raise refuse("tiles_address", self.path)
        self._grid = str(told["grid"])
        self._zooms = int(told["zooms"][0]), int(told["zooms"][1])
        self._side = SIDE_PX
        west, south, east, north = (float(each) for each in told["around"])
        self.around = (west, south, east, north)
        self._folder = cache / "tiles" / str(told["id"])
        self._opener = urllib.request.build_opener(_NoRedirection())
        self._threads = ThreadPoolExecutor(_AT_ONCE)
        self._resting: tuple[float, Refused] | None = None
        make_room(cache / "tiles")

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the whole world at the finest zoom."""
        across = SIDE_PX << self._zooms[1]
        return across, across // 2 if self._grid == "cgcs2000" else across

    @property
    def affine(self) -> Affine:
        """From pixels to degrees or Web Mercator metres."""
        west, north = (-180.0, 90.0) if self._grid == "cgcs2000" else (-HALF_M, HALF_M)
        step = -2.0 * west / self.size[0]
        return (step, 0.0, west, 0.0, -step, north)

    @property
    def crs(self) -> str:
        """Reference system of the tiles."""
        return "EPSG:4490" if self._grid == "cgcs2000" else "EPSG:3857"

    def close(self) -> None:
        """Ask for nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _expect(self, zoom: int, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Fetch what is not in the cache, several at once.

        Raises
        ------
        Refused
            The service does not answer, refuses the key, or sends what is no tile.
        """
        columns, rows = range(first[0], last[0]), range(first[1], last[1])
        places = [(zoom, column, row) for column in columns for row in rows]
        missing = [place for place in places if not self._is_fresh(self._place(*place))]
        if not missing:
            return
        if self._resting is not None and time.monotonic() < self._resting[0]:
            raise self._resting[1]
        end_s = time.monotonic() + PICTURE_S
        try:
            fetch = partial(self._fetch, end_s)
            for _done in self._threads.map(fetch, missing, timeout=PICTURE_S):
                pass
        except Refused as refused:
            self._resting = time.monotonic() + REST_S, refused
            raise
        except TimeoutError as error:
            late = refuse("tiles_unreachable", self.path, host=self.host, cause=f"> {PICTURE_S:.0f} s")
            self._resting = time.monotonic() + REST_S, late
            raise late from error

    def _tile(self, zoom: int, column: int, row: int) -> Pixels | None:
        path = self._place(zoom, column, row)
        data = path.read_bytes() if path.is_file() else b""
        if not data:
            return None
        try:
            pixels = decoded(data, self.path)
        except Refused:  # one damaged tile is a hole, and fetched anew the next time
            path.unlink(missing_ok=True)
            return None
        return pixels if pixels.shape[:2] == (SIDE_PX, SIDE_PX) else None

    def _place(self, zoom: int, column: int, row: int) -> Path:
        return self._folder / str(zoom) / str(column) / f"{row}.tile"

    def _is_fresh(self, path: Path) -> bool:
        try:
            return time.time() - path.stat().st_mtime < KEPT_S
        except OSError:
            return False

    def _fetch(self, end_s: float, place: tuple[int, int, int]) -> None:
        left_s = min(TIMEOUT_S, end_s - time.monotonic())
        if left_s <= 0:
            raise refuse("tiles_unreachable", self.path, host=self.host, cause=f"> {PICTURE_S:.0f} s")
        try:
            data = self._asked(*place, left_s)
        except HTTPError as error:
            if error.code not in _GONE:
                kind = "tiles_key" if error.code in (401, 403, 418) else "tiles_status"
                raise refuse(kind, self.path, host=self.host, status=error.code) from error
            data = b""
        except (OSError, HTTPException, ValueError) as error:
            cause = str(getattr(error, "reason", "") or type(error).__name__)
            raise refuse("tiles_unreachable", self.path, host=self.host, cause=cause) from error
        if data:
            _require_tile(data, self.path, self.host)
        self._keep(self._place(*place), data)

    def _asked(self, zoom: int, column: int, row: int, left_s: float) -> bytes:
        """Give the answer's bytes; empty where there is no tile."""
        address = self._template
        values = {"z": zoom, "x": column, "y": row, "key": self._key}
        values["s"] = self._subdomains[(column + row) % len(self._subdomains)]
        for name, value in values.items():
            address = address.replace(f"{{{name}}}", str(value))
        asked = urllib.request.Request(address, headers={"User-Agent": _NAME})
        with self._opener.open(asked, timeout=left_s) as answer:
            if answer.status in _GONE:
                return b""
            parts, size, end_s = [], 0, time.monotonic() + left_s
            while part := answer.read(1 << 16):  # an answer that drips does not hold up the others
                size += len(part)
                if size > MOST_BYTES:
                    raise refuse("tiles_too_big", self.path, host=self.host, most_mb=MOST_BYTES >> 20)
                if time.monotonic() > end_s:
                    raise TimeoutError
                parts.append(part)
        return b"".join(parts)

    def _keep(self, path: Path, data: bytes) -> None:
        """Put a tile into the cache whole; a full disk costs the cache and nothing else."""
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            os.replace(part, path)
        except OSError:
            part.unlink(missing_ok=True)
            raise refuse("tiles_cache", self.path, folder=str(self._folder)) from None


def _require_tile(data: bytes, path: Path, host: str) -> None:
    if not data.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        raise refuse("tiles_no_picture", path, host=host)


def make_room(folder: Path, most_bytes: int = MOST_CACHE_BYTES) -> None:
    """Remove the tiles that were fetched longest ago until the others take no more than some bytes."""
    found = []
    for path in folder.rglob("*.tile"):
        with suppress(OSError):
            state = path.stat()
            found.append((state.st_mtime, state.st_size, path))
    total = 0
    for _when, size, path in sorted(found, reverse=True):
        total += size
        if total > most_bytes:
            path.unlink(missing_ok=True)
