"""Places where a live database is not safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_app.project_file import warning

MOUNTS = "/dev/sda1 / ext4 rw 0 0\nserver:/x /mnt/share nfs4 rw 0 0\n//s/y /mnt/win\\040share cifs rw 0 0\n"


@pytest.mark.parametrize(
    ("path", "id"),
    [
        ("/mnt/share/a/p.gpkg", "network_place"),
        ("/mnt/win share/p.gpkg", "network_place"),
        ("/mnt/shared/p.gpkg", None),
        ("/home/a/p.gpkg", None),
        ("/home/a/OneDrive - 园区/p.gpkg", "synced_place"),
        ("/home/a/我的坚果云/x/p.gpkg", "synced_place"),
        ("/home/a/Dropbox/p.gpkg", "synced_place"),
        ("/home/a/dropbox.gpkg", None),
        ("//server/share/p.gpkg", "network_place"),
        ("\\\\server\\share\\p.gpkg", "network_place"),
    ],
)
def test_places(path: str, id: str | None) -> None:
    found = warning(Path(path), mounts=MOUNTS)
    assert (found and found.id) == (id and f"project_file.{id}")
