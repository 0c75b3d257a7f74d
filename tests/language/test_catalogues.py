"""Every id is there in both languages, asks for the same values, and is what was compiled."""

from __future__ import annotations

import ast
import gettext
import io
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import gis_app
from gis_app.language import LANGUAGES
from hatch_build import compile_catalogues, compiled

PACKAGE = Path(gis_app.__file__).parent
ROOT = PACKAGE.parent
PO = PACKAGE / "language" / "po"
DOMAINS = sorted({path.stem.rsplit(".", 1)[0] for path in PO.glob("*.po")})
SOURCES = sorted(PACKAGE.rglob("*.py"))
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def catalogue(domain: str, language: str) -> dict[str, str]:
    """Read the texts of one source file by id."""
    with (PO / f"{domain}.{language}.po").open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream, abort_invalid=True) if m.id}


def placeholders(text: str) -> set[str]:
    """Name the values that a text asks for, those inside format specifications too."""
    names = set()
    for _, field, spec, _ in string.Formatter().parse(text):
        if field is not None:
            names |= {re.split(r"[.\[]", field)[0]} | placeholders(spec or "")
    return names


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_id_is_in_every_language(domain: str) -> None:
    ids = {language: set(catalogue(domain, language)) for language in LANGUAGES}
    assert ids["zh"] == ids["en"]
    assert ids["zh"] and all(re.fullmatch(rf"{domain}(\.[a-z0-9_]+)+", id) for id in ids["zh"])


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_agree(domain: str) -> None:
    zh, en = catalogue(domain, "zh"), catalogue(domain, "en")
    assert {id: placeholders(text) for id, text in zh.items()} == {id: placeholders(en[id]) for id in zh}
    for id, text in zh.items():
        assert all(name.isidentifier() for name in placeholders(text)), f"{id}: unnamed placeholder"


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_there_and_in_their_language(domain: str, language: str) -> None:
    for id, text in catalogue(domain, language).items():
        assert text.strip() and text != id, f"{id} has no {language} text"
        if language == "zh":
            words = re.sub(r"\{[^}]*\}", "", text)
            assert HAN.search(words) or not re.search(r"[A-Za-z]{4}", words), f"{id}: no Chinese in {text!r}"


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_id_is_written_twice(domain: str, language: str) -> None:
    lines = (PO / f"{domain}.{language}.po").read_text(encoding="utf-8").splitlines()
    ids = [line for line in lines if line.startswith("msgid ")]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(domain: str, language: str) -> None:
    mo = PACKAGE / "language" / "mo" / language / "LC_MESSAGES" / f"{domain}.mo"
    assert mo.read_bytes() == compiled(PO / f"{domain}.{language}.po")
    texts = gettext.GNUTranslations(io.BytesIO(mo.read_bytes()))
    for id, text in catalogue(domain, language).items():
        assert texts.gettext(id) == text


def test_compiling_writes_what_changed_and_removes_what_went(tmp_path: Path) -> None:
    po = tmp_path / "gis_app" / "language" / "po"
    po.mkdir(parents=True)
    (po / "a.zh.po").write_text('msgid "a.b"\nmsgstr "甲"\n', encoding="utf-8")
    [mo] = compile_catalogues(tmp_path)
    assert mo == tmp_path / "gis_app/language/mo/zh/LC_MESSAGES/a.mo"
    assert compile_catalogues(tmp_path) == []
    (po / "a.zh.po").write_text('msgid "a.b"\nmsgstr "乙"\n', encoding="utf-8")
    assert compile_catalogues(tmp_path) == [mo]
    (po / "a.zh.po").unlink()
    assert compile_catalogues(tmp_path) == [] and not mo.exists()


def messages(tree: ast.AST) -> Iterator[tuple[int, ast.Call]]:
    """Find the calls that make a ``Message``, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "Message":
                yield node.lineno, node


def unknown(tree: ast.AST, texts: dict[str, str]) -> list[str]:
    """Say where a literal id is in no catalogue, or its literal values lack a placeholder."""
    wrong = []
    for line, call in messages(tree):
        match call.args:
            case [ast.Constant(value=str(id)), *_] if id not in texts:
                wrong.append(f"{line}: {id} is in no catalogue")
            case [ast.Constant(value=str(id)), ast.Dict(keys=keys)] if None not in keys:
                given = {key.value for key in keys if isinstance(key, ast.Constant)}
                missing = placeholders(texts[id]) - given
                if missing and len(given) == len(keys):
                    wrong.append(f"{line}: {id} lacks {sorted(missing)}")
            case [ast.Constant(value=str(id))] if not call.keywords and placeholders(texts[id]):
                wrong.append(f"{line}: {id} lacks {sorted(placeholders(texts[id]))}")
    return wrong


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_message_in_the_program_has_its_text(source: Path) -> None:
    texts = {id: text for domain in DOMAINS for id, text in catalogue(domain, "en").items()}
    assert unknown(ast.parse(source.read_text(encoding="utf-8")), texts) == []


def test_a_message_without_text_is_found() -> None:
    texts = {"a.b": "{x:.{width}f}", "a.c": "plain"}
    code = "Message('a.c')\nMessage('a.z')\nlanguage.Message('a.b', {'x': 1})\nMessage('a.b')\n"
    code += "Message('a.b', {'x': 1, 'width': 2})\nMessage('a.b', {**values})\nMessage(id, {})\n"
    found = ["2: a.z is in no catalogue", "3: a.b lacks ['width']", "4: a.b lacks ['width', 'x']"]
    assert unknown(ast.parse(code), texts) == found


def chinese(tree: ast.Module) -> list[str]:
    """Say where a string that is neither a docstring nor in a module's constant holds Chinese."""
    free = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants: set[ast.AST] = set()
    for statement in tree.body:
        plain = isinstance(statement, ast.Assign)
        targets = statement.targets if plain else [getattr(statement, "target", None)]
        if all(isinstance(target, ast.Name) and target.id.isupper() for target in targets):
            constants |= set(ast.walk(statement))
    return [
        f"{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and node not in free | constants
    ]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_chinese_reaches_a_person_from_python(source: Path) -> None:
    assert chinese(ast.parse(source.read_text(encoding="utf-8"))) == []


def test_chinese_is_found_where_it_may_not_be() -> None:
    code = '"""文档"""\nTOKENS = {"带号": 1}\n_TOTAL: str = "合计"\nname = "名"\n'
    code += 'def f(x="甲"):\n    "文档"\n    HERE = "乙"\n    return f"{x}丙"  # 注\n'
    found = [line.split(":")[0] for line in chinese(ast.parse(code))]
    assert sorted(found) == ["4", "5", "7", "8"]
