"""The engine put together: parts come when asked for, once, and go in the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.session.ports import KnownMedia
from app.main import make_services
from tests.helpers.document import film, project


def test_nothing_is_made_before_it_is_asked_for(own_profile: Path) -> None:
    services = make_services()
    assert services.profile.config == own_profile
    services.close()
    services.close()
    assert not own_profile.exists()


def test_every_part_is_made_once_and_works(own_profile: Path, tmp_path: Path) -> None:
    services = make_services()
    try:
        services.store.save(project(), tmp_path / "a.insomnia")
        assert services.store.load(tmp_path / "a.insomnia") == project()
        services.library.keep_media(KnownMedia("print", 1, "/media/film.mp4", film().info))
        assert services.library.search("film")[0].fingerprint == "print"
        assert (own_profile / "library.sqlite").exists()
        assert services.cache.root == own_profile / "cache"
        assert services.ingest is services.ingest
        assert services.pool() is not services.pool()
    finally:
        services.close()
    again = make_services()
    assert again.library.search("film")[0].fingerprint == "print"
    again.close()


def test_the_environment_names_another_library(
    own_profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite")
    services = make_services()
    assert services.library.name == str(tmp_path / "other.sqlite")
    services.close()
    assert not (own_profile / "library.sqlite").exists()


def test_a_library_that_cannot_be_opened_is_told_at_each_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://host/films")
    services = make_services()
    for _ in range(2):
        with pytest.raises(UserError, match="mysql is not supported"):
            _ = services.library
    services.close()
