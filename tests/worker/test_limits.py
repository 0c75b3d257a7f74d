"""The limits that the operating system keeps, on this one and on others."""

from types import SimpleNamespace

import pytest

from gis_app.worker.limits import Limits, confine


class _Resource(SimpleNamespace):
    """Stands in for the module resource of another system."""

    RLIM_INFINITY = -1
    RLIMIT_CORE, RLIMIT_CPU, RLIMIT_AS = range(3)

    def __init__(self, hard=-1):
        super().__init__(hard=hard, kept={})

    def getrlimit(self, which):
        return (-1, self.hard)

    def setrlimit(self, which, limits):
        self.kept[which] = limits


@pytest.mark.parametrize(
    ("system", "names"),
    [
        ("win32", []),
        ("darwin", ["RLIMIT_CORE", "RLIMIT_CPU"]),
        ("linux", ["RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_AS"]),
    ],
)
def test_what_each_system_keeps(system, names):
    fake = _Resource()
    assert confine(Limits(2, 1 << 30), system, fake) == names
    assert len(fake.kept) == len(names)


def test_a_lower_hard_limit_is_not_raised():
    fake = _Resource(hard=7)
    confine(Limits(100, 1 << 40), "linux", fake)
    assert all(soft <= 7 and hard == 7 for soft, hard in fake.kept.values())


def test_limits_grow_with_the_file():
    small, large = Limits.for_size(1000), Limits.for_size(1 << 30)
    assert 10 <= small.time_s < 10.1
    assert large.time_s > 300
    assert large.memory_bytes > 8 << 30
