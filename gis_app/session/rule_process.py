"""The near end of the rule process: one for the open project, started when something is judged first."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from gis_app.catalogue import Catalogue
from gis_app.language import Message, Refused
from gis_app.model import Changeset, Project
from gis_app.session.carrying import Reading, carried, is_small, pieces
from gis_app.session.inventory import delivered
from gis_app.session.judgement import Judgement, Progress
from gis_app.session.open_path import Opened

MOST_STARTS = 2
"""A judgement that ends so many processes is given up."""
_ROOT = str(Path(__file__).resolve().parents[2])
_START = "import sys; sys.path.append(sys.argv[1]); from gis_app.session.rule_child import main; main()"
_log = logging.getLogger(__name__)


class Ended(Exception):
    """The window that asked is closing."""


@dataclass(frozen=True)
class Order:
    """A judgement that is wanted: the project as it was then, after so many steps, at that sequence.

    ``of`` is the project that goes on.
    """

    opened: Opened
    catalogue: Catalogue
    seq: int
    of: Project
    steps: int


class RuleProcess:
    """A process that has what rules read of the open project, kept as it is by the same changesets.

    ``applied`` and ``order`` belong to the thread that changes the project, and wait for nothing; ``judge``
    belongs to another.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[int, Changeset]] = []
        self._noting = threading.Lock()
        self._count = self._there = self._number = 0
        self._is_wanted = False
        self._lock = threading.Lock()
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._of: Project | None = None
        self._catalogue: Catalogue | None = None

    def applied(self, step: Changeset) -> None:
        """Take a step that the project has taken."""
        self._count += 1
        if self._is_wanted:
            with self._noting:
                self._steps.append((self._count, step))

    def order(self, opened: Opened, catalogue: Catalogue, seq: int) -> Order:
        """Note what is to be judged, as it is now."""
        self._is_wanted = True
        project = opened.project
        return Order(replace(opened, project=project.still()), catalogue, seq, project, self._count)

    def judge(self, order: Order, progress: Progress) -> Judgement:
        """Have an order judged; a process that dies is started again.

        Raises
        ------
        Refused
            The office's rules cannot be used, or the process ends whenever it judges this.
        Ended
            It was closed meanwhile.
        RuntimeError
            Judging broke off; says where.
        """
        with self._lock:
            for start in range(1, MOST_STARTS + 1):
                if self._closed:
                    raise Ended
                try:
                    return self._judge(order, progress)
                except (EOFError, OSError, pickle.UnpicklingError):
                    why = self._end()
                    if not self._closed:
                        then = "is started again" if start < MOST_STARTS else "is given up"
                        _log.error("the rule process ended and %s: %s", then, why)
            if self._closed:
                raise Ended
            raise Refused(Message("session.rule_process_ends"))

    def close(self) -> None:
        """End the process; who waits for it is told."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """The system's number of the process; None while there is none."""
        return None if self._process is None else self._process.pid

    def _judge(self, order: Order, progress: Progress) -> Judgement:
        self._bring_up_to(order)
        self._number += 1
        number = self._number
        self._say("judge", number, order.seq, order.opened.notes)
        findings: dict[int, list[Any]] = {}
        try:
            while True:
                word, of, *values = self._hear()
                if of != number:  # of an order that was dropped
                    continue
                if word == "told":
                    progress(*values[0])
                elif word == "findings":
                    findings.setdefault(values[0], []).extend(values[1])
                elif word == "judged":
                    return _whole(values[0], findings, delivered(order.opened))
                elif word == "refused":
                    raise Refused(values[0])
                else:
                    raise RuntimeError(values[0])
        except BaseException:
            self._drop(number)
            raise

    def _bring_up_to(self, order: Order) -> None:
        """Let the process have the project of the order: whole, or by the steps since."""
        with self._noting:
            steps = [step for count, step in self._steps if self._there < count <= order.steps]
            self._steps = [item for item in self._steps if item[0] > order.steps]
        known = self._process is not None and self._of is order.of and self._catalogue is order.catalogue
        if self._process is None:
            self._start()
        if not known or not all(is_small(step) for step in steps):
            self._carry(order)
        else:
            self._of = None  # until all of them are there
            reading = Reading(order.catalogue)
            for step in steps:
                self._say("step", carried(step, order.opened.project, reading))
        self._of, self._catalogue, self._there = order.of, order.catalogue, order.steps

    def _carry(self, order: Order) -> None:
        self._of = None  # until all of it is there
        self._say("catalogue", order.catalogue)
        for part in pieces(order.opened.project, Reading(order.catalogue)):
            self._say("part", part)

    def _start(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
        # -P: the working folder may not offer modules of its own
        command = [sys.executable, "-P", "-c", _START, _ROOT]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=self._errors, env=environment
        )

    def _end(self) -> str:
        """End the process, and give what is known of its end."""
        process, errors, self._process, self._errors, self._of = self._process, self._errors, None, None, None
        if process is None or errors is None:
            return ""
        process.kill()  # nothing happens to one that has ended
        code = process.wait()
        for stream in (process.stdin, process.stdout):
            try:
                if stream is not None:
                    stream.close()
            except BrokenPipeError:
                continue  # what was not heard is lost with it
        errors.seek(0)
        said = errors.read()[-2000:].decode("utf-8", "replace")
        errors.close()
        return f"{code} {said}"

    def _say(self, *message: object) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))
        self._process.stdin.flush()

    def _hear(self) -> Any:
        assert self._process is not None and self._process.stdout is not None
        return pickle.load(self._process.stdout)

    def _drop(self, number: int) -> None:
        try:
            self._say("drop", number)
        except (OSError, ValueError):
            return  # it has ended; whoever asks next starts another


def _whole(found: Judgement, findings: dict[int, list[Any]], told: dict[str, Any]) -> Judgement:
    """Put findings back, and what only this end knows of the delivery."""
    check = {**found.check, **told, "findings": findings.get(0, [])}
    proposals = [
        {**one, "findings": findings.get(place, [])}
        for place, one in enumerate(found.review["proposals"], start=1)
    ]
    return replace(found, check=check, review={**found.review, **told, "proposals": proposals})
