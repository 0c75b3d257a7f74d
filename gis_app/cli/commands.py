"""The commands: each calls the session once and hands the result to the printer."""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from gis_app.catalogue import Catalogue
from gis_app.cli import attaching, diff_text, editing, exporting, text
from gis_app.cli.naming import feature
from gis_app.cli.window import has_display, open_window
from gis_app.language import Message, Refused, say
from gis_app.model import Fact, Project
from gis_app.session import sample
from gis_app.session.convert import convert
from gis_app.session.describe import both, describe_intake, describe_project
from gis_app.session.door import project_file, verified
from gis_app.session.intake import take_in
from gis_app.session.new_project import new_project
from gis_app.session.office import load_catalogue
from gis_app.session.open_path import Opened, open_path
from gis_app.session.options import Options, parse_day, per_file
from gis_app.session.outcome import checked, exit_code, facts_of, reviewed
from gis_app.session.propose import propose_answers
from gis_app.session.schema import SCHEMA, validate
from gis_app.session.session import Session
from gis_app.session.settings import load as load_settings
from gis_app.session.styles import worn

BROKEN_OFF = 2


def run(arguments: argparse.Namespace) -> int:
    """Run a parsed command; whatever is refused is one sentence on stderr and exit code 2."""
    _plain_streams()
    settings, problem = load_settings()
    language = getattr(arguments, "language", None) or settings.language
    tell = _progress(language)
    if problem is not None:
        tell(problem)
    try:
        return COMMANDS[arguments.command](arguments, language)
    except Refused as refused:
        tell(refused.message)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the result has gone, and wants no sentence about it
    except OSError as error:
        values = {"path": str(error.filename or ""), "cause": error.strerror or str(error)}
        tell(Message("cli.system", values))
    except Exception as error:  # a fault of the program must not end in the code that means "something fails"
        traceback.print_exc()
        tell(Message("cli.broke_off", {"cause": f"{type(error).__name__}: {error}"}))
    return BROKEN_OFF


