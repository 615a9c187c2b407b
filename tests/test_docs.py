"""Documentation fails like code: every setting, command and link is there, or this is red."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EVERYTHING = "\n".join(path.read_text("utf-8") for path in DOCS)


def settings_read() -> list[str]:
    code = (ROOT / "config/settings/base.py").read_text()
    return sorted(set(re.findall(r"env\.(?:text|flag|integer|words|choice|postgres)\(\s*\"(\w+)\"", code)))


def own_commands() -> list[str]:
    return sorted(path.stem for path in ROOT.glob("*/management/commands/*.py") if path.stem != "__init__")


def make_targets() -> list[str]:
    return re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", settings_read())
def test_every_setting_is_explained(name):
    assert f"`{name}`" in (ROOT / "docs/settings.md").read_text()


@pytest.mark.parametrize("name", own_commands())
def test_every_command_is_explained(name):
    assert f"`{name}" in (ROOT / "docs/operations.md").read_text()


@pytest.mark.parametrize("target", make_targets())
def test_every_make_target_says_what_it_does(target):
    assert re.search(rf"^{target}:.*## \S", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
