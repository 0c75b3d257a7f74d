"""Image files: opened with few drivers, read in windows and from overviews; only in a reader child.

The only module that imports rasterio.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis_app.formats.grid import Affine, Pixels, Window, overlap
from gis_app.formats.source import head, plain, refuse

# ruff: noqa: E402
# Looked at when the library is loaded: drivers that follow addresses and other files' names out of a file
# must not meet the files of strangers.
_UNWANTED = (
    "AAIGrid,ACE2,ADRG,AIG,AVCBin,AVCE00,AirSAR,BAG,BIGGIF,BLX,BMP,BSB,BT,BYN,CALS,CEOS,COASP,COSAR,CPG,"
    "CTG,CTable2,DAAS,DERIVED,DIMAP,DIPEx,DOQ1,DOQ2,DTED,ECRGTOC,EEDA,EEDAI,EHdr,EIR,ELAS,ENVI,ERS,ESAT,"
    "ESRI Shapefile,ESRIC,ESRIJSON,FAST,FIT,GFF,GIF,GNMDatabase,GNMFile,GPKG,GRASSASCIIGrid,GRIB,GS7BG,"
    "GSAG,GSBG,GSC,GTI,GTX,GXF,GenBin,GeoJSON,GeoJSONSeq,HDF5,HDF5Image,HF2,HFA,HTTP,ILWIS,IRIS,ISCE,ISG,"
    "ISIS2,ISIS3,JAXAPALSAR,JDEM,JP2OpenJPEG,KMLSUPEROVERLAY,KRO,L1B,LAN,LCP,LOSLAS,Leveller,MAP,MBTiles,"
    "MFF,MFF2,MRF,MSGN,MVT,Memory,NDF,NGSGEOID,NITF,NOAA_B,NSIDCbin,NTv2,NWT_GRC,NWT_GRD,OSM,OZI,PAux,"
    "PCIDSK,PCRaster,PDF,PDS,PDS4,PLMOSAIC,PNM,PRF,R,RIK,RMF,ROI_PAC,RPFTOC,RRASTER,RS2,RST,Rasterlite,"
    "S102,S104,S111,SAFE,SAGA,SAR_CEOS,SDTS,SENTINEL2,SGI,SIGDEM,SNAP_TIFF,SNODAS,SQLite,SRP,SRTMHGT,"
    "STACIT,STACTA,TGA,TIL,TSX,Terragen,TopoJSON,USGSDEM,VICAR,VRT,WCS,WEBP,WMS,WMTS,XPM,XYZ,ZMap,Zarr,"
    "netCDF"
)
_CACHE_BYTES = 24 << 20
_before = os.environ.get("GDAL_SKIP")
os.environ["GDAL_SKIP"] = _UNWANTED

import rasterio
from rasterio._err import CPLE_BaseError
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import MemoryFile
from rasterio.windows import Window as Part

# Nothing is written beside a source (.aux.xml), nor fetched; the files of one folder are not listed.
_settings = rasterio.Env(
    GDAL_PAM_ENABLED=False,
    GDAL_DISABLE_READDIR_ON_OPEN="TRUE",
    CPL_VSIL_CURL_ALLOWED_FILENAME="none",
    GDAL_CACHEMAX=_CACHE_BYTES,
    GDAL_NUM_THREADS=1,
)
_settings.__enter__()
os.environ.pop("GDAL_SKIP")
if _before is not None:
    os.environ["GDAL_SKIP"] = _before

EXTENSIONS = (".tif", ".tiff", ".png", ".jpg", ".jpeg")
_HEADS = {
    b"II*\0": "GTiff",
    b"MM\0*": "GTiff",
    b"II+\0": "GTiff",
    b"MM\0+": "GTiff",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
}
_TAIL_BYTES = 4096
_ENDS = {"PNG": b"IEND", "JPEG": b"\xff\xd9"}
MOST_SIDE_PX = 1_000_000
MOST_BLOCK_BYTES = 256 << 20
"""A file whose smallest readable part takes more memory is refused."""
MOST_STEP = 8.0
"""So many pixels at most go into one of the picture along a side when no overview helps."""
SMALL_PX = 4096
"""An image no larger than this along a side needs no overview."""
_SAMPLES, _SAMPLE_PX = 5, 256
_DARK, _LIGHT = 2.0, 98.0

Stretch = tuple[NDArray[np.float32], NDArray[np.float32]]
"""What becomes black and what becomes white, for each of three bands."""


def driver_of(path: Path) -> str:
    """Tell by its first bytes which driver opens an image.

    Raises
    ------
    Refused
        It is an address, no ordinary file, or none of GeoTIFF, PNG and JPEG.
    """
    start = head(plain(path))
    driver = next((name for mark, name in _HEADS.items() if start.startswith(mark)), None)
    if b"<VRTDataset" in start[:1024] or path.suffix.lower() == ".vrt":
        raise refuse("image_vrt", path)
    if driver is None:
        raise refuse("image_unknown", path)
    return driver


def _tail(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return stream.read()


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            yield
    except (RasterioError, CPLE_BaseError) as error:  # some of GDAL's own come through as they are
        raise refuse("image_broken", path, cause=str(error)) from error


class Raster:
    """One image, open.

    Parameters
    ----------
    path
        The file that a refusal names.
    file
        A dataset of rasterio.
    stretch
        Of values that are no bytes; taken from the image where not given.

    Raises
    ------
    Refused
        Its values are no colours, or it takes too much memory.
    """

    def __init__(self, path: Path, file: Any, stretch: Stretch | None = None) -> None:
        self.path, self._file, self._given = path, file, stretch
        self._check()

    @classmethod
    def open(cls, path: Path, stretch: Stretch | None = None) -> Raster:
        """Open a GeoTIFF, PNG or JPEG.

        Raises
        ------
        Refused
            It cannot be read.
        """
        driver = driver_of(path)
        if driver == "PNG" and _ENDS["PNG"] not in _tail(path):  # the library would fill up with black
            raise refuse("image_broken", path, cause="cut off")
        with _understood(path):
            return cls(path, rasterio.open(path, driver=driver), stretch)

    def _check(self) -> None:
        file = self._file
        kinds = {np.dtype(kind) for kind in file.dtypes}
        if len(kinds) != 1 or next(iter(kinds)).kind not in "uif":
            raise refuse("image_values", self.path)
        high, wide = file.block_shapes[0]
        block_bytes = high * wide * next(iter(kinds)).itemsize * min(file.count, 4)
        if max(file.width, file.height) > MOST_SIDE_PX or block_bytes > MOST_BLOCK_BYTES:
            raise refuse("image_too_big", self.path, width=file.width, height=file.height)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return int(self._file.width), int(self._file.height)

    @property
    def affine(self) -> Affine | None:
        """From pixels to ground; None where the file does not say it."""
        given = self._file.transform
        return None if given.is_identity else tuple(given)[:6]

    @property
    def crs(self) -> str | None:
        """Reference system as WKT; None where the file does not say it."""
        with _understood(self.path):
            return str(self._file.crs.to_wkt()) if self._file.crs else None

    @property
    def step(self) -> float:
        """Pixels along a side that one of the coarsest overview stands for; 1 where there is none."""
        return float(max(self._file.overviews(1), default=1))

    @property
    def is_sequential(self) -> bool:
        """Whether it can only be read from its beginning, so that its foot takes as long as all of it."""
        return self._file.driver in ("PNG", "JPEG")

    @property
    def needs_overview(self) -> bool:
        """Whether the whole of it cannot be shown at once without reading too much."""
        return max(self.size) / self.step > SMALL_PX

    @cached_property
    def _is_palette(self) -> bool:
        return bool(self._file.colorinterp[0] == ColorInterp.palette)

    @cached_property
    def _bands(self) -> list[int]:
        """Numbers of the bands shown as red, green and blue."""
        kinds = list(self._file.colorinterp)
        named = [kinds.index(each) + 1 for each in _RGB if each in kinds]
        if len(named) == 3:
            return named
        plain = [number for number, kind in enumerate(kinds, 1) if kind != ColorInterp.alpha]
        return plain[:3] if len(plain) >= 3 else plain[:1] * 3

    @cached_property
    def _most(self) -> int:
        """The largest value that a byte of it has: 1 of a picture in black and white."""
        bits = self._file.tags(1, ns="IMAGE_STRUCTURE").get("NBITS", "8")
        return min(255, (1 << int(bits)) - 1) if bits.isdigit() and int(bits) > 0 else 255

    @cached_property
    def stretch(self) -> Stretch | None:
        """What becomes black and white; None for bytes, which stay as they are."""
        if self._file.dtypes[0] == "uint8":
            return None
        return self._given or _stretch([self._sample(place) for place in range(_SAMPLES**2)])

    def _sample(self, place: int) -> NDArray[Any]:
        """Valid values (3, n) of one of the places spread over the image."""
        width, height = self.size
        side_c, side_r = min(_SAMPLE_PX, width), min(_SAMPLE_PX, height)
        column = (width - side_c) * (place % _SAMPLES) // (_SAMPLES - 1)
        row = (height - side_r) * (place // _SAMPLES) // (_SAMPLES - 1)
        part = Part(column, row, side_c, side_r)
        values = self._file.read(self._bands, window=part).reshape(3, -1)
        chosen: NDArray[Any] = values[
            :, (self._file.dataset_mask(window=part).ravel() > 0) & np.isfinite(values).all(axis=0)
        ]
        return chosen

    def picture(self, window: Window, shape: tuple[int, int]) -> Pixels:
        """Give a window in any size; transparent outside, and where no overview is coarse enough."""
        out: Pixels = np.zeros((*shape, 4), dtype=np.uint8)
        found = overlap(window, shape, self.size)
        step = (window[2] - window[0]) / shape[1]
        if found is None or (self.needs_overview and step > MOST_STEP * self.step):
            return out
        (c0, r0, c1, r1), rows, columns = found
        part = Part(c0, r0, c1 - c0, r1 - r0)
        with _understood(self.path):
            out[rows, columns] = self._read(part, (rows.stop - rows.start, columns.stop - columns.start))
        return out

    def whole(self, shape: tuple[int, int]) -> Pixels:
        """Give all of it in any size.

        Raises
        ------
        Refused
            So much would have to be read for it that it is none to be made small.
        """
        width, height = self.size
        if self.needs_overview and width / shape[1] > MOST_STEP * self.step:
            raise refuse("image_too_big", self.path, width=width, height=height)
        return self.picture((0.0, 0.0, float(width), float(height)), shape)

    def words(self) -> dict[str, str]:
        """Give what the file says of itself by name, such as the camera's words."""
        with _understood(self.path):
            return {str(name): str(value) for name, value in self._file.tags().items()}

    def _read(self, part: Any, shape: tuple[int, int]) -> Pixels:
        mixing = Resampling.average if part.width > shape[1] else Resampling.bilinear
        if self._is_palette:
            values = self._file.read(1, window=part, out_shape=shape, resampling=Resampling.nearest)
            colours = self._palette[values]
            colours[..., 3] = np.minimum(colours[..., 3], self._opacity(part, shape, values))
            return np.asarray(colours)
        bands = sorted(set(self._bands))
        values = self._file.read(bands, window=part, out_shape=(len(bands), *shape), resampling=mixing)
        values = values[[bands.index(band) for band in self._bands]]
        opacity = self._opacity(part, shape, values)
        out = np.empty((*shape, 4), dtype=np.uint8)
        out[..., :3] = np.moveaxis(self._as_bytes(values), 0, -1)
        out[..., 3] = opacity
        return out

    def _as_bytes(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        if self.stretch is None:
            return np.asarray(values if self._most == 255 else values * (255.0 / self._most), dtype=np.uint8)
        dark, light = (each[:, None, None] for each in self.stretch)
        share = (np.nan_to_num(values.astype(np.float32)) - dark) / np.maximum(light - dark, 1e-12)
        return np.asarray(np.clip(share * 255.0, 0, 255), dtype=np.uint8)

    def _opacity(self, part: Any, shape: tuple[int, int], values: NDArray[Any]) -> NDArray[Any]:
        """Nodata, mask and not-a-number are transparent."""
        flags = {flag for each in self._file.mask_flag_enums for flag in each}
        opacity: NDArray[Any] = np.full(shape, 255, dtype=np.uint8)
        if flags != {MaskFlags.all_valid}:
            opacity = self._file.dataset_mask(window=part, out_shape=shape)
        if values.dtype.kind == "f":
            opacity = np.where(np.isfinite(values).all(axis=0), opacity, 0)
        return opacity

    @cached_property
    def _palette(self) -> Pixels:
        table = np.zeros((1 << 16, 4), dtype=np.uint8)
        for value, colour in self._file.colormap(1).items():
            table[value] = colour
        return table


_RGB = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)


