"""What is said of files that are to be attached to a record: kind, day, number; then they are copied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gis_app.edits.attach import KINDS
from gis_app.language import Message
from gis_app.ui.desk import Desk
from gis_app.ui.parts import label, row

PHOTOS = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
FILTER = "*.jpg *.jpeg *.png *.tif *.tiff *.pdf *.docx *.doc *.xlsx *.xls *.wps *.ofd *.zip"


class AttachForm(QDialog):
    """Not modal: the map stays free. Files are copied beside the main thread, each becomes a step."""

    laid = Signal(object)
    """Arguments of the edit ``attach`` for each file, when all are copied."""

    def __init__(
        self, desk: Desk, owner: tuple[str, str], name: str, paths: Sequence[Path], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.desk, self.owner, self.paths = desk, owner, list(paths)
        look = desk.look
        self.setWindowTitle(look.text("attach_title", name=name))
        self.resize(460, 0)
        names = "\n".join(path.name for path in self.paths[:8])
        more = f"\n… +{len(self.paths) - 8}" if len(self.paths) > 8 else ""
        self.files = label("body", names + more, wraps=True)
        self.kind = QComboBox()
        for kind in KINDS:
            self.kind.addItem(look.say(Message(f"session.attachment_kind_{kind}")), kind)
        photos = all(path.suffix.lower() in PHOTOS for path in self.paths)
        self.kind.setCurrentIndex(KINDS.index("photo" if photos else "other"))
        self.title_, self.day, self.document = QLineEdit(), QLineEdit(), QLineEdit()
        self.day.setPlaceholderText(look.text("attach_day_hint"))
        self.says = label("second", wraps=True)
        self.enters, self.gives_up = QPushButton(look.text("attach_enter")), QPushButton(look.text("cancel"))
        self.enters.setProperty("kind", "primary")
        self.enters.clicked.connect(self.enter)
        self.gives_up.clicked.connect(self.reject)
        form = QFormLayout()
        form.setVerticalSpacing(6)
        fields = (
            ("kind", self.kind),
            ("caption", self.title_),
            ("day", self.day),
            ("document", self.document),
        )
        form.addRow(label("second", look.text("attach_files")), self.files)
        for word, field in fields:
            field.setAccessibleName(look.text(f"attach_{word}"))
            form.addRow(label("second", look.text(f"attach_{word}")), field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(label("second", look.text("attach_note"), wraps=True))
        layout.addWidget(self.says)
        layout.addLayout(row(None, self.gives_up, self.enters))
        self.says.hide()
        if photos:
            self._look_at_first()

    def _look_at_first(self) -> None:
        """Propose the day that the camera wrote, read in a child."""

        def work(_job: Any) -> str:
            from gis_app.formats.photograph import job
            from gis_app.worker.crew import WorkerFault, run

            try:
                told = run(job(self.paths[:1], (8, 8))).value[0]
            except WorkerFault:  # no day is proposed; the file can be attached all the same
                return ""
            return str(told.get("taken", ""))

        def take(day: str) -> None:
            if day and not self.day.text():
                self.day.setText(day)

        self.desk.workers.start(work, take, self.desk.fail)

    def enter(self) -> None:
        """Copy the files beside the project; what cannot be is said here."""
        day = self.day.text().strip()
        try:
            day = date.fromisoformat(day).isoformat() if day else ""
        except ValueError:
            self._say(self.desk.look.text("attach_no_day", given=day))
            return
        park = self.desk.park
        if park is None:
            return
        words = {"kind": self.kind.currentData(), "title": self.title_.text().strip(), "date": day}
        words["document"] = self.document.text().strip()
        given = {name: value for name, value in words.items() if value}
        place, paths, owner = park.path, list(self.paths), self.owner
        self.enters.setEnabled(False)

        def work(job: Any) -> list[dict[str, Any]]:
            from gis_app.session.attaching import lay_beside

            made = []
            for path in paths:
                job.check()
                made.append(lay_beside(place, path).values | {"table": owner[0], "id": owner[1]} | given)
            return made

        self.desk.workers.start(work, self._done, self._failed)

    def _done(self, made: list[dict[str, Any]]) -> None:
        self.laid.emit(made)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self.enters.setEnabled(True)
        message = getattr(error, "message", None)
        if message is None:
            self.desk.fail(error)
        else:
            self._say(self.desk.look.say(message))

    def _say(self, text: str) -> None:
        self.says.setText(text)
        self.says.show()
