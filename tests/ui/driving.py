"""Letting Qt call the methods that we put in the place of its own: the parts they belong to, and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

from PySide6.QtCore import QEvent, QMetaObject, QMimeData, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QTableView, QWidget

from tests.formats import images

CANNOT_BE_DRIVEN = {
    "Outline.clone": "nothing asks Qt for a copy of an icon that is then changed, and Qt would use what it "
    "was not given",
    "FindingRow.sizeHint": "rows have one height and columns the person's widths: neither laying out, nor "
    "painting, nor fitting the columns to what is in them made the table ask",
}
"""Methods that Qt does not call here, and why."""

AT = QPointF(5, 5)
NONE = Qt.KeyboardModifier.NoModifier
COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
DATA = QMimeData()


def mouse(kind: QEvent.Type) -> Callable[[QObject], QEvent]:
    return lambda part: QMouseEvent(kind, AT, part.mapToGlobal(AT), LEFT, LEFT, NONE)  # type: ignore[attr-defined]


def wheel(part: Any) -> QEvent:
    none = Qt.MouseButton.NoButton
    phase = Qt.ScrollPhase.NoScrollPhase
    return QWheelEvent(AT, part.mapToGlobal(AT), QPoint(), QPoint(0, 120), none, NONE, phase, False)


EVENTS: dict[str, Callable[[Any], QEvent]] = {
    "mousePressEvent": mouse(QEvent.Type.MouseButtonPress),
    "mouseReleaseEvent": mouse(QEvent.Type.MouseButtonRelease),
    "mouseMoveEvent": mouse(QEvent.Type.MouseMove),
    "mouseDoubleClickEvent": mouse(QEvent.Type.MouseButtonDblClick),
    "wheelEvent": wheel,
    "keyPressEvent": lambda part: QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F24, NONE),
    "keyReleaseEvent": lambda part: QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_F24, NONE),
    "showPopup": lambda part: QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F4, NONE),
    "focusOutEvent": lambda part: QFocusEvent(QEvent.Type.FocusOut),
    "leaveEvent": lambda part: QEvent(QEvent.Type.Leave),
    "resizeEvent": lambda part: QResizeEvent(part.size(), part.size()),
    "showEvent": lambda part: QShowEvent(),
    "closeEvent": lambda part: QCloseEvent(),
    "event": lambda part: QEvent(QEvent.Type.ToolTip),
    "eventFilter": lambda part: QResizeEvent(part.size(), part.size()),
    "dragEnterEvent": lambda part: QDragEnterEvent(AT.toPoint(), COPY, DATA, LEFT, NONE),
    "dragMoveEvent": lambda part: QDragMoveEvent(AT.toPoint(), COPY, DATA, LEFT, NONE),
    "dropEvent": lambda part: QDropEvent(AT, COPY, DATA, LEFT, NONE),
}
BY_A_VIEW = frozenset({"rowCount", "columnCount", "headerData", "data", "flags", "paint", "sizeHint"})
BY_A_DRAG = frozenset({"dragEnterEvent", "dragMoveEvent", "dropEvent"})
"""Qt keeps an eye on a drag that only its own hand may begin: these are called straight."""
BY_US = frozenset({"open", "devicePixelRatioF"})
"""No method that Qt calls, or one that only our own slots do."""


def lazy_parts(window: Any, folder: Path) -> dict[type, QObject]:
    """One of each part that is made when it is first asked for, shown where it can be seen."""
    from gis_app.session.imagery import Image
    from gis_app.ui.canvas import Canvas
    from gis_app.ui.copy_map import Fine
    from gis_app.ui.editing.annotate import TextField
    from gis_app.ui.editing.panel import EditPanel
    from gis_app.ui.icon import Outline
    from gis_app.ui.imagery_align import AlignForm, RawImage
    from gis_app.ui.shortcuts_form import ShortcutsForm

    stage, navigation = window.map.stage, window.map.navigation
    scan = images.tiff(folder / "scan.tif", images.slope(64, 64))
    navigation.compare.open_panel()
    form = AlignForm(window.desk, window.map, Image(scan), window)
    made: list[Any] = [
        navigation.goto,
        navigation.bookmarks,
        navigation.overview,
        window.palette_,
        window.tree.open_style("supply_parcel"),
        navigation.compare.line,
        navigation.compare.choice,
        Canvas(stage, processes=0),
        Fine(stage, processes=0),
        TextField(stage, lambda _text: None, lambda: None),
        EditPanel(window.toolbox.bench, "none"),
        ShortcutsForm(window),
        form,
        form.raw,
    ]
    for part in made:
        if not isinstance(part, (AlignForm, RawImage, ShortcutsForm, type(window.palette_))):
            part.show()
    QApplication.processEvents()
    return {type(part): part for part in made} | {Outline: Outline("check", "light", "text_2")}


def put_away(parts: dict[type, QObject]) -> None:
    """Close what ``lazy_parts`` made."""
    for part in parts.values():
        if isinstance(part, QWidget):
            part.hide()
        if hasattr(part, "close_process"):
            part.close_process()


def first(window: Any, kind: type, function: FunctionType) -> Any:
    """What there is in the window, as a model or a delegate of a view too, that would call this function."""
    found: list[Any] = [window, *window.findChildren(QObject)]
    for view in window.findChildren(QAbstractItemView):
        found += [view.model(), view.itemDelegate()]
    of_it = [
        one for one in found  # by its type: to ask an object that Qt has deleted for its class is to crash
        if issubclass(type(one), kind) and getattr(type(one), function.__name__) is function
    ]  # fmt: skip
    assert of_it, f"{kind.__name__} is nowhere in the window"
    return next((one for one in of_it if isinstance(one, QWidget) and one.isVisible()), of_it[0])


def drive(window: Any, one: Any, name: str) -> None:
    """Let Qt call a method."""
    if isinstance(one, QWidget):
        _drive_widget(one, name)
    elif name == "eventFilter":
        stage = getattr(one, "stage", one)
        QApplication.sendEvent(stage, EVENTS[name](stage))
    elif isinstance(one, QObject):
        _drive_view(window, one, name)
    elif name != "clone":
        _drive_icon(type(one)(one.name, one.theme, one.token), name)


def _drive_icon(engine: Any, name: str) -> None:
    icon, canvas = QIcon(engine), QPixmap(16, 16)
    if name == "pixmap":
        icon.pixmap(16, 16)
        return
    painter = QPainter(canvas)
    try:
        icon.paint(painter, QRect(0, 0, 16, 16))
    finally:
        painter.end()


def _drive_widget(one: Any, name: str) -> None:
    if name == "paintEvent":
        one.grab()
    elif name == "sizeHint":
        one.updateGeometry()
        one.adjustSize()
    elif name in BY_A_DRAG:
        getattr(one, name)(EVENTS[name](one))
    elif name in BY_US:
        one.show_view() if name == "devicePixelRatioF" else getattr(one, name)()
    elif name == "done":
        one.reject()
    elif name == "eventFilter":
        target = getattr(one, "stage", None) or one.text
        QApplication.sendEvent(target, EVENTS[name](target))
    else:
        to_viewport = name.startswith(("mouse", "resize")) and isinstance(one, QAbstractItemView)
        QApplication.sendEvent(one.viewport() if to_viewport else one, EVENTS[name](one))


def _drive_view(window: Any, one: QObject, name: str) -> None:
    """Let the views of a model or delegate lay out and draw their rows, or take a value from an editor."""
    window.show_list("findings" if type(one).__name__.startswith("Finding") else "attributes")
    for view in window.findChildren(QAbstractItemView):
        if one not in (view.model(), view.itemDelegate()):
            continue
        if name == "setData":
            index = view.model().index(0, 0)
            view.itemDelegate().setModelData(QLineEdit("9"), view.model(), index)
            continue
        view.doItemsLayout()
        if isinstance(view, QTableView):  # from the loop of events, as a double click on its header would
            queued = Qt.ConnectionType.QueuedConnection
            QMetaObject.invokeMethod(view, "resizeColumnsToContents", queued)
        if view.isVisible():
            view.viewport().repaint()
        elif name in ("paint", "sizeHint", "data"):
            view.viewport().grab()
        for header in (getattr(view, "horizontalHeader", None), getattr(view, "verticalHeader", None)):
            if header is not None:
                header().viewport().repaint()
