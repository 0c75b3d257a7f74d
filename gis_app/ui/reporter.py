"""One place for every error nobody expected: one record in the log, one dialog, and it goes on.

What fails with every picture would fill log and screen: the same fault again, while its dialog is open or
soon after, is counted.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gis_app.ui.look import Look
from gis_app.worker.folders import user_config_dir

LOG_BYTES, LOG_FILES = 1_000_000, 3
QUIET_S = 5.0
"""A fault that was not heard of for so long is reported anew."""
logger = logging.getLogger("parkplan")


def log_folder() -> Path:
    """Give the folder of log and crash file, made if need be."""
    folder = user_config_dir() / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class LogFile(logging.Handler):
    """A file that begins anew when it is full; what writes it is imported with the first record."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        if self._file is None:
            from logging.handlers import RotatingFileHandler

            self._file = RotatingFileHandler(
                self.path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
            )
            self._file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(message)s"))
        self._file.emit(record)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        super().close()


class Ear(logging.Handler):
    """Hears what parts of the program write that know no window."""

    def __init__(self, reporter: Reporter) -> None:
        super().__init__(logging.WARNING)
        self.reporter = reporter

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a record on."""
        self.reporter.heard(record)


@dataclass
class Fault:
    """One fault, told by its kind and place: how often and when it was met."""

    count: int = 0
    last_s: float = 0.0


class Reporter(QObject):
    """Takes errors from any thread; shows one dialog at a time in the main thread."""

    _reported = Signal(str, str, object)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.dialog: ErrorDialog | None = None
        self.window: QWidget | None = None
        self._crash_file: IO[str] | None = None
        self._handler: logging.Handler | None = None
        self._ear = Ear(self)
        self._faults: dict[tuple[object, ...], Fault] = {}
        self._open: set[tuple[object, ...]] = set()
        """What the dialog tells of, while it is open."""
        self._lock = threading.Lock()
        self._reported.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take every hook: exceptions of main thread, threads and finalisers, Qt's messages, hard crashes."""
        folder = log_folder()
        self._handler = LogFile(folder / "parkplan.log")
        logger.addHandler(self._handler)
        logger.setLevel(logging.INFO)
        logging.getLogger("gis_app").addHandler(self._ear)
        self._crash_file = (folder / "crash.txt").open("a", encoding="utf-8")
        faulthandler.enable(self._crash_file)
        sys.excepthook = self.report
        threading.excepthook = self._of_thread
        sys.unraisablehook = self._unraisable
        qInstallMessageHandler(self._of_qt)

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__
        qInstallMessageHandler(None)
        faulthandler.disable()
        logging.getLogger("gis_app").removeHandler(self._ear)
        if self._crash_file is not None:
            self._crash_file.close()
            self._crash_file = None
        if self._handler is not None:
            logger.removeHandler(self._handler)
            self._handler.close()
            self._handler = None

    def report(
        self,
        kind: type[BaseException],
        error: BaseException,
        where: TracebackType | None = None,
        /,
        during: str = "",
    ) -> None:
        """Write one record and ask for one dialog; ``during`` names the action that broke off."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, where))
        frames = traceback.extract_tb(where)[-1:]
        place = [(frame.filename, frame.lineno) for frame in frames]
        self._fault((kind.__name__, during, *place), during, details)
        traceback.clear_frames(where)  # a painter in one of them would hold what it paints on for ever

    def heard(self, record: logging.LogRecord) -> None:
        """Take what a part of the program wrote: an error is a fault, the rest stands in the log."""
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + logging.Formatter().formatException(record.exc_info)
        if record.levelno < logging.ERROR:
            logger.log(record.levelno, "%s", text)
        else:
            self._fault((record.name, record.lineno), "", text)

    def _fault(self, key: tuple[object, ...], during: str, details: str) -> None:
        """Write and show a fault, unless it is the same again."""
        now = time.monotonic()
        with self._lock:
            fault = self._faults.setdefault(key, Fault())
            is_open = key in self._open
            again = fault.count > 0 and (is_open or now - fault.last_s < QUIET_S)
            fault.count, fault.last_s = fault.count + 1, now
        if not again:
            logger.error("%s\n%s", during or "unexpected", details)
            self._reported.emit(during, details, key)
        elif fault.count & (fault.count - 1) == 0:  # the log is told at 2, 4, 8 … times
            logger.info("the same again, %d times: %s", fault.count, details.strip().rpartition("\n")[2])

    def _of_thread(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is not None and not isinstance(error, SystemExit):
            self.report(arguments.exc_type, error, arguments.exc_traceback)

    def _unraisable(self, unraisable: Any) -> None:
        if unraisable.exc_value is not None:
            self.report(unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback)

    def _of_qt(self, kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
        grave = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
        if grave:
            self._fault(("Qt", text), "", f"Qt: {text}")
        else:
            logger.info("Qt: %s", text)

    def _show(self, during: str, details: str, key: tuple[object, ...]) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.add(details)
        else:
            self.dialog = ErrorDialog(self.look, during, details, self.window)
            self.dialog.finished.connect(self._closed)
            self.dialog.open()
        with self._lock:
            self._open.add(key)

    def _closed(self) -> None:
        with self._lock:
            self._open.clear()


class ErrorDialog(QDialog):
    """What broke off, that nothing was changed, where the record is; details folded, to be copied."""

    def __init__(self, look: Look, during: str, details: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.look = look
        self.details = details
        self.setWindowTitle(look.text("error_title"))
        self.setMinimumWidth(460)
        head = QLabel(look.text("error_in", action=during) if during else look.text("error_somewhere"))
        head.setProperty("role", "title")
        head.setWordWrap(True)
        self.where = QLabel(look.text("error_log", path=str(log_folder() / "parkplan.log")))
        self.where.setProperty("role", "second")
        self.where.setWordWrap(True)
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.box = QPlainTextEdit(details)
        self.box.setReadOnly(True)
        self.box.setVisible(False)
        self.box.setMinimumHeight(180)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        for part in (head, self.where, self.box):
            layout.addWidget(part)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        closes = QPushButton(self.look.text("close"))
        closes.setProperty("kind", "primary")
        for text, slot in (
            (self.look.text("details"), lambda: self.box.setVisible(not self.box.isVisible())),
            (self.look.text("copy"), self._copy),
        ):
            button = QPushButton(text)
            button.clicked.connect(slot)
            row.addWidget(button)
        row.addStretch()
        row.addWidget(closes)
        closes.clicked.connect(self.accept)
        return row

    def add(self, details: str) -> None:
        """Take in a further error while the dialog is open."""
        self.details += "\n" + details
        self.box.setPlainText(self.details)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.details)
