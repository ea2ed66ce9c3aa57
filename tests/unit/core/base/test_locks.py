"""A lock lets one in at a time, and a holder that is killed lets go."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.core.base.errors import UserError
from app.core.base.locks import held_alone

ROOT = Path(__file__).parents[4]

HOLDER = """
import sys, time
from pathlib import Path
from app.core.base.locks import held_alone
with held_alone(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    time.sleep(60)
"""


def give_up() -> None:
    raise TimeoutError


def test_one_at_a_time(tmp_path: Path) -> None:
    place = tmp_path / "new" / "lock"
    with held_alone(place, give_up):
        with pytest.raises(TimeoutError), held_alone(place, give_up):
            raise AssertionError("two at once")
        with held_alone(tmp_path / "other", give_up):
            pass
    with held_alone(place, give_up):
        pass


def test_a_program_that_is_killed_lets_go(tmp_path: Path) -> None:
    place = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(place)], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(TimeoutError), held_alone(place, give_up):
        raise AssertionError("two at once")
    holder.kill()
    holder.communicate()
    with held_alone(place, give_up):
        pass


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="lock"), held_alone(tmp_path / "file" / "lock", give_up):
        pass
