"""Settings survive a round trip, a broken file, and a folder that cannot be written."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_app.language import Refused, say
from gis_app.session.settings import RECENT_MAX, SCHEMA_ID, Settings, load, save, settings_path
from gis_app.worker.folders import user_cache_dir, user_config_dir


def test_folders_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARKPLAN_HOME", str(tmp_path / "办公 室"))
    assert user_config_dir() == tmp_path / "办公 室" / "config"
    assert user_cache_dir() == tmp_path / "办公 室" / "cache"
    assert settings_path().parent == user_config_dir()
    monkeypatch.delenv("PARKPLAN_HOME")
    assert "ParkPlan" in str(user_config_dir()) and user_config_dir() != user_cache_dir()


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.json") == (Settings(language="zh"), None)


letters = st.characters(blacklist_categories=("Cs",), blacklist_characters="\0/")
texts = st.text(letters, min_size=1, max_size=20)


@given(
    st.sampled_from(["zh", "en"]),
    st.none() | texts,
    st.lists(texts, max_size=RECENT_MAX),
    st.none() | st.integers(0, 256),
    st.sampled_from([None, "light", "dark"]),
)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory,
    language: str,
    office: str | None,
    recent: list[str],
    workers: int | None,
    theme: str | None,
) -> None:
    path = tmp_path_factory.mktemp("设置") / "deep" / "settings.json"
    settings = Settings(language, Path(office) if office else None, tuple(map(Path, recent)), workers, theme)
    save(settings, path)
    assert load(path) == (settings, None)
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_recent_projects_are_newest_first_and_few() -> None:
    settings = Settings()
    for number in range(RECENT_MAX + 5):
        settings = settings.opened(Path(f"{number}.gpkg"))
    settings = settings.opened(Path("10.gpkg"))
    assert settings.recent[:2] == (Path("10.gpkg"), Path("24.gpkg"))
    assert len(settings.recent) == RECENT_MAX == len(set(settings.recent))


BROKEN = [
    b"",
    b"{",
    b"[]",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"schema": "parkplan/settings/9"}',
    json.dumps({"schema": SCHEMA_ID, "language": "fr"}).encode(),
    json.dumps({"schema": SCHEMA_ID, "theme": "blue"}).encode(),
    json.dumps({"schema": SCHEMA_ID, "workers": -1}).encode(),
    json.dumps({"schema": SCHEMA_ID, "worker": 1}).encode(),
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_set_aside_and_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings, said = load(path)
    assert settings == Settings()
    assert said is not None
    for language in ("zh", "en"):
        assert str(tmp_path / "settings.broken.json") in say(said, language)
    assert not path.exists() and (tmp_path / "settings.broken.json").read_bytes() == content
    assert load(path) == (Settings(), None)


def test_a_folder_in_the_way_is_said_and_left(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    settings, said = load(path)
    assert settings == Settings() and said is not None and str(path) in say(said, "zh")
    with pytest.raises(Refused, match=r"settings\.json"):
        save(Settings(), path)
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]


def test_what_the_schema_refuses_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(jsonschema.ValidationError):
        save(Settings(language="fr"), tmp_path / "settings.json")
    assert not list(tmp_path.iterdir())
