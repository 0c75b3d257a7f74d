"""What raises in another process: a sentence or one record in the log, nothing changed, and it goes on."""

from __future__ import annotations

import logging

import pytest

from gis_app.language import Refused
from gis_app.session import rule_process
from gis_app.session.open_path import open_path
from gis_app.session.options import Options
from gis_app.session.rule_process import RuleProcess
from gis_app.session.sample import folder
from gis_app.worker import crew
from tests.session.made import HERE, catalogue

PARK = folder() / "2026-11"
RULES_RAISE = """
import sys; sys.path.append(sys.argv[1])
from gis_app.session import rule_child
def broken(*given, **named): raise ZeroDivisionError("made to raise")
rule_child.judge = broken
rule_child.main()
"""
READER_RAISES = """
import sys; sys.path.append(sys.argv[1])
from gis_app.formats import reader
for name, one in list(vars(reader).items()):
    if callable(one) and getattr(one, "__module__", "") == reader.__name__ and not isinstance(one, type):
        def broken(*given, **named): raise ZeroDivisionError("made to raise")
        setattr(reader, name, broken)
from gis_app.worker.child import main
main()
"""


def test_the_rule_process(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    sample = open_path(PARK, HERE, catalogue())
    layers = {id: layer.fids.tolist() for id, layer in sample.project.layers.items()}
    rules = RuleProcess()
    try:
        with monkeypatch.context() as patched:
            patched.setattr(rule_process, "_START", RULES_RAISE)
            with caplog.at_level(logging.ERROR), pytest.raises(Exception, match="made to raise"):
                rules.judge(rules.order(sample, catalogue(), 0), lambda *_: None)
        assert {id: layer.fids.tolist() for id, layer in sample.project.layers.items()} == layers
        rules.close()
        again = RuleProcess()
        try:
            found = again.judge(again.order(sample, catalogue(), 0), lambda *_: None)
            assert found.check["findings"]
        finally:
            again.close()
    finally:
        rules.close()


def test_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    path = PARK / "供地宗地.shp"
    whole = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(crew, "_START", READER_RAISES)
        with pytest.raises(Refused) as caught:
            open_path(path, Options(workers=1), catalogue())
    assert caught.value.message.id == "formats.reader_crashed"
    assert path.read_bytes() == whole
    assert open_path(path, Options(workers=1), catalogue()).project.layers
