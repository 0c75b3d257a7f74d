"""The far end of the rule process: keeps a project as the window has it, and judges it when asked."""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from gis_app.language import Refused
from gis_app.session.carrying import Assembly
from gis_app.session.judgement import judge
from gis_app.session.open_path import Opened
from gis_app.worker.priority import give_way

FINDINGS = 200
"""Findings in one message."""


class Dropped(Exception):
    """Nobody waits for what is being judged."""


def main() -> None:
    """Do what the near end asks until it closes standard input."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer
    give_way()
    desk = Desk(answers)
    threading.Thread(target=desk.listen, args=(sys.stdin.buffer,), daemon=True).start()
    while True:
        desk.perform(desk.asked.get())


class Desk:
    """What was asked, and the project at hand."""

    def __init__(self, answers: BinaryIO) -> None:
        self.asked: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._answers = answers
        self._assembly = Assembly()
        self._catalogue: Any = None
        self._dropped = 0

    def listen(self, stream: BinaryIO) -> None:
        """Take what the near end says; where it is gone, end at once."""
        try:
            while True:
                word, *values = pickle.load(stream)
                if word == "drop":
                    self._dropped = values[0]
                else:
                    self.asked.put((word, *values))
        except (EOFError, pickle.UnpicklingError):
            os._exit(0)

    def perform(self, asked: tuple[Any, ...]) -> None:
        """Do one thing."""
        word, *values = asked
        if word == "catalogue":
            self._catalogue = values[0]
        elif word == "part":
            self._assembly.take(values[0])
        elif word == "step":
            self._assembly.end_layer()
            self._assembly.project.apply(values[0])
        else:
            self._answer(*values)

    def _answer(self, number: int, seq: int, notes: Any) -> None:
        self._assembly.end_layer()
        opened = Opened(Path(), self._assembly.project, None, notes)
        try:
            if self._dropped >= number:
                return
            found = judge(opened, self._catalogue, seq, lambda *told: self._tell(number, told))
        except Dropped:
            return
        except Refused as refused:
            self._say("refused", number, refused.message)
        except Exception:  # the near end tells it; a child has nobody to talk to
            self._say("failed", number, traceback.format_exc())
        else:
            lists = [found.check["findings"], *(one["findings"] for one in found.review["proposals"])]
            for place, findings in enumerate(lists):
                for start in range(0, len(findings), FINDINGS):
                    self._say("findings", number, place, findings[start : start + FINDINGS])
            check = {**found.check, "findings": []}
            proposals = [{**one, "findings": []} for one in found.review["proposals"]]
            review = {**found.review, "proposals": proposals}
            self._say("judged", number, replace(found, check=check, review=review))

    def _tell(self, number: int, told: tuple[int, int, str]) -> None:
        if self._dropped >= number:
            raise Dropped
        self._say("told", number, told)

    def _say(self, *message: object) -> None:
        try:
            pickle.dump(message, self._answers, protocol=pickle.HIGHEST_PROTOCOL)
            self._answers.flush()
        except BrokenPipeError:
            os._exit(0)