def _stretch(samples: list[NDArray[Any]]) -> Stretch:
    values = np.concatenate(samples, axis=1)
    if not values.shape[1]:
        return np.zeros(3, np.float32), np.ones(3, np.float32)
    dark, light = np.percentile(values, (_DARK, _LIGHT), axis=1)
    return dark.astype(np.float32), light.astype(np.float32)


def mixed_stretch(several: list[Stretch]) -> Stretch:
    """Give one stretch for several images: the median of what is black and of what is white."""
    dark, light = (np.median([each[end] for each in several], axis=0) for end in (0, 1))
    return dark.astype(np.float32), light.astype(np.float32)


def decoded(data: bytes, path: Path) -> Pixels:
    """Give the pixels of a PNG or JPEG held in memory.

    Raises
    ------
    Refused
        It is none, or damaged; ``path`` is the file that it came from.
    """
    driver = next((name for mark, name in _HEADS.items() if data.startswith(mark)), None)
    if driver not in _ENDS:
        raise refuse("image_unknown", path)
    if _ENDS[driver] not in data[-32:]:  # the library would fill up with black
        raise refuse("image_broken", path, cause="cut off")
    with _understood(path), MemoryFile(data) as memory, memory.open(driver=driver) as file:
        if max(file.width, file.height) > SMALL_PX:
            raise refuse("image_too_big", path, width=file.width, height=file.height)
        whole = (0.0, 0.0, float(file.width), float(file.height))
        return Raster(path, file).picture(whole, (file.height, file.width))


