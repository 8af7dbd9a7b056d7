"""What the documentation says is there, and what is there is said, in both languages."""

from __future__ import annotations

import inspect
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import tajfif
from tajfif.cli import app
from tajfif.config import Settings
from tajfif.intake.columns import FIELDS
from tajfif.lists.catalogue import SOURCES
from tajfif.lists.parsers.own import COLUMNS

LANGUAGES = ("en", "ar")
OF_EVERY_COMMAND = {"--help", "-h"}


def page(repository: Path, name: str, lang: str) -> str:
    suffix = ".ar.md" if lang == "ar" else ".md"
    return (repository / "docs" / f"{name}{suffix}").read_text(encoding="utf-8")


def plain(text: str) -> str:
    """The text on one line, so that it is found wherever its lines break."""
    return " ".join(text.replace("`", "").split())


def commands(command: Any = None, path: tuple[str, ...] = ("tajfif",)) -> Iterator[tuple[str, Any]]:
    """Every command and group of the program, with the words that call it."""
    command = command or typer.main.get_command(app)
    yield " ".join(path), command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


COMMANDS = dict(commands())


def options(command: Any) -> set[str]:
    return {word for parameter in command.params for word in parameter.opts if word.startswith("-")} | OF_EVERY_COMMAND


def section(text: str, heading: str) -> str:
    """What stands under a heading, down to the next one that names a command or to the end."""
    found = re.search(rf"^##+ {re.escape(heading)}$(.*?)(?=^##+ tajfif|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/cli has no section {heading!r}"
    return found[1]


def test_every_page_is_there_in_both_languages(repository: Path) -> None:
    pages = {path.name for path in (repository / "docs").rglob("*.md")}
    english = {name for name in pages if not name.endswith(".ar.md")}
    assert {name.removesuffix(".md") for name in english} == {
        name.removesuffix(".ar.md") for name in pages if name.endswith(".ar.md")
    }


def test_every_page_is_in_the_contents(repository: Path) -> None:
    contents = (repository / "mkdocs.yml").read_text(encoding="utf-8")
    pages = (path.name for path in (repository / "docs").glob("*.md") if not path.name.endswith(".ar.md"))
    assert [name for name in pages if f": {name}\n" not in contents] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "tajfif"])
def test_every_command_and_option_is_documented(repository: Path, name: str, lang: str) -> None:
    text = section(page(repository, "cli", lang), name)
    missing = [option for option in options(COMMANDS[name]) - OF_EVERY_COMMAND if not says(text, option)]
    assert not missing


@pytest.mark.parametrize("lang", LANGUAGES)
def test_global_options_are_documented(repository: Path, lang: str) -> None:
    opening = page(repository, "cli", lang).partition("\n## tajfif")[0]
    assert [option for option in options(COMMANDS["tajfif"]) if not says(opening, option)] == []


