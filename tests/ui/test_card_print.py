"""The card's own button puts it on paper beside the main thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.ui.screens import until
from tests.ui.test_card import fid_of, gathered


def test_the_card_is_printed_where_asked(
    window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "card.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(out), ""))
    window.map.show_feature("supply_parcel", fid_of(window, "GD-2024-002"))
    gathered(window).prints.click()
    until(out.is_file, "the card on paper")
    assert out.read_bytes().startswith(b"%PDF")
