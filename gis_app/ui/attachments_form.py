"""Everything that is attached to the open park: whose it is, and what is missing or altered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from gis_app.language import Message
from gis_app.ui.desk import Desk
from gis_app.ui.lists import Table
from gis_app.ui.parts import label, row

if TYPE_CHECKING:
    from gis_app.ui.paper import Paper

COLUMNS = ("state", "owner", "kind", "day", "document", "title", "file")
WIDTHS = (170, 190, 90, 92, 120, 190, 220)


class AttachmentsForm(QDialog):
    """Not modal; files are looked at beside the main thread, the rows stand at once."""

    asked = Signal(str, int)
    """The feature that a row belongs to is to be shown: layer id, fid."""
    edit_asked = Signal(str, object)
    """An edit and its arguments."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.papers: list[Paper] = []
        self.resize(1080, 520)
        self.says = label("second", wraps=True)
        self.table = Table(WIDTHS)
        self.opens, self.shows, self.takes, self.closes = (QPushButton() for _ in range(4))
        self.opens.clicked.connect(self.open_file)
        self.shows.clicked.connect(self.show_owner)
        self.takes.clicked.connect(self.take_off)
        self.closes.clicked.connect(self.close)
        self.table.currentCellChanged.connect(lambda *_cells: self._enable())
        self.table.cellDoubleClicked.connect(lambda *_cell: self.open_file())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.says)
        layout.addWidget(self.table, 1)
        layout.addLayout(row(self.opens, self.shows, self.takes, None, self.closes))
        for signal in (desk.opened, desk.look.language_changed):
            signal.connect(self.fill)
        desk.stepped.connect(lambda _changeset: self.fill() if self.isVisible() else None)

    def fill(self) -> None:
        """Look at everything that is attached now."""
        look, park = self.desk.look, self.desk.park
        self.setWindowTitle(look.text("action_attachments"))
        words = ((self.opens, "attach_open"), (self.shows, "attachments_show"), (self.takes, "attach_off"))
        for button, word in (*words, (self.closes, "close")):
            button.setText(look.text(word))
        if park is None:
            self._show([])
            return
        self.says.setText(look.text("attachments_looking"))

        def work(job: Any) -> list[Paper]:
            from gis_app.session.attachments import attachments
            from gis_app.ui.paper import paper_of

            found = []
            for entry in attachments(park.path, park.project):
                job.check()
                found.append(paper_of(entry))
            return found

        self.desk.workers.start(work, self._show, self.desk.fail)

    def _show(self, papers: list[Paper]) -> None:
        look = self.desk.look
        self.papers = sorted(papers, key=lambda each: each.trouble is None)
        heads = [look.text(f"attachments_{name}") for name in COLUMNS]
        self.table.show_rows(heads, [self._cells(each) for each in self.papers])
        for place, each in enumerate(self.papers):
            item = self.table.item(place, 0)
            if item is not None:
                item.setIcon(look.mark_icon("fail" if each.trouble else "pass"))
        troubled = sum(each.trouble is not None for each in self.papers)
        some = look.text("attachments_sum", count=len(self.papers), troubled=troubled)
        self.says.setText(some if self.papers else look.text("attachments_none"))
        self._enable()

    def _cells(self, paper: Paper) -> list[str]:
        look, entry = self.desk.look, paper.entry
        state = look.say(paper.trouble) if paper.trouble else look.text("attachments_sound")
        return [
            *(state, self._owner(paper), look.say(paper.kind), paper.day),
            *(entry.document, entry.title, entry.given),
        ]

    def _owner(self, paper: Paper) -> str:
        look, park, entry = self.desk.look, self.desk.park, paper.entry
        assert park is not None
        if entry.table == "fact":
            declared = park.catalogue.facts.get(entry.key.rpartition("/")[2])
            return look.of(declared.title) if declared is not None else entry.key
        layer = park.project.layers.get(entry.table) or park.project.of_type(entry.table)
        if layer is None:
            return f"{entry.table} {entry.key}"
        from gis_app.session.find import name_of

        feature = self._feature(paper)
        name = name_of(*feature) if feature is not None else entry.key
        return f"{look.of(layer.feature_type.title)} {name}"

    def _feature(self, paper: Paper) -> tuple[Any, int] | None:
        """Layer and fid of whom a file belongs to, where that is there."""
        from gis_app.session.attaching import owners

        park = self.desk.park
        found = owners(park.project, paper.entry) if park is not None else []
        return (park.project.layers[found[0][0]], found[0][1]) if park is not None and found else None

    @property
    def chosen(self) -> Paper | None:
        """The row in hand."""
        place = self.table.currentRow()
        return self.papers[place] if 0 <= place < len(self.papers) else None

    def _enable(self) -> None:
        paper, park = self.chosen, self.desk.park
        self.opens.setEnabled(paper is not None and bool(paper.address))
        self.shows.setEnabled(paper is not None and self._feature(paper) is not None)
        self.takes.setEnabled(paper is not None and park is not None and park.session is not None)

    def open_file(self) -> None:
        """Open the file with the program that the system has for it."""
        paper = self.chosen
        if paper is not None and paper.address:
            QDesktopServices.openUrl(QUrl.fromLocalFile(paper.address))

    def show_owner(self) -> None:
        """Show whom the file belongs to."""
        feature = self._feature(self.chosen) if self.chosen is not None else None
        if feature is not None:
            self.asked.emit(feature[0].id, feature[1])

    def take_off(self) -> None:
        """Take the file off its record; it stays beside the project, and undo brings it back."""
        if self.chosen is not None:
            self.edit_asked.emit("detach", {"path": self.chosen.entry.given})


def watch(desk: Desk) -> None:
    """Name what is missing or altered when a park was opened; read beside the main thread, once a park."""
    seen: list[Path] = []

    def look() -> None:
        park = desk.park
        if park is None or park.standing == "pending" or seen[-1:] == [park.path]:
            return
        seen.append(park.path)

        def work(job: Any) -> list[Message]:
            from gis_app.session.attachments import attachments

            found = []
            for entry in attachments(park.path, park.project):
                job.check()
                trouble = entry.trouble()
                found += [trouble] if trouble is not None else []
            return found

        def tell(found: list[Message]) -> None:
            if found and desk.park is not None and desk.park.path == park.path:
                values = {"count": len(found), "first": found[0]}
                desk.noticed.emit("fail", Message("ui.attachments_troubled", values))

        desk.workers.start(work, tell, desk.fail)

    desk.opened.connect(seen.clear)
    desk.judged.connect(look)
