"""The file under the park: another window has it, another program changed it; a person settles it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from gis_app.language import Message, Refused
from gis_app.ui.lasting import Lasting

if TYPE_CHECKING:
    from gis_app.project_file import ProjectFile
    from gis_app.session.custody import Difference, Trouble
    from gis_app.ui.differences import Differences
    from gis_app.ui.main_window import MainWindow

LOOK_MS = 2_500


class Custody(QObject):
    """Looks now and then whether the project file is still ours alone, and shows a bar where it is not."""

    _came = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window_, self.desk = window, window.desk
        self.bar: Lasting = window.map.lasting
        self.trouble: Trouble | None = None
        self.list: Differences | None = None
        self._came.connect(lambda run: run())
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look_again)
        self.bar.answered.connect(self.answer)
        self.desk.opened.connect(self.begin)

    # --- what is so

    def begin(self) -> None:
        """Look at the project that was just opened."""
        self._timer.stop()
        self._show(None)
        if self._stored is not None:
            self._timer.start()
            self._look()

    @property
    def _stored(self) -> ProjectFile | None:
        return self.desk.park.stored if self.desk.park is not None else None

    def look_again(self) -> None:
        """Look whether anything was written since; a reader looks whether the file is free now."""
        stored = self._stored
        if stored is None:
            return
        if stored.read_only:
            self._free()
            return

        def disturbed(file: ProjectFile) -> bool:
            return file.disturbed()

        def take(found: bool) -> None:
            if found:
                self._look()

        self._ask(disturbed, take)

    def _look(self) -> None:
        def ask(file: ProjectFile) -> Trouble | None:
            from gis_app.session.custody import trouble

            return trouble(file)

        self._ask(ask, self._show)

    def _show(self, trouble: Trouble | None) -> None:
        self.trouble = trouble
        if trouble is None:
            self.bar.hide()
            return
        state = "not_applicable" if trouble.kind == "held" else "cannot_tell"
        self.bar.show_answers(state, trouble.message, trouble.answers)
        self.bar.wait(False)
        if trouble.kind == "held":
            self._free()

    def _free(self) -> None:
        """Offer to write only while nobody has the file."""
        from gis_app.project_file import is_held

        stored = self._stored
        if stored is not None and "write" in self.bar.buttons:
            self.bar.buttons["write"].setEnabled(not is_held(stored.path))

    def _ask(self, question: Callable[[ProjectFile], Any], take: Callable[[Any], object]) -> None:
        """Ask the project file where it is owned; what comes is taken in the main thread."""
        park, stored = self.desk.park, self._stored
        assert park is not None and stored is not None

        def came(found: Any, error: BaseException | None) -> None:
            if self._stored is not stored:
                return
            self.bar.wait(False)
            if error is not None:
                self.desk.fail(error)
            else:
                take(found)

        if park.writer is None:  # nobody else uses it: a reader's snapshot, or nothing is edited yet
            try:
                found = question(stored)
            except Refused as refused:
                came(None, refused)
            else:
                came(found, None)
            return

        def ended(future: Future[Any]) -> None:
            error = future.exception()
            self._came.emit(lambda: came(None if error is not None else future.result(), error))

        park.writer.ask(question).add_done_callback(ended)

    # --- what is done about it

    def answer(self, name: str) -> None:
        """Do what the person chose."""
        deeds: dict[str, Callable[[], object]] = {
            "write": self.desk.reopen,
            "again": self.desk.reopen,
            "differences": self.show_differences,
            "take_in": self.take_in,
            "put_back": self.put_back,
            "over": self.publish_over,
            "theirs": self.take_theirs,
            "copy": self.save_copy,
            "backups": self.open_backups,
        }
        self.bar.wait(True)
        try:
            deeds[name]()
        finally:
            if name in ("differences", "copy", "backups"):
                self.bar.wait(False)

    def take_in(self) -> None:
        """Make what another program wrote a step of the project, then show it."""
        from gis_app.ui.park import actor

        identity, who = str(uuid.uuid4()), actor()
        self._ask(lambda file: file.take_in_foreign_edits(actor=who, op_id=identity), self._settled)

    def put_back(self) -> None:
        """Bring what another program changed back to what the journal says, then show it."""
        self._ask(lambda file: file.put_back_foreign_edits(), self._settled)

    def _settled(self, _found: object) -> None:
        self.desk.reopen()

    def publish_over(self) -> None:
        """Put the work of this machine in the place of theirs, which is kept as a backup."""

        def done(_published: object) -> None:
            self._show(None)
            self.desk.noticed.emit("pass", Message("ui.custody_published"))

        self._ask(lambda file: file.publish(over_others=True), done)

    def take_theirs(self) -> None:
        """Put the work of this machine aside and show what lies there now."""
        stored = self._stored
        assert stored is not None

        def meanwhile() -> None:
            from gis_app.session.custody import take_theirs

            take_theirs(stored.path, lambda message: self._came.emit(lambda: self._say(message)))

        self.desk.reopen(meanwhile)

    def _say(self, message: Message) -> None:
        self.desk.noticed.emit("pass", message)

    def save_copy(self) -> None:
        """Ask for a place and write the state that is seen there, as a project of its own."""
        stored = self._stored
        if stored is None:
            return
        title = self.window_.look.text("answer_copy")
        proposed = str(stored.path.with_name(f"{stored.path.stem}_2.gpkg"))
        chosen, _ = QFileDialog.getSaveFileName(self.window_, title, proposed, "GeoPackage (*.gpkg)")
        if not chosen:
            return
        target = Path(chosen).with_suffix(".gpkg")

        def write(file: ProjectFile) -> Path:
            from gis_app.session.custody import save_copy

            return save_copy(file, target)

        self._ask(write, lambda path: self._say(Message("ui.copy_saved", {"path": str(path)})))

    def open_backups(self) -> None:
        """Show the folder of backups."""
        from gis_app.project_file.backup import folder_of

        if self._stored is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder_of(self._stored.path))))

    def show_differences(self) -> None:
        """List what differs, feature by feature; a click shows it on the map."""
        park, stored, trouble = self.desk.park, self._stored, self.trouble
        if park is None or stored is None or trouble is None:
            return
        if trouble.kind == "foreign":
            from gis_app.session.custody import foreign_differences

            self._ask(foreign_differences, self._list)
            return
        mine, catalogue = replace(park, opened=park.opened).project.still(), park.catalogue

        def work(_job: object) -> list[Difference]:
            from gis_app.session.custody import published_differences

            return published_differences(stored, mine, catalogue)

        self.desk.workers.start(work, self._list, self.desk.fail)

    def _list(self, found: list[Difference]) -> None:
        from gis_app.ui.differences import Differences

        if self.list is None:
            self.list = Differences(self.window_)
        self.list.fill(found)
        self.list.show()

    def leave(self) -> bool:
        """Whether the window may close: what cannot be put back is told first, and a person decides."""
        stored, park = self._stored, self.desk.park
        if stored is None or park is None or stored.read_only:
            return True
        if park.gestures is not None:
            park.gestures.finish()
        try:
            publish = lambda file: file.publish()  # noqa: E731
            _ = publish(stored) if park.writer is None else park.writer.ask(publish).result()
        except Refused as refused:
            return self._decide(refused.message)
        return True

    def _decide(self, why: Message) -> bool:
        from gis_app.ui.leaving import decide

        chosen = decide(self.window_, why, over=self._stored is not None and self._stored.conflict)
        if chosen == "over":
            self.answer("over")
            park = self.desk.park
            if park is not None and park.writer is not None:
                park.writer.ask(lambda _file: None).result()  # it is stored after that
        return chosen in ("over", "keep")
