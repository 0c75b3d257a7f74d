"""The grammar of the command line."""

from __future__ import annotations

import argparse

import gis_app
from gis_app.edits.attach import KINDS


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    root = argparse.ArgumentParser(prog="parkplan", description="Spatial planning of industrial parks")
    root.add_argument("--version", action="version", version=f"parkplan {gis_app.__version__}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _new(commands.add_parser("new", help="import files into a new project file"))
    _info(commands.add_parser("info", help="what files or a project hold"))
    _judging(commands.add_parser("check", help="judge by every rule that is not about a proposal"))
    review = commands.add_parser("review", help="judge the proposals")
    _judging(review)
    review.add_argument(
        "proposal", nargs="?", metavar="PROPOSAL", help="id or name; all of them when left out"
    )
    _print(commands.add_parser("print", help="print a sheet of a proposal or of one feature"))
    _convert(commands.add_parser("convert", help="write a file in another format"))
    _facts(commands.add_parser("facts", help="list or enter the facts of a project"))
    _edit(commands.add_parser("edit", help="perform the edits of a script"))
    _diff(commands.add_parser("diff", help="what differs between two states"))
    _export(commands.add_parser("export", help="write a layer of a project for others"))
    _attach(commands.add_parser("attach", help="attach a file to a record; list what is attached"))
    _bundle(commands.add_parser("bundle", help="one zip of a project and its attachments"))
    for name, text in (
        ("log", "the steps of a project"),
        ("verify", "hold a project file against its journal"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("path", metavar="PROJECT")
        _common(command)
    commands.add_parser("schema", help="print the JSON schema of all results")
    sample = commands.add_parser(
        "run-sample", help="judge the sample park and write report, findings and map picture"
    )
    sample.add_argument("--out", default="out", metavar="FOLDER")
    sample.add_argument("--language", choices=("zh", "en"))
    sample.add_argument(
        "--window", action="store_true", help="open the window instead, where there is a display"
    )
    return root


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.add_argument(
        "--language", choices=("zh", "en"), help="of the text; the settings' own when left out"
    )


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise ValueError(text)
    return count


def _reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("--crs", metavar="EPSG", help="the project's reference system")
    command.add_argument(
        "--source-crs", action="append", default=[], metavar="[FILE=]EPSG", help="what a file is in"
    )
    command.add_argument(
        "--encoding", action="append", default=[], metavar="[FILE=]E", help="of the attribute text"
    )
    command.add_argument("--as", dest="as_", action="append", default=[], metavar="FILE=FEATURE_TYPE")
    command.add_argument(
        "--scheme", action="append", default=[], metavar="[FILE=]S", help="code list of the codes"
    )
    command.add_argument("--as-of", metavar="DATE", help="the day to judge for, YYYY-MM-DD")
    command.add_argument("--workers", type=_count, metavar="N", help="0 reads in this process")
    _common(command)


def _new(command: argparse.ArgumentParser) -> None:
    command.add_argument("project", metavar="PROJECT.gpkg")
    command.add_argument("inputs", nargs="+", metavar="INPUT")
    _reading(command)


def _info(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", metavar="PATH")
    command.add_argument("--plan", action="store_true", help="write a proposal of park.toml to stdout")
    _reading(command)


def _judging(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", metavar="PATH")
    _reading(command)


def _print(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", metavar="PATH")
    command.add_argument("sheet", metavar="SHEET", help="control_lines; dossier, the card of a feature")
    command.add_argument(
        "--proposal", metavar="ID", help="id or name; may be left out where there is one only"
    )
    command.add_argument(
        "--feature", metavar="LAYER/NUMBER", help="whose card: a feature by its number, name or fid"
    )
    command.add_argument("-o", "--output", required=True, metavar="FILE", help=".pdf or .png")
    command.add_argument("--compiled-by", default="", metavar="UNIT", help="the compiling unit on the sheet")
    _reading(command)


def _convert(command: argparse.ArgumentParser) -> None:
    command.add_argument("input", metavar="IN")
    command.add_argument("output", metavar="OUT")
    command.add_argument("--output-encoding", metavar="E", help="of a shapefile's text: UTF-8 or GB18030")
    command.add_argument(
        "--repair", action="store_true", help="make invalid polygons valid and say what that changes"
    )
    command.add_argument(
        "--overwrite", action="store_true", help="replace OUT; the old set is kept as a backup"
    )
    _reading(command)


def _facts(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", metavar="PROJECT")
    command.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    command.add_argument("--proposal", metavar="ID", default="", help="whose fact; the park's when left out")
    command.add_argument("--document", metavar="NUMBER", default="")
    command.add_argument("--date", metavar="DATE", default="", help="of the document")
    command.add_argument("--attachment", metavar="FILE", default="")
    _common(command)


def _edit(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", metavar="PROJECT")
    command.add_argument("--script", required=True, metavar="FILE", help="edits as JSON, one a line")
    command.add_argument("--ack-file", metavar="FILE", help="gets the op_id of every durable edit")
    command.add_argument("--strict", action="store_true", help="stop at the first edit that cannot be")
    command.add_argument("--language", choices=("zh", "en"))


def _diff(command: argparse.ArgumentParser) -> None:
    command.add_argument("before", metavar="A", help="a project, a file or a folder")
    command.add_argument("after", metavar="B")
    _reading(command)


def _export(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", metavar="PROJECT")
    command.add_argument("layer", metavar="LAYER", help="id of the layer")
    command.add_argument("-o", "--output", required=True, metavar="OUT")
    command.add_argument("--output-encoding", metavar="E", help="of a shapefile's text: UTF-8 or GB18030")
    command.add_argument("--overwrite", action="store_true", help="replace OUT; the old set is kept")
    command.add_argument(
        "--overwrite-changed", action="store_true", help="replace OUT though another program changed it"
    )
    command.add_argument("--workers", type=_count, metavar="N", help="0 writes in this process")
    command.add_argument("--language", choices=("zh", "en"))


def _attach(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", metavar="PROJECT")
    command.add_argument("file", nargs="?", metavar="FILE", help="without it what is attached is listed")
    command.add_argument("--to", metavar="LAYER/NUMBER", help="whose: a feature by its number, name or fid")
    command.add_argument("--fact", metavar="KEY", help="whose: a fact of the park")
    command.add_argument("--title", default="")
    command.add_argument("--kind", choices=KINDS, default="other")
    command.add_argument("--document", metavar="NUMBER", default="")
    command.add_argument("--date", metavar="DATE", default="")
    command.add_argument("--language", choices=("zh", "en"))


def _bundle(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", metavar="PROJECT")
    command.add_argument("-o", "--output", required=True, metavar="FILE.zip")
    command.add_argument("--overwrite", action="store_true", help="replace FILE.zip")
    command.add_argument("--language", choices=("zh", "en"))
