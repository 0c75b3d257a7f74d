"""The window is there before anything heavy is imported; its texts, colours and icons are whole."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gis_app.catalogue import load, program_place
from gis_app.language.translation import translation
from gis_app.ui.actions import TABLE
from gis_app.ui.icon import ICONS
from gis_app.ui.theme import THEMES, style_sheet, tokens

UI = Path(__file__).parents[2] / "gis_app" / "ui"
HEAVY = (
    "geopandas",
    "pandas",
    "shapely",
    "numpy",
    "pyproj",
    "apsw",
    "jsonschema",
    "gis_app.session",
    "gis_app.model",
)

FIRST_SHOW = f"""
import sys
from PySide6.QtWidgets import QApplication
from gis_app.ui.app import _application, start
_application([])
_look, _reporter, window = start()
window.show()
QApplication.processEvents()
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_nothing_heavy_is_imported_before_the_first_show() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_SHOW], capture_output=True, text=True, timeout=120, cwd=UI.parents[1]
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_remembered_look_survives_a_broken_file(own_folders: Path) -> None:
    from gis_app.session.settings import settings_path
    from gis_app.ui.look import remembered

    settings_path().parent.mkdir(parents=True, exist_ok=True)
    for content in ("", "[]", '{"language": 7, "theme": []}', '{"language": "fr"}'):
        settings_path().write_text(content, encoding="utf-8")
        assert remembered() in (("zh", "light"), ("zh", "dark"))
    settings_path().write_text('{"language": "en", "theme": "dark"}', encoding="utf-8")
    assert remembered() == ("en", "dark")
    settings_path().unlink()


def named_texts(path: Path) -> set[str]:
    """Ids given literally to ``look.text``."""
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    named = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "text"]
    given = [call.args[0].value for call in named if call.args and isinstance(call.args[0], ast.Constant)]
    return {id for id in given if isinstance(id, str)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_that_the_window_asks_for_is_there(language: str) -> None:
    wanted = {id for path in UI.glob("*.py") for id in named_texts(path)}
    wanted |= {
        f"{part}_{action.id}"
        for action in TABLE
        for part in ("action", "tip")
        if action.needs != "later" or part == "action"
    }
    for id in sorted(wanted):
        assert translation(language).text(f"ui.{id}")
    assert len(wanted) > 100


def test_every_unit_of_the_catalogue_has_a_word() -> None:
    catalogue = load([program_place()])
    units = {field.unit for kind in catalogue.feature_types.values() for field in kind.fields}
    units |= {rule.unit for rules in catalogue.rule_sets.values() for rule in rules.rules}
    units |= {fact.unit for fact in catalogue.facts.values()}
    for unit in sorted(units - {""}):
        assert translation("zh").text(f"session.unit_{unit.replace('%', 'percent')}")


def test_every_icon_is_there_with_its_licence_and_none_is_left_over() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in UI.rglob("*.py"))
    wanted = {action.icon for action in TABLE if action.icon}
    wanted |= set(re.findall(r'(?<!mark_)(?:icon|pixmap)\(\s*"([a-z-]+)"', source))
    shipped = {path.stem for path in ICONS.glob("*.svg")}
    assert wanted <= shipped and "MIT License" in (ICONS / "LICENSE").read_text(encoding="utf-8")
    unused = {name for name in shipped if f'"{name}"' not in source and not name.startswith("caret-")}
    assert unused == set()


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("window", "panel", "raised", "sunken", "selection", "hover")


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_every_ground(theme: str) -> None:
    colour = tokens(theme)
    for ink in ("text", "text_2", "text_3"):
        for ground in GROUNDS:
            assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
    for state in ("pass", "fail", "cannot_tell", "not_applicable"):
        for ground in ("panel", "selection", f"{state}_bg"):
            assert contrast(colour[state], colour[ground]) >= 4.5, (state, ground)
    assert contrast(colour["on_accent"], colour["accent"]) >= 4.5
    for ground in ("panel", "sunken"):
        assert contrast(colour["border_strong"], colour[ground]) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_knows_all_its_colours(theme: str) -> None:
    sheet = style_sheet(theme)
    assert not re.search(r"@\w", sheet) and tokens(theme)["accent"] in sheet


def test_a_mark_differs_from_the_others_without_its_colour(qapp: Any) -> None:
    from PySide6.QtGui import QImage

    from gis_app.ui.mark import mark_pixmap

    def grey(state: str) -> bytes:
        image = mark_pixmap(state, "light", 14).toImage().convertToFormat(QImage.Format.Format_Alpha8)
        return bytes(image.constBits())

    shapes = [grey(state) for state in ("pass", "fail", "cannot_tell", "not_applicable")]
    assert len(set(shapes)) == 4
