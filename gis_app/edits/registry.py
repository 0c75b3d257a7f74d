"""All edits by name: what the window, a script and a finding's fix may ask for."""

from __future__ import annotations

from collections.abc import Mapping

from gis_app.edits import (
    add_hole,
    add_part,
    buffer_ring,
    calculate_field,
    change_crs,
    clean_to_neighbours,
    copy_features,
    copy_proposal,
    delete_features,
    delete_vertex,
    draw_feature,
    fit_control_line,
    fix_invalid,
    insert_vertex,
    lock_layer,
    merge,
    move,
    move_vertex,
    order_layers,
    register_supply,
    remove_hole,
    remove_layer,
    remove_part,
    reshape,
    rotate,
    scale,
    set_attributes,
    set_entry,
    set_fact,
    split,
    split_by_area,
    split_by_ratio,
    split_by_width,
    unlock_layer,
)
from gis_app.edits.edit import Edit

EDITS: Mapping[str, Edit] = {
    edit.name: edit
    for edit in (
        draw_feature.EDIT,
        move_vertex.EDIT,
        insert_vertex.EDIT,
        delete_vertex.EDIT,
        move.EDIT,
        rotate.EDIT,
        scale.EDIT,
        reshape.EDIT,
        split.EDIT,
        split_by_area.EDIT,
        split_by_width.EDIT,
        split_by_ratio.EDIT,
        merge.EDIT,
        add_hole.EDIT,
        remove_hole.EDIT,
        add_part.EDIT,
        remove_part.EDIT,
        buffer_ring.EDIT,
        copy_features.EDIT,
        set_attributes.EDIT,
        calculate_field.EDIT,
        delete_features.EDIT,
        clean_to_neighbours.EDIT,
        fix_invalid.EDIT,
        fit_control_line.EDIT,
        register_supply.EDIT,
        copy_proposal.EDIT,
        set_fact.EDIT,
        unlock_layer.EDIT,
        lock_layer.EDIT,
        remove_layer.EDIT,
        order_layers.EDIT,
        change_crs.EDIT,
        set_entry.EDIT,
    )
}
"""Name → edit. ``undo`` and ``redo`` are no edits: they reverse one."""
