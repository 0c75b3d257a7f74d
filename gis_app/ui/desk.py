"""What the window works on: the open park, what is chosen, and the work under way; panels listen."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gis_app.language import Message, Refused
from gis_app.ui.background import Job, Workers
from gis_app.ui.grid_form import ASKED
from gis_app.ui.look import Look
from gis_app.ui.reporter import Reporter

if TYPE_CHECKING:  # geometry and tables are imported after the window is on the screen
    from gis_app.model import Changeset
    from gis_app.session.rule_process import Order, RuleProcess
    from gis_app.session.settings import Settings
    from gis_app.ui.park import Park

Finding = Mapping[str, Any]
ATTACHMENT_NOTES = "project_file.attachment_"
STEP_MS = 400
"""After a step so long without another one the park is judged anew."""
REST_MS = 400
"""Lists and panels wait for the first picture of the map, but no longer."""
UNSEEN_MS = 4_000
"""A park without a picture, behind another window or too large to be drawn at once, is judged after that."""


class Desk(QObject):
    """Holds the state of the window; every change of it is a signal."""

    imported = Signal()
    """What shows a park is imported; the park itself comes later."""
    arriving = Signal()
    """A park is about to be drawn: map and layers must be there."""
    arrived = Signal()
    """A park is there and is drawn; lists and panels follow."""
    coming = Signal()
    """A park is about to be shown in full: whoever shows it must be there."""
    opened = Signal()
    """A park is shown; as a rule it is judged later."""
    judged = Signal()
    """The open park was judged, is being judged anew, or will not be judged any more."""
    redrawn = Signal()
    proposal_chosen = Signal(str)
    finding_chosen = Signal(object)
    features_chosen = Signal(object)
    layer_chosen = Signal(str)
    noticed = Signal(str, object)
    stepped = Signal(object)
    """A changeset of the open project was stored and applied."""
    busy = Signal(object)
    grid_wanted = Signal(object, object)
    """A path was not opened for want of a reference system, and why: whoever is asked may name one."""

    layer: str

    def __init__(self, look: Look, reporter: Reporter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look, self.reporter = look, reporter
        self.workers = Workers(self)
        self.park: Park | None = None
        self.job: Job | None = None
        self.proposal = ""
        self.finding: Finding | None = None
        self.features: list[tuple[str, int]] = []
        self.layer = ""
        self.writing: Message | None = None
        """What is being written now, and would not be there if the window closed; None for nothing."""
        self._judging: Job | None = None
        self.judges_here = False
        """Whether rules are judged in this process, where the settings ask for no others."""
        self._rules: RuleProcess | None = None
        self._waited_for: Job | None = None
        self.steps = 0
        """How many steps were performed; what was judged before the last one is dropped."""
        self._judged_at = 0
        self.checked_at = ""
        """When the open park was judged last, hh:mm; empty while it was not."""
        self._stale = QTimer(self, singleShot=True, interval=STEP_MS)
        self._stale.timeout.connect(self._judge_anew)
        self._grids: dict[Path, str] = {}
        self.map_first = False
        """Whether the park that is opened next is drawn before anything else of it is shown."""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._show_rest)
        self._unseen = QTimer(self, singleShot=True, interval=UNSEEN_MS)
        self._unseen.timeout.connect(self._complete)

    def open(self, path: Path, grid: str = "") -> None:
        """Open beside the main thread; what is shown stays until the new park is ready.

        It is judged when its first picture is there.

        Parameters
        ----------
        grid
            Reference system of the project, metres, by EPSG code, where the files do not tell it; it is kept
            for the path until the window closes.
        """
        if grid:
            self._grids[path] = grid
        else:
            grid = self._grids.get(path, "")
        if self.park is not None and self.park.stored is not None and self.park.path == path:
            self.rejudge()
            return

        def work(job: Job) -> Park:
            from gis_app.session.ahead import start_readers

            start_readers(path)  # while this process imports what shows it
            from gis_app.ui.layer_groups import SHOWN
            from gis_app.ui.park import open_park, options_for

            importlib.import_module("gis_app.ui.canvas")  # here, so that the main thread need not
            self.imported.emit()
            options = options_for(grid)
            return open_park(path, self.look.language, job.tell, options, kinds=SHOWN, beat=job.check)

        self._start(work, self._take, partial(self._not_opened, path))

    def reopen(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Let go of the open project file, do something, and open it again as it is then."""
        park = self.park
        if park is None:
            return

        def work(job: Job) -> Park:
            from gis_app.ui.park import open_park

            try:
                park.close()
            except Refused as refused:  # it is closed all the same, and what was not put back stays here
                if refused.message.id != "project_file.publish_conflict":
                    raise
            meanwhile()
            return open_park(park.path, self.look.language, job.tell, beat=job.check)

        def failed(error: BaseException) -> None:
            self.fail(error)
            if self.park is not None:  # nothing can be changed any more in what is still shown
                self.park = replace(self.park, stored=None, session=None, writer=None)
                self.opened.emit()

        self._start(work, self._take, failed)

    def rejudge(self) -> None:
        """Judge the open park anew: a project with what was entered, a folder with what lies in it now."""
        park = self.park
        if park is None:
            return
        if park.session is None:
            self.open(park.path)
            return
        self.park = replace(park, judgement=None, stopped=False)
        self.judged.emit()
        self.judge()

    def seen(self, _seconds: float = 0.0) -> None:
        """The first picture of the park is there: complete what is not shown yet, and judge."""
        if self._rest.isActive():
            self._show_rest()
        if self._unseen.isActive():
            self._unseen.stop()
            self._complete()

    def _complete(self) -> None:
        self.redraw()
        self.judge()

    def judge(self) -> None:
        """Judge the open park beside the main thread, after what is read or written now."""
        park, steps = self.park, self.steps
        if park is None or park.standing != "pending":
            return
        if self.job is not None and self.job is not self._judging:
            if self._waited_for is not self.job:
                self._waited_for = self.job
                self.job.ended.connect(self.judge)
            return

        rules = self._order(park)
        still = park.project.still() if rules is None else rules[1].opened.project
        asked = replace(park, opened=replace(park.opened, project=still))

        def work(job: Job) -> Park:
            from gis_app.ui.park import judged
            from gis_app.worker.memory import give_back

            found = judged(asked, job.tell, rules)
            give_back()  # what reading and sending took
            return found

        def take(found: Park) -> None:
            if steps == self.steps and found.judgement is not None and found.judgement.seq == park.seq:
                self._judged_at = steps
                self._take_judgement(replace(found, opened=park.opened))

        self._start(work, take)
        job = self._judging = self.job
        assert job is not None

        def ended() -> None:
            if self._judging is not job:  # it is being judged anew
                return
            self._judging = None
            if self.steps != steps and not job.cancelled:
                self.judge()
            else:
                self._leave_unjudged(park)

        job.ended.connect(ended)

    def _order(self, park: Park) -> tuple[RuleProcess, Order] | None:
        """Note what the rule process shall judge, which is started with the first order."""
        from gis_app.session.settings import load

        if self.judges_here or load()[0].workers == 0:
            return None
        if self._rules is None:
            from gis_app.session.rule_process import RuleProcess

            self._rules = RuleProcess()
        return self._rules, self._rules.order(park.opened, park.catalogue, park.seq)

    def redraw(self) -> None:
        """Make the scene anew in the present language: block names are drawn in it."""
        park, steps = self.park, self.steps
        if park is None:
            return
        still = park.project.still()

        def work(job: Job) -> Any:
            from gis_app.ui.park import scene_of

            return scene_of(still, park.catalogue, self.look.language)

        def take(scene: Any) -> None:
            if self.park is None or self.park.project is not park.project:
                return
            # another style was chosen meanwhile, or another step was made
            if self.park.catalogue is not park.catalogue or self.steps != steps:
                self.redraw()
                return
            self.park = replace(self.park, scene=scene)
            self.redrawn.emit()

        self.workers.start(work, take, self.fail)

    def save_as_project(self, path: Path) -> None:
        """Write the folder's deliveries as a new project file, then open it."""
        park = self.park
        if park is None or park.opened.intake is None:
            return
        intake, catalogue = park.opened.intake, park.catalogue

        def work(job: Job) -> Path:
            from gis_app.session.new_project import new_project
            from gis_app.session.options import Options
            from gis_app.ui.park import actor

            job.tell(Message("ui.saving", {"path": path.name}))
            return new_project(path, intake, Options(), catalogue, actor()).path

        self._write(path, work, self.open)

    def read_in(self, work: Callable[[Job], Changeset]) -> None:
        """Read something beside the main thread that becomes a step of the project, then perform it."""

        def done(step: Changeset) -> None:
            if self.park is not None and self.park.session is not None:
                self.park.session.perform(step)
                self.show_layers_anew()

        self._start(work, done)

    def show_layers_anew(self) -> None:
        """Layers came or went: show those that are there now, and judge them."""
        park = self.park
        if park is None:
            return
        if self.layer not in park.project.layers:
            self.choose_layer(next(iter(park.project.layers), ""))
        self.redraw()
        self.rejudge()

    def make_project(self, source: Path, path: Path) -> None:
        """Read deliveries and write them as a new project file, then open it."""

        def work(job: Job) -> Path:
            from gis_app.session.intake import take_in
            from gis_app.session.new_project import new_project
            from gis_app.session.office import read_catalogue
            from gis_app.session.options import Options
            from gis_app.session.settings import load
            from gis_app.ui.park import actor

            catalogue, options = read_catalogue(load()[0]), Options(workers=load()[0].workers)
            job.tell(Message("ui.opening", {"path": source.name}))
            intake = take_in([source], options, catalogue, job.tell, job.check)
            job.tell(Message("ui.saving", {"path": path.name}))
            return new_project(path, intake, options, catalogue, actor()).path

        self._write(path, work, self.open)

    def print_sheet(self, path: Path) -> None:
        """Write the sheet of the chosen proposal beside the main thread."""
        park, proposal = self.park, self.proposal
        judgement = park.judgement if park is not None else None
        if park is None or judgement is None or park.proposal(proposal) is None:
            return

        def work(job: Job) -> Path:
            from gis_app.sheets.control_lines import print_sheet

            job.tell(Message("ui.printing", {"path": path.name}))
            print_sheet(park.project, park.catalogue, proposal, judgement.review, path, self.look.language)
            return path

        def done(path: Path) -> None:
            self.noticed.emit("pass", Message("ui.printed", {"path": str(path)}))

        self._write(path, work, done)

    def print_card(self, feature: tuple[str, int], path: Path) -> None:
        """Write the card of a feature on paper beside the main thread."""
        park = self.park
        if park is None or not park.has(*feature):
            return
        findings = park.findings(self.proposal)

        def work(job: Job) -> Path:
            from gis_app.sheets.dossier import print_sheet

            job.tell(Message("ui.printing", {"path": path.name}))
            language = self.look.language
            print_sheet(park.project, park.catalogue, feature, findings, path, language, park.path)
            return path

        def done(path: Path) -> None:
            self.noticed.emit("pass", Message("ui.printed", {"path": str(path)}))

        self._write(path, work, done)

    def enter_fact(
        self,
        key: str,
        value: str,
        owner: str,
        document: str,
        day: str,
        attachment: str,
        scan: Path | None = None,
    ) -> None:
        """Enter one fact in the open project file, then judge anew.

        Its ``scan`` is copied beside the main thread and attached by the same step.

        Raises
        ------
        Refused
            There is no project file, or the value does not fit; nothing was changed.
        """
        if self.park is None or self.park.session is None:
            raise Refused(Message("ui.facts_need_project"))
        session, place = self.park.session, self.park.path
        fact = session.fact_from(key, value, owner, document, day, attachment)
        if scan is None:
            session.enter(fact)
            self.rejudge()
            return

        def work(_job: Job) -> Any:
            from gis_app.session.attaching import lay_beside

            return lay_beside(place, scan)

        def take(laid: Any) -> None:
            from gis_app.session.attaching import enter_with_scan

            if self.park is not None and self.park.session is session:
                enter_with_scan(session, fact, laid)
                self.rejudge()

        self.workers.start(work, take, self.fail)

    def undo(self) -> None:
        """Take the last step back, then judge anew."""
        if self.park is not None and self.park.session is not None and self.park.session.undo() is not None:
            self.rejudge()

    @property
    def read_only(self) -> bool:
        """Whether nothing of the open park can be changed."""
        return self.park is not None and (self.park.stored is None or self.park.stored.read_only)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        session = self.park.session if self.park is not None else None
        return session is not None and session.history.next_undo() is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to bring back."""
        session = self.park.session if self.park is not None else None
        return session is not None and session.history.next_redo() is not None

    def choose_proposal(self, id: str) -> None:
        """Look at another proposal."""
        if id != self.proposal:
            self.proposal = id
            self.finding = None
            self.proposal_chosen.emit(id)

    def choose_finding(self, finding: Finding | None) -> None:
        """Look at a finding and the ground that it points at."""
        self.finding = finding
        if finding is not None and finding["proposal"] and finding["proposal"] != self.proposal:
            self.choose_proposal(finding["proposal"])
            self.finding = finding
        self.finding_chosen.emit(finding)

    def choose_features(self, features: Sequence[tuple[str, int]]) -> None:
        """Choose features, the first is what is shown."""
        self.features = list(features)
        self.features_chosen.emit(self.features)

    def choose_layer(self, id: str) -> None:
        """Choose the layer whose table is shown."""
        self.layer = id
        self.layer_chosen.emit(id)

    @property
    def unjudged(self) -> str:
        """What panels show instead of states while nothing is judged; empty where there are states."""
        if self.park is None or self.park.standing == "judged":
            return ""
        return self.look.text(f"standing_{self.park.standing}")

    def close(self) -> None:
        """End all work and let go of the project file."""
        self._rest.stop()
        self._unseen.stop()
        self._stale.stop()
        if self._rules is not None:
            self._rules.close()  # who waits for it waits no longer
        self.workers.close()
        if self.park is not None:
            self._let_go(self.park)

    def _let_go(self, park: Park) -> None:
        """Close a project file; what could not be put back stays on this machine, and is said."""
        try:
            park.close()
        except Refused as refused:
            self.noticed.emit("fail", refused.message)

    def _not_opened(self, path: Path, error: BaseException) -> None:
        """Say why, and ask where another reference system would help."""
        self.fail(error)
        if isinstance(error, Refused) and error.message.id in ASKED:
            self._grids.pop(path, None)
            self.grid_wanted.emit(path, error.message)

    def fail(self, error: BaseException) -> None:
        """Say what was refused in the message area; anything else is an error."""
        if isinstance(error, Refused):
            self.noticed.emit("fail", error.message)
        else:
            self.reporter.report(type(error), error, error.__traceback__)

    def _write(self, path: Path, work: Callable[[Job], Any], done: Callable[[Any], None]) -> None:
        """Write a file beside the main thread; while it is written ``writing`` names it."""
        self._start(work, done)
        job = self.job
        assert job is not None
        self.writing = Message("ui.writing", {"path": path.name})
        job.ended.connect(lambda: setattr(self, "writing", None))

    def _start(
        self,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        if self.job is not None:
            self.job.cancel()
        job = self.workers.start(work, done, failed or self.fail, self.busy.emit)
        self.job = job
        self.busy.emit(Message("ui.working"))

        def ended() -> None:
            if self.job is job:
                self.job = None
                self.busy.emit(None)

        job.ended.connect(ended)

    def _take(self, park: Park) -> None:
        self.arriving.emit()
        old = self.park
        self.park = park
        if old is not None and old.stored is not park.stored:
            self._let_go(old)
        if park.session is not None and (old is None or old.session is not park.session):
            park.session.listen(self._step)
        known = [item["id"] for item in park.proposals]
        self.proposal = self.proposal if self.proposal in known else (known[0] if known else "")
        self.finding, self.features, self.checked_at = None, [], ""
        self.layer = self.layer if self.layer in park.project.layers else next(iter(park.project.layers), "")
        if park.standing == "pending":
            self._unseen.start()
        self.arrived.emit()
        if self.map_first:
            self.map_first = False
            self._rest.start()
        else:
            self._show_rest()

    def _show_rest(self) -> None:
        """Show what the first picture of the map did not wait for."""
        self._rest.stop()
        self.coming.emit()
        self.opened.emit()
        if self.park is not None:
            self._remember(self.park.path)
            self._tell_notes(self.park)

    def _step(self, changeset: Changeset) -> None:
        self.steps += 1
        if self._rules is not None:
            self._rules.applied(changeset)
        self._stale.start()
        self.stepped.emit(changeset)

    def _judge_anew(self) -> None:
        """What was judged before the last step is no word on what is there now."""
        if self._judging is None and self._judged_at != self.steps and self.park is not None:
            self.rejudge()

    def _is_open(self, park: Park) -> bool:
        return self.park is not None and self.park.project is park.project

    def _take_judgement(self, found: Park) -> None:
        """Take what was judged; layers may be shown otherwise by now."""
        if self.park is None or not self._is_open(found):
            return
        told = {name: getattr(found, name) for name in ("judgement", "due", "facts", "history")}
        self.park = replace(self.park, **told)
        self.checked_at = datetime.now().strftime("%H:%M")
        self.finding = None
        self.judged.emit()

    def _leave_unjudged(self, park: Park) -> None:
        """Say that nobody judges it any more, unless it was judged."""
        if self.park is not None and self._is_open(park) and self.park.standing == "pending":
            self.park = replace(self.park, stopped=True)
            self.judged.emit()

    def _tell_notes(self, park: Park) -> None:
        refused = park.delivered["refused"]
        if refused:
            self.noticed.emit(
                "fail",
                Message("ui.files_refused", {"count": len(refused), "first": refused[0][self.look.language]}),
            )
        elif park.project.missing_files:
            self.noticed.emit(
                "cannot_tell", Message("ui.files_missing", {"files": list(park.project.missing_files)})
            )
        if park.stored is not None:
            for note in park.stored.notes:  # what was recovered; the bar tells what lasts
                # attachments that are not as they were are told as one
                if note.id != "project_file.read_beside" and not note.id.startswith(ATTACHMENT_NOTES):
                    self.noticed.emit("cannot_tell", note)

    def _remember(self, path: Path) -> None:
        self.settle(lambda settings: settings.opened(path.resolve()))

    def settle(self, change: Callable[[Settings], Settings]) -> None:
        """Change the person's settings; a folder that cannot be written is said and put up with."""
        from gis_app.session.settings import load, save

        try:
            save(change(load()[0]))
        except Refused as refused:
            self.noticed.emit("cannot_tell", refused.message)

    def recent(self) -> list[Path]:
        """Give what was opened last; some of it may be gone."""
        from gis_app.session.settings import load

        return list(load()[0].recent)