def _made(path: Path, size: tuple[int, int]) -> Any:
    return rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=size[0],
        height=size[1],
        count=4,
        dtype="uint8",
        tiled=True,
        blockxsize=512,
        blockysize=512,
        interleave="pixel",
        compress="deflate",
        zlevel=1,
        predictor=2,
        bigtiff="if_safer",
        sparse_ok=True,
        photometric="rgb",
        alpha="unspecified",
    )


class Store:
    """A picture written piece by piece into the cache: tiled, compressed, transparent where nothing came.

    Parameters
    ----------
    path
        A file that is replaced.
    size
        Columns and rows.
    """

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self.path = path
        self._size = size
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            self._file = _made(path, size)
        self._file.colorinterp = (*_RGB, ColorInterp.alpha)

    def put(self, column: int, row: int, pixels: Pixels) -> None:
        """Write some pixels with their top left corner at a place; nothing is written where all is clear."""
        if pixels[..., 3].any():
            part = Part(column, row, pixels.shape[1], pixels.shape[0])
            self._file.write(np.moveaxis(pixels, -1, 0), window=part)

    def close(self) -> None:
        """End it, with its own overviews."""
        self._file.close()
        factors = [2**power for power in range(1, 12) if max(self._size) / 2 ** (power - 1) > 512]
        if factors:
            with _understood(self.path), rasterio.open(self.path, "r+", driver="GTiff") as file:
                file.build_overviews(factors, Resampling.average)
