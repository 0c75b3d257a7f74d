"""How far work is: nothing for a moment, then a bar, then words with the time left and a way to stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from gis_app.language import Message
from gis_app.ui.background import Job
from gis_app.ui.look import Look
from gis_app.ui.parts import label, row, tool

BAR_MS, WORDS_S = 300, 1.0
LEAST_SHARE = 0.05
"""Before that much is done nobody can say how long the rest takes."""


class Pace:
    """Tells from what is done how long the rest takes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun_s: float | None = None
        self._of = 0

    def begin(self) -> None:
        """Begin another piece of work."""
        self._begun_s, self._of = self._clock(), 0

    def end(self) -> None:
        """Nothing is under way."""
        self._begun_s = None

    @property
    def under_way(self) -> bool:
        """Whether something is."""
        return self._begun_s is not None

    def left_s(self, done: object, of: object) -> float | None:
        """Give the seconds that the rest will take; None while nobody can say.

        A new ``of`` is another part of the work, and is timed by itself.
        """
        if not isinstance(done, int) or not isinstance(of, int) or of <= 0 or self._begun_s is None:
            return None
        if of != self._of:
            self._begun_s, self._of = self._clock(), of
        gone_s = self._clock() - self._begun_s
        if done < LEAST_SHARE * of or gone_s < WORDS_S:
            return None
        return gone_s / done * (of - done)


def left_text(look: Look, seconds: float | None) -> str:
    """Write the time left in words; empty while nobody can say."""
    if seconds is None:
        return ""
    if seconds < 60:
        return look.text("left_seconds", count=max(1, round(seconds)))
    return look.text("left_minutes", count=round(seconds / 60))


def show_on(bar: QProgressBar, message: Message) -> None:
    """Show on a bar how far a message says that the work is; one that says nothing moves to and fro."""
    done, of = message.values.get("done"), message.values.get("of")
    if isinstance(done, int) and isinstance(of, int) and of > 0:
        bar.setRange(0, of)
        bar.setValue(done)
    else:
        bar.setRange(0, 0)


class Progress(QFrame):
    """One job of a zone: follow it, and it is hidden again when the job has ended."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.job: Job | None = None
        self.pace = Pace()
        self.words, self.bar, self.cancels = label("second"), QProgressBar(), tool("bare")
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(120)
        self.cancels.clicked.connect(self.cancel)
        self.setLayout(row(self.words, self.bar, self.cancels, gap=8))
        self._begun_s = 0.0
        self._late = QTimer(self, singleShot=True, interval=BAR_MS)
        self._late.timeout.connect(self._appear)
        self._stop: Callable[[], object] = lambda: None
        self.hide()

    def follow(self, job: Job, stop: Callable[[], object]) -> None:
        """Show this job from now on; ``stop`` is what 取消 does."""
        self.job, self._stop = job, stop
        self._begun_s = time.monotonic()
        self.pace.begin()
        self.words.clear()
        self.bar.setRange(0, 0)
        self.cancels.setVisible(False)
        job.progressed.connect(lambda message: self._show(job, message))
        job.ended.connect(lambda: self._end(job))
        self._late.start()

    def _appear(self) -> None:
        self.setVisible(self.job is not None)

    def _show(self, job: Job, message: Message) -> None:
        if self.job is not job:
            return
        show_on(self.bar, message)
        if time.monotonic() - self._begun_s > WORDS_S:
            left = left_text(
                self.look, self.pace.left_s(message.values.get("done"), message.values.get("of"))
            )
            self.words.setText(" · ".join(text for text in (self.look.say(message), left) if text))
            self.cancels.setText(self.look.text("cancel"))
            self.cancels.setToolTip(self.look.text("tip_cancel"))
            self.cancels.setAccessibleName(self.look.text("cancel"))
            self.cancels.setVisible(True)

    def _end(self, job: Job) -> None:
        if self.job is job:
            self.job = None
            self._late.stop()
            self.hide()

    def cancel(self) -> None:
        """Drop the job."""
        job, self.job = self.job, None
        self._late.stop()
        self.hide()
        if job is not None:
            job.cancel()
            self._stop()