def says(text: str, option: str) -> bool:
    return re.search(rf"^.*`{re.escape(option)}[ `]", text, re.MULTILINE) is not None


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_quoted_word_for_word(repository: Path, name: str) -> None:
    text = page(repository, "cli", "en")
    text = plain(text if name == "tajfif" else section(text, name))
    command = COMMANDS[name]
    helps = [parameter.help for parameter in command.params if parameter.help]
    if name != "tajfif":
        helps.append(command.help)
    assert [each for each in helps if plain(each) not in text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_option_is_documented_that_is_not_there(repository: Path, lang: str) -> None:
    known = set().union(*(options(command) for command in COMMANDS.values()))
    for path in sorted((repository / "docs").glob("*.ar.md" if lang == "ar" else "*.md")):
        found = set(re.findall(r"`(--[a-z][a-z-]*)", path.read_text(encoding="utf-8")))
        assert found <= known, path.name


def example_lines(repository: Path) -> Iterator[tuple[str, str]]:
    for path in (
        *repository.glob("*.md"),
        *(repository / "docs").glob("*.md"),
        *(repository / "examples").glob("*.md"),
    ):
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                if line.startswith("tajfif "):
                    yield from ((path.name, stage) for stage in line.split(" | ") if stage.startswith("tajfif "))


def test_commands_in_examples_can_be_called(repository: Path) -> None:
    seen = 0
    for where, line in example_lines(repository):
        words = shlex.split(line, comments=True)
        called = next(name for name in sorted(COMMANDS, key=len, reverse=True) if f"{line} ".startswith(f"{name} "))
        stated = {word.partition("=")[0] for word in words if word.startswith("--")}
        allowed = options(COMMANDS[called]) | options(COMMANDS["tajfif"])
        assert stated <= allowed, f"{where}: {line}"
        if called != "tajfif":
            rest = words[len(called.split()) :]
            COMMANDS[called].make_context(called, [*rest], resilient_parsing=True).close()
        for word in words:
            assert not word.startswith("examples/") or (repository / word).exists(), f"{where}: {line}"
        seen += 1
    assert seen > 20


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", tajfif.__all__)
def test_public_names_are_documented(repository: Path, name: str, lang: str) -> None:
    text = page(repository, "python", lang)
    assert f"## tajfif.{name}\n" in text
    public = getattr(tajfif, name)
    callables = [public]
    if inspect.isclass(public):
        callables = [member for key, member in inspect.getmembers(public, callable) if not key.startswith("_")]
    for each in callables:
        signature = next((line for line in text.splitlines() if re.search(rf"\b{each.__name__}\(.*\) ->", line)), "")
        for parameter in inspect.signature(each).parameters.values():
            if parameter.name != "self":
                default = parameter.default
                shown = (
                    parameter.name if default is parameter.empty else f"{parameter.name}={default!r}".replace("'", '"')
                )
                assert shown in signature, f"{each.__qualname__}: {shown} is not in {signature!r}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_python_examples_run(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lang: str,
) -> None:
    shutil.copytree(repository / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAJFIF_HOME", str(tmp_path / "home"))
    blocks = re.findall(r"^```python\n(.*?)^```", page(repository, "python", lang), re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, f"docs/python ({lang})", "exec"), names)  # noqa: S102 - our own documentation
    assert "QDi.006" in capsys.readouterr().out
    assert len(blocks) > 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sources_columns_and_fields_are_documented(repository: Path, lang: str) -> None:
    lists, command_line = page(repository, "lists", lang), page(repository, "cli", lang)
    assert [key for key in SOURCES if f"| `{key}` |" not in lists] == []
    assert [column for column, others in COLUMNS.items() if f"| `{column}` | " not in lists] == []
    arabic = [next(other for other in others if not other.isascii()) for others in COLUMNS.values()]
    assert [header for header in arabic if f"| {header} |" not in lists] == []
    assert [field for field in FIELDS if f"`{field}`" not in command_line] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_defaults_are_the_documented_ones(repository: Path, lang: str) -> None:
    settings = Settings()
    text = page(repository, "python", lang)
    stated = {name: f"| `{name}` | `{getattr(settings, name)!r}` |" for name in settings.__struct_fields__}
    assert [name for name, row in stated.items() if row not in text] == []
    assert str(settings.threshold) in page(repository, "screening", lang)


def test_site_is_built_without_a_warning_and_fetches_nothing(repository: Path, tmp_path: Path) -> None:
    if not (repository / "mkdocs.yml").exists():
        pytest.skip("needs a checkout")
    site = tmp_path / "site"
    build = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site)],
        cwd=repository, capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert build.returncode == 0, build.stderr
    pages = list(site.rglob("*.html"))
    assert any('dir="rtl"' in path.read_text(encoding="utf-8") for path in pages)
    fetched = re.compile(
        r'<(?:script|img|iframe)[^>]+src="(?:https?:)?//|<link[^>]+rel="(?:stylesheet|preconnect)"[^>]+//'
    )
    assert [path.name for path in pages if fetched.search(path.read_text(encoding="utf-8"))] == []