def _plain_streams() -> None:
    """Chinese on a console of any code page: what it cannot show is replaced, and the command goes on."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            encoding = "utf-8" if not stream.isatty() else stream.encoding
            reconfigure(encoding=encoding, errors="replace", newline="\n")


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        crs=arguments.crs,
        source_crs=per_file("--source-crs", arguments.source_crs),
        encoding=per_file("--encoding", arguments.encoding),
        feature_type=per_file("--as", arguments.as_),
        scheme=per_file("--scheme", arguments.scheme),
        as_of=None if arguments.as_of is None else parse_day("--as-of", arguments.as_of),
        workers=load_settings()[0].workers if arguments.workers is None else arguments.workers,
    )


def _catalogue() -> Catalogue:
    return load_catalogue(load_settings()[0])


def _progress(language: str) -> Callable[[Message], None]:
    def tell(message: Message) -> None:
        print(text.inert(say(message, language)), file=sys.stderr, flush=True)

    return tell


def _judging_progress(language: str) -> Callable[[int, int, str], None]:
    def tell(done: int, of: int, rule: str) -> None:
        if sys.stderr.isatty():
            line = say(Message("cli.judging", {"done": done, "of": of, "rule": rule}), language)
            print(f"\r{line}", end="\n" if done == of else "", file=sys.stderr, flush=True)

    return tell


def _print(result: Mapping[str, Any], arguments: argparse.Namespace, language: str, lines: list[str]) -> None:
    if arguments.format == "json":
        validate(result)
        json.dump(result, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        print()
    else:
        print("\n".join(lines))
    for refused in result.get("refused", ()):
        print(text.inert(refused[language]), file=sys.stderr)


def _info(arguments: argparse.Namespace, language: str) -> int:
    path, catalogue = Path(arguments.path), _catalogue()
    from gis_app.project_file import is_project_file

    if path.is_file() and is_project_file(path):
        result = describe_project(
            open_path(path, _options(arguments), catalogue, _progress(language)).project
        )
    else:
        intake = take_in([path], _options(arguments), catalogue, _progress(language))
        if arguments.plan:
            sys.stdout.write(tomli_w.dumps(propose_answers(intake)))
            return BROKEN_OFF if intake.refused else 0
        result = describe_intake(intake)
    _print(result, arguments, language, text.info(result, language, catalogue))
    return BROKEN_OFF if result["refused"] else 0


def _check(arguments: argparse.Namespace, language: str) -> int:
    catalogue = _catalogue()
    opened = open_path(Path(arguments.path), _options(arguments), catalogue, _progress(language))
    result = checked(opened, catalogue, _judging_progress(language))
    _print(result, arguments, language, text.check(result, language, catalogue))
    return exit_code(result)


def _review(arguments: argparse.Namespace, language: str) -> int:
    catalogue = _catalogue()
    opened = open_path(Path(arguments.path), _options(arguments), catalogue, _progress(language))
    known = opened.project.proposals
    if not known:
        raise Refused(Message("cli.no_proposals", {"path": arguments.path}))
    wanted = arguments.proposal
    if wanted is not None and all(wanted not in (p.id, p.name) for p in known.values()):
        names = [f"{proposal.id} {proposal.name}" for proposal in known.values()]
        raise Refused(Message("cli.no_proposal", {"wanted": wanted, "known": names}))
    result = reviewed(opened, catalogue, wanted, _judging_progress(language))
    _print(result, arguments, language, text.review(result, language, catalogue))
    return exit_code(result)


def _new(arguments: argparse.Namespace, language: str) -> int:
    paths = [Path(name) for name in arguments.inputs]
    intake = take_in(paths, _options(arguments), _catalogue(), _progress(language))
    made = new_project(Path(arguments.project), intake, _options(arguments), _catalogue(), editing.actor())
    for each in made.left:
        _progress(language)(each)
    values = {"path": str(made.path), "layers": made.layers, "features": made.features}
    print(text.inert(say(Message("cli.made", values), language)))
    return 0


def _convert(arguments: argparse.Namespace, language: str) -> int:
    done = convert(
        Path(arguments.input),
        Path(arguments.output),
        _options(arguments),
        _catalogue(),
        encoding=arguments.output_encoding,
        repair_shapes=arguments.repair,
        overwrite=arguments.overwrite,
        before_writing=_progress(language),
    )
    values = {"files": [path.name for path in done.files], "count": done.count}
    print(text.inert(say(Message("cli.written", values), language)))
    return 0


def _facts(arguments: argparse.Namespace, language: str) -> int:
    catalogue = _catalogue()
    writing, tell = bool(arguments.set), _progress(language)
    with project_file(Path(arguments.path), catalogue, writing=writing, tell=tell) as stored:
        session = Session(stored, catalogue, editing.actor())
        understood = [
            _fact(given, session, arguments) for given in arguments.set
        ]  # all of them, or none enters
        for fact in understood:
            session.enter(fact)
        facts = facts_of(session.project, catalogue)
    if arguments.format == "json":
        json.dump(facts, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        print()
    else:
        print("\n".join(text.facts(facts, language)))
    return 0


def _fact(given: str, session: Session, arguments: argparse.Namespace) -> Fact:
    key, equals, value = given.partition("=")
    if not equals:
        raise Refused(Message("cli.fact_form", {"given": given}))
    document = (arguments.document, arguments.date, arguments.attachment)
    return session.fact_from(key, value, arguments.proposal, *document)


def _log(arguments: argparse.Namespace, language: str) -> int:
    with project_file(Path(arguments.path), _catalogue(), tell=_progress(language)) as stored:
        entries: list[dict[str, Any]] = [
            {
                "seq": e.seq,
                "op_id": e.op_id,
                "kind": e.kind,
                "time": e.wall_time,
                "actor": e.actor,
                "text": both(e.text),
                "undoes": e.undoes,
                "hash": e.hash,
            }
            for e in stored.journal()
        ]  # fmt: skip
    if arguments.format == "json":
        json.dump(entries, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        print("\n".join(text.steps(entries, language)))
    return 0


def _verify(arguments: argparse.Namespace, language: str) -> int:
    problems, steps = verified(Path(arguments.path), _catalogue(), _progress(language))
    for problem in problems:
        _progress(language)(problem)
    if problems:
        return 1
    print(say(Message("cli.verified", {"steps": steps}), language))
    return 0


def _schema(arguments: argparse.Namespace, language: str) -> int:
    json.dump(SCHEMA, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


def _print_sheet(arguments: argparse.Namespace, language: str) -> int:
    catalogue = _catalogue()
    opened = open_path(Path(arguments.path), _options(arguments), catalogue, _progress(language))
    from gis_app.sheets import FEATURE_SHEETS, SHEETS  # Qt is imported only where a sheet is drawn

    known = sorted([*SHEETS, *FEATURE_SHEETS])
    if arguments.sheet not in known:
        raise Refused(Message("cli.no_sheet", {"wanted": arguments.sheet, "known": known}))
    if arguments.sheet in FEATURE_SHEETS:
        return _print_feature(arguments, language, opened, catalogue)
    wanted = _proposal(opened.project, arguments.proposal)
    review = reviewed(opened, catalogue, wanted, _judging_progress(language))
    catalogue = _dressed(opened, catalogue, language)
    fields = {"compiled_by": arguments.compiled_by} if arguments.compiled_by else {}
    out = Path(arguments.output)
    for path in SHEETS[arguments.sheet](opened.project, catalogue, wanted, review, out, language, fields):
        print(text.inert(say(Message("cli.file_written", {"path": str(path)}), language)))
    return BROKEN_OFF if review["refused"] else 0


def _print_feature(arguments: argparse.Namespace, language: str, opened: Opened, catalogue: Catalogue) -> int:
    """Print a sheet of one feature, with the findings of the park and, where one is named, of a proposal."""
    from gis_app.sheets import FEATURE_SHEETS

    named = feature(opened.project, arguments.feature or "")
    result = checked(opened, catalogue, _judging_progress(language))
    findings = list(result["findings"])
    if arguments.proposal:
        wanted = _proposal(opened.project, arguments.proposal)
        findings = [*reviewed(opened, catalogue, wanted)["proposals"][0]["findings"], *findings]
    catalogue = _dressed(opened, catalogue, language)
    out, park = Path(arguments.output), Path(arguments.path)
    made = FEATURE_SHEETS[arguments.sheet](opened.project, catalogue, named, findings, out, language, park)
    for path in made:
        print(text.inert(say(Message("cli.file_written", {"path": str(path)}), language)))
    return BROKEN_OFF if result["refused"] else 0


def _dressed(opened: Opened, catalogue: Catalogue, language: str) -> Catalogue:
    """The catalogue with the styles of the project; what cannot be used of them is said."""
    catalogue, told = worn(catalogue, opened)
    for message in told:
        _progress(language)(message)
    return catalogue


def _proposal(project: Project, wanted: str | None) -> str:
    """The id of the proposal named, or of the only one.

    Raises
    ------
    Refused
        There is none of that name, or there are several and none was named.
    """
    known = project.proposals
    found = [p.id for p in known.values() if wanted in (p.id, p.name) or (wanted is None and len(known) == 1)]
    if len(found) != 1:
        names = [f"{p.id} {p.name}" for p in known.values()]
        raise Refused(Message("cli.which_proposal", {"wanted": wanted or "", "known": names}))
    return found[0]


def _run_sample(arguments: argparse.Namespace, language: str) -> int:
    if arguments.window and has_display():
        return open_window(str(sample.folder() / sample.PERIODS[-1]))
    if arguments.window:
        print(say(Message("cli.no_display_sample"), language))
    catalogue = _catalogue()
    results = sample.judge(catalogue, _progress(language))
    for period, result in results.items():
        print("\n".join([period, *text.review(result.review, language, catalogue), ""]))
    from gis_app.cli.pictures import write_out  # Qt is imported only where a picture is drawn

    for path in write_out(Path(arguments.out), results, catalogue, language):
        print(say(Message("cli.file_written", {"path": str(path)}), language))
    return 0


def _edit(arguments: argparse.Namespace, language: str) -> int:
    return editing.edit(arguments, language, _catalogue())


def _export(arguments: argparse.Namespace, language: str) -> int:
    return exporting.export(arguments, language, _catalogue(), _progress(language))


def _attach(arguments: argparse.Namespace, language: str) -> int:
    return attaching.attach(arguments, language, _catalogue(), _progress(language))


def _bundle(arguments: argparse.Namespace, language: str) -> int:
    return exporting.bundle(arguments, language, _catalogue(), _progress(language))


def _diff(arguments: argparse.Namespace, language: str) -> int:
    result = editing.diff(arguments, _options(arguments), _catalogue(), _progress(language))
    _print(result, arguments, language, diff_text.lines(result, language))
    return BROKEN_OFF if result["refused"] else 0


COMMANDS: Mapping[str, Callable[[argparse.Namespace, str], int]] = {
    "new": _new,
    "info": _info,
    "check": _check,
    "review": _review,
    "print": _print_sheet,
    "convert": _convert,
    "facts": _facts,
    "edit": _edit,
    "diff": _diff,
    "log": _log,
    "verify": _verify,
    "export": _export,
    "attach": _attach,
    "bundle": _bundle,
    "schema": _schema,
    "run-sample": _run_sample,
}
