"""Options may stand anywhere, names that look like options come after two dashes."""

from __future__ import annotations

import pytest

from app.cli.parser import make_parser, parse
from app.core.render.preset import presets


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "timeline.split", "a=1", "b=2", "--project", "p", "--json"],
        ["run", "timeline.split", "--project", "p", "a=1", "--json", "b=2"],
        ["run", "--json", "--project=p", "timeline.split", "a=1", "b=2"],
        ["run", "timeline.split", "--json", "a=1", "--project", "p", "--", "b=2"],
    ],
)
def test_a_list_may_be_broken_by_options(arguments: list[str]) -> None:
    options = parse(make_parser(), arguments)
    assert (options.action, options.values, options.project, options.json) == (
        "timeline.split",
        ["a=1", "b=2"],
        "p",
        True,
    )


@pytest.mark.parametrize(
    ("arguments", "media"),
    [
        (["probe", "--", "-x.mp4", "--json"], ["-x.mp4", "--json"]),
        (["probe", "a", "--json", "b", "--", "-c"], ["a", "b", "-c"]),
        (["assemble", "--scenes", "--", "-o", "-a", "b"], ["-a", "b"]),
    ],
)
def test_after_two_dashes_everything_is_a_name(arguments: list[str], media: list[str]) -> None:
    assert parse(make_parser(), arguments).media == media


@pytest.mark.parametrize(
    "arguments",
    [
        ["probe", "a", "--js"],
        ["probe", "a", "--loud", "b"],
        ["scenes", "a", "b"],
        ["probe"],
        ["probe", "--"],
        ["cache", "burn"],
        ["export", "a", "b", "--progress", "loud"],
        ["doctor", "x"],
    ],
)
def test_what_is_unknown_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse(make_parser(), arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("usage: insomnia")


def test_the_help_of_export_names_every_preset_and_quality(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        make_parser().parse_args(["export", "--help"])
    said = capsys.readouterr().out
    for preset in presets():
        assert preset.name in said
        assert all(name in said for name, _ in preset.qualities)
