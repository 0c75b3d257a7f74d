"""Lays colours over pixels."""

from __future__ import annotations

import numpy as np
from numba import njit

from gis_app.render.kernels.arrays import Ids, Pixels, Words


@njit(nogil=True, cache=True)
def times(colour: np.uint32, share: np.uint32) -> np.uint32:
    """Multiply the four bytes of a pixel by ``share`` / 255, rounded."""
    low = (colour & np.uint32(0x00FF00FF)) * share
    low = (low + ((low >> np.uint32(8)) & np.uint32(0x00FF00FF)) + np.uint32(0x00800080)) >> np.uint32(8)
    high = ((colour >> np.uint32(8)) & np.uint32(0x00FF00FF)) * share
    high = high + ((high >> np.uint32(8)) & np.uint32(0x00FF00FF)) + np.uint32(0x00800080)
    return (high & np.uint32(0xFF00FF00)) | (low & np.uint32(0x00FF00FF))


@njit(nogil=True, cache=True)
def laid(there: np.uint32, opaque: np.uint32, alpha: int, disjoint: bool) -> np.uint32:
    """Give a pixel with a colour laid over it; disjoint neighbours fill up what they leave each other."""
    own = times(opaque, np.uint32(alpha))
    keep = np.uint32(255 - alpha)
    if disjoint:
        before = there >> np.uint32(24)
        if before <= keep:
            return there + own
        keep = np.uint32(float(keep) * 255.0 / float(before))
    return times(there, keep) + own


@njit("void(u4[:,::1],f8,u4[:,::1],i8[::1])", nogil=True, cache=True)
def over(pixels: Pixels, opacity: float, target: Pixels, window: Ids) -> None:
    """Lay a picture over another and leave it empty.

    ``window`` says where: first row, last + 1, first column, last + 1.
    """
    share = np.uint32(opacity * 255.0 + 0.5)
    for row in range(window[0], window[1]):
        for column in range(window[2], window[3]):
            own = pixels[row, column]
            if own:
                pixels[row, column] = 0
                own = times(own, share)
                keep = np.uint32(255) - (own >> np.uint32(24))
                target[row, column] = own + times(target[row, column], keep)


@njit("void(u8[:,::1],u4,f8,u4[:,::1],i8[::1])", nogil=True, cache=True)
def lay(words: Words, opaque: np.uint32, alpha: float, pixels: Pixels, window: Ids) -> None:
    """Lay a colour (an opaque pixel, ``alpha`` 0 to 1) over the samples that are set; leave none set.

    ``window`` as for `over`; no sample is set outside it.
    """
    ones, twos, fours = (
        np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F),
    )  # fmt: skip
    # what so many samples lay over a pixel, and what they leave of it
    own, keep = np.empty(65, np.uint32), np.empty(65, np.uint32)
    for count in range(65):
        share = int(float(count) * alpha * 255.0 / 64.0 + 0.5)
        own[count], keep[count] = times(opaque, np.uint32(share)), np.uint32(255 - share)
    for row in range(window[0], window[1]):
        for column in range(window[2], window[3]):
            bits = words[np.uintp(row), np.uintp(column)]
            if bits:
                words[np.uintp(row), np.uintp(column)] = 0
                bits = bits - ((bits >> np.uint64(1)) & ones)
                bits = (bits & twos) + ((bits >> np.uint64(2)) & twos)
                bits = (bits + (bits >> np.uint64(4))) & fours
                set_ = (bits * np.uint64(0x0101010101010101)) >> np.uint64(56)
                there = pixels[np.uintp(row), np.uintp(column)]
                pixels[np.uintp(row), np.uintp(column)] = times(there, keep[set_]) + own[set_]
