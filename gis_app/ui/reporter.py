"""One place for every error nobody expected: one record in the log, one dialog, and it goes on."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
import traceback
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


class Reporter(QObject):
    """Takes errors from any thread; shows one dialog at a time in the main thread."""

    _reported = Signal(str, str)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.dialog: ErrorDialog | None = None
        self.window: QWidget | None = None
        self._crash_file: IO[str] | None = None
        self._handler: logging.Handler | None = None
        self._reported.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take every hook: exceptions of main thread, threads and finalisers, Qt's messages, hard crashes."""
        folder = log_folder()
        self._handler = LogFile(folder / "parkplan.log")
        logger.addHandler(self._handler)
        logger.setLevel(logging.INFO)
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
        logger.error("%s\n%s", during or "unexpected", details)
        self._reported.emit(during, details)

    def _of_thread(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is not None and not isinstance(error, SystemExit):
            self.report(arguments.exc_type, error, arguments.exc_traceback)

    def _unraisable(self, unraisable: Any) -> None:
        if unraisable.exc_value is not None:
            self.report(unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback)

    def _of_qt(self, kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
        grave = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
        (logger.error if grave else logger.info)("Qt: %s", text)
        if grave:
            self._reported.emit("", f"Qt: {text}")

    def _show(self, during: str, details: str) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.add(details)
            return
        self.dialog = ErrorDialog(self.look, during, details, self.window)
        self.dialog.open()


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
