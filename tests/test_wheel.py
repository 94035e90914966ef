"""The wheel: what pip installs works without the checkout, definitions and catalogs inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from csbook import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    assert wheel.name.startswith(f"csbook-{__version__}-")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def csbook(installed: Path, folder: Path, *args: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
    call = [sys.executable, "-m", "csbook", *args]
    return subprocess.run(call, cwd=folder, env=environment, check=True, capture_output=True, encoding="utf-8", timeout=120).stdout


def test_the_wheel_works_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    shown = csbook(installed, tmp_path, "forms")
    assert [line.split()[0] for line in shown.splitlines()][:5] == sorted(path.stem for path in (ROOT / "templates").glob("*.toml"))
    csbook(installed, tmp_path, "template", "response", "-o", "out", "--rows", "3")
    assert zipfile.is_zipfile(tmp_path / "out" / "response.xlsx")


def test_its_version_is_that_of_the_package(installed: Path, tmp_path: Path) -> None:
    assert csbook(installed, tmp_path, "--version").split()[-1] == __version__


def test_nothing_but_the_package_is_inside(installed: Path) -> None:
    assert {path.name for path in installed.iterdir()} == {"csbook", f"csbook-{__version__}.dist-info"}
    assert {path.name for path in (installed / "csbook" / "_data").iterdir()} == {"templates", "validations"}
