"""Which edits have a small form, what each asks for, and on what; the rest is in the edit itself."""

from __future__ import annotations

from dataclasses import dataclass

ONE, SOME, ALL, PARK, LAYER = "one", "some", "all", "park", "layer"
"""One chosen feature, some of them, those or the whole layer, no feature at all, the layer alone."""


@dataclass(frozen=True)
class Form:
    """An edit with a form.

    Attributes
    ----------
    edit : str
        Its name in ``EDITS``.
    asked : tuple of str
        Arguments that the person gives, in this order; what they are is declared by the edit.
    on : str
        ``one``, ``some``, ``all``, ``layer`` or ``park``.
    icon : str
        Of its action.
    among : tuple of str
        Legal statuses of the layers that are offered; all where none is named.
    fixed : tuple of pairs
        Arguments that are always the same.
    """

    edit: str
    asked: tuple[str, ...]
    on: str
    icon: str
    among: tuple[str, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()


FORMS: dict[str, Form] = {
    "edit_split_area": Form("split_by_area", ("areas_m2", "angle_deg", "values"), ONE, "scissors"),
    "edit_split_width": Form("split_by_width", ("widths_m", "angle_deg", "values"), ONE, "split-horizontal"),
    "edit_split_ratio": Form("split_by_ratio", ("ratios", "angle_deg", "values"), ONE, "percent"),
    "edit_merge_with": Form("merge", ("apart", "values"), SOME, "unite"),
    "edit_buffer": Form("buffer_ring", ("distance_m", "inner_m", "into", "cut"), ONE, "target"),
    "edit_clean": Form("clean_to_neighbours", ("within_m",), ONE, "magic-wand"),
    "edit_fix": Form("fix_invalid", (), ALL, "wrench"),
    "edit_fit": Form("fit_control_line", ("control", "within_m"), ONE, "magnet-straight", ("statutory",)),
    "edit_copy": Form("copy_features", ("into", "by", "cut"), SOME, "copy-simple"),
    "edit_attributes": Form("set_attributes", ("values",), SOME, "textbox"),
    "copy_proposal": Form("copy_proposal", ("proposal", "id", "name"), PARK, "git-branch"),
    "register_supply": Form("register_supply", ("batch", "outline", "cut", "values"), PARK, "stamp"),
    "exception_note": Form(
        "set_entry", ("values",), ONE, "note-pencil", fixed=(("table", "exception_note"),)
    ),
    "change_crs": Form("change_crs", ("crs",), PARK, "globe-hemisphere-west"),
}
"""Id of the action → its form."""
