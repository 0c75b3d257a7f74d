"""The report: what it says, and that no text from data becomes an element of the page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gis_app.documents.figure import figure
from gis_app.documents.report import report
from tests.documents.outcome import facts, finding, outcome

NAUGHTY = [
    "{{7*7}}",
    "${7*7}",
    "{0.__class__}",
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "javascript:alert(1)",
    "a\x00b\x1fc",
    "\ud800",
    "\u202eabc",
]
BLNS = Path(__file__).parents[3] / "shared" / "realdata" / "blns" / "blns.json"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PIXEL = bytes.fromhex("89504e470d0a1a0a")


class Skeleton(HTMLParser):
    """Counts elements and attribute names, and keeps the text that is shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[str] = Counter()
        self.texts: list[str] = []
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        for name, _ in attrs:
            self.elements[f"{tag}@{name}"] += 1

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def skeleton(page: str) -> Skeleton:
    parser = Skeleton()
    parser.feed(page)
    parser.close()
    return parser


def shown(page: str) -> str:
    return " ".join(skeleton(page).texts)


def naughty() -> list[str]:
    return NAUGHTY + (json.loads(BLNS.read_text(encoding="utf-8")) if BLNS.exists() else [])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_text_becomes_an_element(language: str) -> None:
    harmless = skeleton(report(outcome(), language, facts=facts(), picture=PIXEL))
    listed = [text for text in naughty() if text.strip()]
    together = [" ".join(listed[start : start + 10]) for start in range(len(NAUGHTY), len(listed), 10)]
    for text in NAUGHTY + together:
        page = report(
            outcome(text),
            language,
            facts=facts(text),
            titles={"permanent_basic_farmland": text},
            picture=PIXEL,
        )
        found = skeleton(page)
        assert found.elements == harmless.elements, text
        assert not found.comments
        page.encode("utf-8")


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium to load the page with")
def test_a_browser_makes_no_element_of_a_text(tmp_path: Path) -> None:
    """What a browser makes of the page, its own mending of markup included, is what was written."""
    made = []
    for name, text in (("harmless", "甲"), ("naughty", " ".join(NAUGHTY))):
        page = tmp_path / f"{name}.html"
        page.write_text(report(outcome(text), "zh", facts=facts(text)), encoding="utf-8")
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
        ]
        shown = subprocess.run(
            [str(CHROMIUM), *flags, page.as_uri()], capture_output=True, timeout=60, check=True
        )
        made.append(skeleton(shown.stdout.decode("utf-8")).elements)
    assert made[0] == made[1]
    assert made[0]["script"] == 0


def test_texts_are_shown_as_they_are() -> None:
    for text in ("{{7*7}}", "<script>alert(1)</script>", "&lt;script&gt;", "{0.__class__}"):
        assert text in shown(report(outcome(text), "zh"))


@pytest.mark.skipif(not BLNS.exists(), reason="the list of naughty strings is not there")
def test_the_list_of_naughty_strings_is_used() -> None:
    assert len(naughty()) > 500


def test_the_page_loads_and_runs_nothing() -> None:
    page = report(outcome(), "zh", picture=PIXEL)
    assert "default-src &#x27;none&#x27;" in page
    assert "unsafe" not in page
    assert "script" not in skeleton(page).elements
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)
    assert "url(" not in page


def test_a_verdict_is_word_and_shape_and_never_a_decision() -> None:
    for verdict, word in (("meets", "符合"), ("fails", "不符合"), ("cannot_tell", "无法判定")):
        result = outcome()
        result["proposals"][0]["verdict"] = verdict
        page = report(result, "zh")
        card = page[page.index("<article") : page.index("</article>")]
        assert f"</svg>{word}</div>" in card
        assert "同意" not in shown(page)
        assert "批准" not in shown(page)


def test_deciding_items_come_worst_first() -> None:
    page = report(outcome(), "zh")
    table = page[page.index("<h3>底线项</h3>") :]
    order = re.findall(r'class="quiet">([ECI]\d\d)<', table)[:5]
    assert order == ["E01", "E03", "E09", "E05", "E21"]


def test_counts_beside_the_word() -> None:
    text = shown(report(outcome(), "zh"))
    assert "底线项 1/4 符合；2 项不符合，1 项无法判定" in text
    assert "条件项：1 项需说明，1 项限值未设置" in text


def test_a_finding_carries_figure_limit_unit_clause_document_and_confidence() -> None:
    result = outcome()
    found = finding(
        "E01", "fail", "占永久基本农田", measured=1000.0, document="某办法", clause="14条", confidence="V'"
    )
    result["proposals"][0]["findings"] = [found]
    text = shown(
        report(result, "zh", titles={"permanent_basic_farmland": {"zh": "永久基本农田", "en": "farmland"}})
    )
    for part in (
        "1000.00 ㎡",
        "≤ 0.00 ㎡",
        "某办法 14条",
        "转引待核",
        "北 3078250，东 512001",
        "永久基本农田",
    ):
        assert part in text


def test_confidence_letters_are_not_shown() -> None:
    for mark in ("V", "V'", "C", "M", "U"):
        result = outcome()
        result["findings"] = result["proposals"][0]["findings"] = [
            finding("E01", "fail", "甲", confidence=mark)
        ]
        assert not re.search(
            r"(?<![\w])(?:V'|V|C|M|U)(?![\w])", shown(report(result, "zh")).replace("SHA", "")
        )


def test_what_is_missing_is_listed_with_its_unit() -> None:
    text = shown(report(outcome("缺的资料"), "zh"))
    assert "待补资料清单" in text
    assert text.count("缺的资料") > 3


def test_a_bare_check_gives_a_page() -> None:
    text = shown(report({"schema": "parkplan/check/1", "findings": [], "counts": {}}, "en"))
    assert "decides nothing" in text


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        report(outcome(), "fr")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (177.24, "ha", "177.2400"),
        (1000.0, "m2", "1000.00"),
        (-3.5, "m", "\u22123.50"),
        (0.0004, "m2", "0.0004"),
        (0.0, "m2", "0.00"),
        (3, "", "3"),
        (float("nan"), "m2", "—"),
    ],
)
def test_figures(value: float, unit: str, text: str) -> None:
    assert figure(value, unit) == text
