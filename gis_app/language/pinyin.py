"""How Chinese is typed in Latin letters: syllables and initials, every reading of a character counts."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, product

VARIANTS_MOST = 8
"""Of a text with many characters of several readings no more than so many ways to type it are kept."""
UNSPOKEN = "·…（）()"
"""What nobody types."""
HAN = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    # single characters are enough where every reading counts, and the phrases take a second to import
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.constants import PINYIN_DICT

    table: dict[int, str] = PINYIN_DICT
    return table


@cache
def readings(character: str) -> tuple[str, ...]:
    """Give a character's syllables without tones, the commonest first; itself where it is no Chinese one.

    ``ü`` is written ``v``, as it is typed.
    """
    known = _table().get(ord(character)) if HAN.match(character) else None
    if known is None:
        return (character.casefold(),)
    return tuple(dict.fromkeys(_plain(syllable) for syllable in known.split(",")))


def _plain(syllable: str) -> str:
    parted = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def has_chinese(text: str) -> bool:
    """Whether there is anything in a text that is typed by its sound."""
    return HAN.search(text) is not None


@lru_cache(maxsize=20_000)
def initials(text: str) -> tuple[str, ...]:
    """Give the ways to type a text by first letters: ``澜溪`` → ``lx``; what is not Chinese stays."""
    return _ways([_letters(each) for each in _spoken(text)])


@cache
def _letters(character: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading[:1] for reading in readings(character)))


@lru_cache(maxsize=20_000)
def spelled(text: str) -> tuple[str, ...]:
    """Give the ways to type a text in full: ``澜溪`` → ``lanxi``."""
    return _ways([readings(each) for each in _spoken(text)])


def sounds_like(typed: str, text: str) -> bool:
    """Whether what was typed stands for some characters of a text that follow one another.

    Every character is typed by the beginning of one of its readings or as it is: ``dakai``, ``dk``, ``dkwj``,
    ``dakwenj`` and ``打开wj`` all stand for 打开文件.
    """
    wanted = "".join(_spoken(typed.casefold()))
    characters = _spoken(text.casefold())
    return bool(wanted) and any(_follows(wanted, characters[start:]) for start in range(len(characters)))


def _follows(wanted: str, characters: Sequence[str]) -> bool:
    if not wanted:
        return True
    if not characters:
        return False
    for form in (*readings(characters[0]), characters[0]):
        for length in range(len(form), 0, -1):
            if wanted.startswith(form[:length]) and _follows(wanted[length:], characters[1:]):
                return True
    return False


def _spoken(text: str) -> list[str]:
    return [character for character in text if not character.isspace() and character not in UNSPOKEN]


def _ways(choices: list[tuple[str, ...]]) -> tuple[str, ...]:
    ways: Iterator[tuple[str, ...]] = product(*choices)
    return tuple(dict.fromkeys("".join(way) for way in islice(ways, VARIANTS_MOST)))
