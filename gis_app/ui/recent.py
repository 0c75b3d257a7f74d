"""What was opened last: a row for each with its picture, where it lies and how it is; pinned ones first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QToolButton, QWidget

from gis_app.ui.desk import Desk
from gis_app.ui.parts import row, tool
from gis_app.worker.folders import user_cache_dir

if TYPE_CHECKING:
    from gis_app.session.settings import Settings

PICTURE = QSize(96, 54)
WIDTH, TEXT_PX = 620, 380
KEPT = 40
"""So many pictures are kept."""


@dataclass(frozen=True)
class Recent:
    """A park that was opened: where, whether it is still there, when it was changed last, whether pinned."""

    path: Path
    there: bool
    changed: datetime | None = None
    pinned: bool = False


def look_at(settings: Settings) -> list[Recent]:
    """Look where everything that was opened lies now; it may take long, and is never asked in the window."""
    found = [_look_at(path, path in settings.pinned) for path in settings.recent]
    return sorted(found, key=lambda item: not item.pinned)


def _look_at(path: Path, pinned: bool) -> Recent:
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime)
    except OSError:
        return Recent(path, False, None, pinned)
    return Recent(path, True, changed, pinned)


def picture_of(path: Path) -> Path:
    """Give where the small picture of a park lies, if there is one."""
    name = hashlib.sha256(str(path).encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return user_cache_dir() / "pictures" / f"{name}.png"


def keep_picture(path: Path, picture: QPixmap) -> None:
    """Keep a small picture of a park; the oldest of too many go."""
    file = picture_of(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    size = PICTURE * 2
    mode = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    picture.scaled(size, *mode).save(str(file))
    pictures = sorted(file.parent.glob("*.png"), key=lambda each: each.stat().st_mtime)
    for old in pictures[:-KEPT]:
        old.unlink(missing_ok=True)


class RecentRow(QFrame):
    """A click opens; one that is gone is looked for elsewhere."""

    def __init__(self, desk: Desk, recent: Recent, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.recent = desk, recent
        self.setFixedWidth(WIDTH)
        look = desk.look
        self.opens = QToolButton()
        self.opens.setProperty("kind", "recent")
        self.opens.setProperty("gone", not recent.there)
        self.opens.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.opens.setIconSize(PICTURE)
        self.opens.setIcon(QIcon(self.picture()))
        metrics = QFontMetrics(self.opens.font())
        where = metrics.elidedText(str(recent.path.parent), Qt.TextElideMode.ElideMiddle, TEXT_PX)
        self.opens.setText(f"{recent.path.name}\n{where}\n{self.state()}")
        self.opens.setAccessibleName(f"{recent.path.name}, {self.state()}")
        self.opens.setToolTip(str(recent.path))
        self.opens.setFixedWidth(WIDTH - 80)
        self.opens.clicked.connect(self.open if recent.there else self.repair)
        self.pins, self.removes = tool("bare"), tool("bare")
        self.pinned = recent.pinned
        pin = "accent" if recent.pinned else "text_3"
        for made, icon, token, name in (
            (self.pins, "push-pin", pin, "pin"),
            (self.removes, "x", "text_2", "forget"),
        ):
            made.setIcon(look.icon(icon, token))
            made.setToolTip(look.text(f"tip_{name}"))
            made.setAccessibleName(look.text(f"tip_{name}"))
        self.pins.clicked.connect(lambda: self.pin(not self.pinned))
        self.removes.clicked.connect(self.forget)
        self.setLayout(row(self.opens, self.pins, self.removes, gap=2))

    def picture(self) -> QPixmap:
        """Give the park's picture, a quiet sign where there is none."""
        kept = QPixmap(str(picture_of(self.recent.path))) if self.recent.there else QPixmap()
        if not kept.isNull():
            kept.setDevicePixelRatio(2.0)
            return kept
        made = QPixmap(PICTURE)
        made.fill(self.desk.look.colour("sunken"))
        painter = QPainter(made)
        painter.drawPixmap(PICTURE.width() // 2 - 12, PICTURE.height() // 2 - 12, self._sign())
        painter.end()
        return made

    def _sign(self) -> QPixmap:
        return self.desk.look.pixmap("map-trifold", "text_3", 24)

    def state(self) -> str:
        """Say what it is and when it was changed, or that it is gone."""
        look, recent = self.desk.look, self.recent
        if not recent.there:
            return look.text("recent_gone")
        day = recent.changed.strftime("%Y-%m-%d %H:%M") if recent.changed is not None else "—"
        kind = "recent_project" if recent.path.suffix.lower() == ".gpkg" else "recent_folder"
        return look.text(kind, changed=day)

    def open(self) -> None:
        """Open it."""
        self.desk.open(self.recent.path)

    def repair(self) -> None:
        """Ask where it lies now."""
        look, path = self.desk.look, self.recent.path
        if path.suffix:
            title, kinds = look.text("recent_where", name=path.name), look.text("project_files")
            found = QFileDialog.getOpenFileName(self, title, path.name, kinds)[0]
        else:
            found = QFileDialog.getExistingDirectory(self, look.text("recent_where", name=path.name))
        if found:
            self.forget()
            self.desk.open(Path(found))

    def pin(self, on: bool) -> None:
        """Let it stand first from now on, or no longer."""
        path, self.pinned = self.recent.path, on
        self.pins.setIcon(self.desk.look.icon("push-pin", "accent" if on else "text_3"))

        def change(settings: Settings) -> Settings:
            others = tuple(each for each in settings.pinned if each != path)
            return replace(settings, pinned=(*others, path) if on else others)

        self.desk.settle(change)

    def forget(self) -> None:
        """Name it no longer; the park itself stays."""
        path = self.recent.path

        def change(settings: Settings) -> Settings:
            kept = tuple(each for each in settings.recent if each != path)
            pinned = tuple(each for each in settings.pinned if each != path)
            return replace(settings, recent=kept, pinned=pinned)

        self.desk.settle(change)
        self.hide()
