"""Questions that a person answers with a file or a folder; each proposes a name and remembers nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from gis_app.ui.main_window import MainWindow


def folder(window: MainWindow) -> None:
    """Ask for a folder of deliveries and open it."""
    chosen = QFileDialog.getExistingDirectory(window, window.look.text("action_open_folder"))
    if chosen:
        window.desk.open(Path(chosen))


def project(window: MainWindow) -> None:
    """Ask for a project file, or a single delivery, and open it."""
    title, kinds = window.look.text("action_open_project"), window.look.text("project_files")
    chosen, _ = QFileDialog.getOpenFileName(window, title, "", kinds)
    if chosen:
        window.desk.open(Path(chosen))


def new_project(window: MainWindow) -> None:
    """Ask for the deliveries and for the place of a new project file; read them and write it."""
    title = window.look.text("action_new_project")
    source = QFileDialog.getExistingDirectory(window, window.look.text("new_from"))
    if not source:
        return
    proposed = str(Path(source).parent / f"{Path(source).name}.gpkg")
    chosen, _ = QFileDialog.getSaveFileName(window, title, proposed, "GeoPackage (*.gpkg)")
    if chosen:
        window.desk.make_project(Path(source), Path(chosen).with_suffix(".gpkg"))


def save_as(window: MainWindow) -> None:
    """Write what is open as another project file: a folder as a new one, a project as a copy."""
    park = window.desk.park
    if park is None:
        return
    if park.stored is not None:
        window.custody.save_copy()
        return
    proposed = str(park.path.parent / f"{park.project.name or park.path.stem}.gpkg")
    title = window.look.text("action_save_project")
    chosen, _ = QFileDialog.getSaveFileName(window, title, proposed, "GeoPackage (*.gpkg)")
    if chosen:
        window.desk.save_as_project(Path(chosen).with_suffix(".gpkg"))


def sheet(window: MainWindow) -> None:
    """Ask where the sheet shall lie, and print it."""
    park = window.desk.park
    given = park.proposal(window.desk.proposal) if park is not None else None
    if park is None or given is None:
        return
    day = park.project.as_of.isoformat() if park.project.as_of else ""
    name = f"{window.look.text('sheet_control_lines')}_{given['name']}_{day}.pdf"
    title = window.look.text("action_print_sheet")
    chosen, _ = QFileDialog.getSaveFileName(window, title, name, "PDF (*.pdf);;PNG (*.png)")
    if chosen:
        window.desk.print_sheet(Path(chosen))
