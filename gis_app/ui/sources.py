"""What lies behind the rows of the layer tree: a missing source is found again, a layer is taken out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QInputDialog

from gis_app.language import Message

if TYPE_CHECKING:
    from gis_app.model import Changeset
    from gis_app.ui.background import Job
    from gis_app.ui.layers import LayerTree


def supply(tree: LayerTree, name: str) -> None:
    """Ask where a missing source lies now; a folder is read again, a project takes a step."""
    look, park = tree.desk.look, tree.desk.park
    if park is None:
        return
    title = look.text("supply_title", file=name)
    chosen, _ = QFileDialog.getOpenFileName(
        tree.window(), title, str(park.path.parent), look.text("project_files")
    )
    if chosen:
        supply_from(tree, name, Path(chosen))


def supply_from(tree: LayerTree, name: str, file: Path) -> None:
    """Take a missing source from a file."""
    desk = tree.desk
    park = desk.park
    if park is None:
        return
    if park.session is None:
        from gis_app.session.relocated import relocate

        relocate(park.path, name, file)
        desk.open(park.path)
        return
    still, catalogue = park.project.still(), park.catalogue

    def work(job: Job) -> Changeset:
        from gis_app.session.options import Options
        from gis_app.session.relocated import supply_step

        return supply_step(still, name, file, Options(), catalogue, job.tell, job.check)

    desk.read_in(work)


def remove(tree: LayerTree, layer: str) -> None:
    """Remove a layer from the project; of a statutory one the reason is asked and journalled first."""
    from gis_app.model.duplicate import is_duplicate

    desk, look = tree.desk, tree.desk.look
    if is_duplicate(layer):
        from gis_app.ui.duplicating import remove_duplicate

        remove_duplicate(tree, layer)
        return
    park = desk.park
    known = park.project.layers.get(layer) if park is not None else None
    if park is None or known is None:
        return
    if desk.read_only or park.session is None:
        desk.noticed.emit("not_applicable", Message("ui.remove_read_only"))
        return
    if known.locked:
        title = look.text("remove_title", layer=look.of(known.feature_type.title))
        reason, given = QInputDialog.getText(tree, title, look.text("unlock_reason"))
        if not given or not reason.strip():
            return
        park.session.edit("unlock_layer", {"layer": layer, "reason": reason.strip()})
    park.session.edit("remove_layer", {"layer": layer})
    desk.show_layers_anew()
