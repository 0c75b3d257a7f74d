"""What README names is there: paths, commands with their options, make targets, keys of park.toml."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from pathlib import Path

import jsonschema
import pytest

from gis_app.catalogue import load, program_place
from gis_app.catalogue.scheme import SCHEMES
from gis_app.cli.grammar import parser
from gis_app.session.answers import SCHEMA

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?:^    .+\n)+", README, re.M)
QUOTED = re.findall(r"`([^`\n]+)`", README)
MADE = ("out/", ".venv")  # by make, and not in a fresh clone


def commands() -> list[list[str]]:
    """Every line that calls the program, in the text or in a block, without its comment."""
    lines = [line.strip() for block in BLOCKS for line in block.splitlines()] + QUOTED
    calls = [line.split("#")[0].split(">")[0] for line in lines if line.startswith("parkplan ")]
    return [shlex.split(call)[1:] for call in calls]


def places() -> set[str]:
    """What looks like a path of the repository."""
    quoted = {word for word in QUOTED if re.fullmatch(r"[\w./-]+", word)}
    heads = {path.name for path in ROOT.iterdir()} | {"gis_app"}
    found = {word for word in quoted if "/" in word and word.split("/")[0] in heads}
    found |= {word for word in quoted if word in heads or re.fullmatch(r"[\w-]+\.(?:md|lock|toml)", word)}
    linked = set(re.findall(r"\]\(([^)#:]+)\)", README))
    typed = {word for call in commands() for word in call if word.startswith("sample_shapefiles/")}
    named = (found | linked | typed) - {"park.toml", "facts.toml"}
    return {path for path in named if not path.startswith(MADE)}


def tree() -> list[str]:
    """The paths in the tree of the repository."""
    (block,) = [block for block in BLOCKS if block.startswith("    gis_app/\n")]
    found, parent = [], ""
    for line in block.splitlines():
        names = re.findall(r"(?<=\s)([\w]+/)(?=\s|$)", f" {line}")
        if line.startswith("      "):
            found.append(parent + names[0])
        else:
            parent = names[0]
            found += names
    return found


def test_there_is_something_to_hold() -> None:
    assert len(commands()) >= 12 and len(places()) >= 15 and len(tree()) >= 18


@pytest.mark.parametrize("path", sorted(places() - {"docs/picture.png"}))
def test_every_path_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_picture_is_there() -> None:
    assert (ROOT / "docs" / "picture.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("path", tree())
def test_every_folder_of_the_tree_is_there(path: str) -> None:
    assert (ROOT / path).is_dir()


@pytest.mark.parametrize("call", [each for each in commands() if each != ["--version"]], ids=" ".join)
def test_every_command_is_in_the_grammar(call: list[str]) -> None:
    if call == ["[PATH]"]:  # no command at all: the window
        return
    typed = [word.strip("[]") for word in call]
    assert parser().parse_args(typed).command == typed[0]


def test_every_command_of_the_grammar_is_told() -> None:
    (choices,) = [a.choices for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    assert set(choices) == {call[0] for call in commands()} - {"--version", "[PATH]"}


def test_every_option_is_one_of_the_grammar() -> None:
    (choices,) = [a.choices for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    known = {
        option
        for command in choices.values()
        for action in command._actions
        for option in action.option_strings
    }
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) - {"--version"}
    assert told and told <= known


def test_every_make_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    lines = [line.strip() for block in BLOCKS for line in block.splitlines()] + QUOTED
    named = {line.split()[1] for line in lines if re.match(r"make [a-z]", line)}
    assert {"run", "test", "check", "bench"} <= named <= targets


def test_park_toml_as_told_fits_its_schema_and_tells_every_key() -> None:
    (block,) = re.findall(r"```toml\n(.+?)```", README, re.S)
    told = tomllib.loads(block.replace('"…"', f'"{"0" * 64}"'))
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    keys = SCHEMA["properties"]
    assert set(told) == set(keys)
    assert set(told["park"]) == set(keys["park"]["properties"]) - {"proposed"}
    for name in ("proposal", "file"):
        assert set(told[name][0]) == set(keys[name]["items"]["properties"]) - {"proposed"}, name
    facts = keys["facts"]["additionalProperties"]["properties"]
    assert set(told["facts"]["approved_area_ha"]) == set(facts) - {"proposed"}


def test_facts_and_schemes_are_those_of_the_catalogue() -> None:
    catalogue = load([program_place()])
    assert all(f"`{scheme}`" in README for scheme in SCHEMES)
    (figures,) = re.findall(r"the figures of the notice: ([\w ]+)\n", README)
    assert figures.split() == [fact.id for fact in catalogue.facts.values() if fact.scope == "proposal"]
