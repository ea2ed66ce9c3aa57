"""Films made once for all tests of this room."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.helpers.films import film
from tests.helpers.media import Film


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Film]]:
    """A function from the name of a recipe to the film; read it, never write to it."""
    folder = tmp_path_factory.mktemp("films")
    made: dict[str, Film] = {}

    def get(name: str) -> Film:
        if name not in made:
            made[name] = film(folder, name)
        return made[name]

    yield get
    made.clear()
