"""What must hold of the checkout as a whole: nothing of one machine in it, scripts that run, examples that are true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

MACHINE_PATH = re.compile(r"(?<![\w.:/}~$-])/(?:work|root|tmp|home|Users|opt)/[\w.-]+")
"""A path that means something on one machine alone; not a part of an address or of a longer path."""

REGISTRY = "https://pypi.org/simple"
FILES = "https://files.pythonhosted.org/"


@pytest.fixture(scope="module")
def tracked(repository: Path) -> list[Path]:
    """Every file that git tracks and that is there."""
    if not (repository / ".git").exists():
        pytest.skip("needs a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository, check=True, capture_output=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := repository / name).is_file()]


def test_no_file_names_a_path_of_a_machine(repository: Path, tracked: list[Path]) -> None:
    found = []
    for path in tracked:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a packed table
        found += [f"{path.relative_to(repository)}: {match}" for match in MACHINE_PATH.findall(text)]
    assert not found


def test_scripts_run_by_themselves(repository: Path, tracked: list[Path]) -> None:
    scripts = [path for path in tracked if path.read_bytes().startswith(b"#!")]
    assert {"scripts/demo", "scripts/test", "scripts/check", "scripts/environment", ".ci/run"} <= {
        path.relative_to(repository).as_posix() for path in scripts
    }
    assert [path for path in scripts if not os.access(path, os.X_OK)] == []


def test_readme_opens_with_the_two_commands(repository: Path) -> None:
    opening = (repository / "README.md").read_text(encoding="utf-8").splitlines()[:8]
    assert any(line.startswith("scripts/demo") for line in opening)
    assert any(line.startswith("scripts/test") for line in opening)


def test_links_between_files_lead_somewhere(repository: Path, tracked: list[Path]) -> None:
    broken = [
        f"{path.relative_to(repository)}: {target}"
        for path in tracked
        if path.suffix == ".md" and "docs" not in path.parts  # the documentation's own builder checks these
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert not broken


def test_lock_names_the_public_registry_alone(repository: Path) -> None:
    lock = tomllib.loads((repository / "uv.lock").read_text(encoding="utf-8"))
    others = [package for package in lock["package"] if package["name"] != "tajfif"]
    assert {package["source"].get("registry") for package in others} == {REGISTRY}
    files = [file for package in others for file in [*package.get("wheels", []), package.get("sdist")] if file]
    assert [file["url"] for file in files if not file["url"].startswith(FILES)] == []


def test_lock_is_of_the_dependencies_as_they_are_stated(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = tomllib.loads((repository / "uv.lock").read_text(encoding="utf-8"))
    own = next(package for package in lock["package"] if package["name"] == "tajfif")
    stated = {(each, "") for each in project["dependencies"]}
    for extra, wanted in project["optional-dependencies"].items():
        stated |= {(each, f"extra == '{extra}'") for each in wanted}
    locked = {
        (each["name"] + each.get("specifier", ""), each.get("marker", "")) for each in own["metadata"]["requires-dist"]
    }
    assert locked == stated, "run: uv lock"
    assert lock["requires-python"] == project["requires-python"]


def test_module_runs_as_the_command_does(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tajfif", "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout.strip()) == (0, f"tajfif {version('tajfif')}")
