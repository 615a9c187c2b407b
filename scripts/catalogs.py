"""The catalogs of translations in locale/: what the code says, what it is in each language, and what the pages load.

    python -m scripts.catalogs                    take up what is new in the code, drop what is gone, compile
    python -m scripts.catalogs --check            say what is missing, wrong or not compiled; end with 1 if anything is
    python -m scripts.catalogs --missing de mail  print what of a folder (or several) has no words in a language yet, as a .po
    python -m scripts.catalogs --take de FILE.po  take translations over from other catalogs, then as without

Texts are found by Django's makemessages (xgettext); catalogs hold no line numbers, so that they change with the texts alone.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
import polib
from django.conf import settings
from django.core.management import call_command

from config.languages import NAMES, SOURCE
from scripts import services

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
CODE = ("accounts", "archive", "common", "config", "groups", "mail", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
}
Key = tuple[str, str]  # context, text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", nargs="+", metavar="LANGUAGE FOLDER")
    parser.add_argument("--take", nargs="+", metavar="LANGUAGE FILE")
    asked = parser.parse_args()
    if asked.missing:
        language, *folders = asked.missing
        print(missing(language, extracted(folders or CODE)))
        return 0
    texts = extracted()
    if asked.check:
        troubles = [trouble for language in translated() for trouble in troubles_of(language, texts)]
        print("\n".join(troubles))
        return 1 if troubles else 0
    for language in translated():
        taken = asked.take[1:] if asked.take and asked.take[0] == language else []
        update(language, texts, taken)
    return 0


def translated() -> list[str]:
    return [code for code in NAMES if code != SOURCE]


def extracted(folders: Iterable[str] = CODE) -> polib.POFile:
    """Every text of these folders that is marked for translation. Installs gettext where it is missing."""
    services.require("xgettext")
    if not settings.configured:
        settings.configure(LOCALE_PATHS=[], USE_I18N=True)
        django.setup()
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="posthouse-texts-") as folder:
        for name in folders:
            place = Path(folder, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(ROOT / name)
        Path(folder, "locale").mkdir()
        os.chdir(folder)
        try:
            call_command(
                "makemessages", locale=["xx"], extensions=["py", "html", "txt"], symlinks=True, verbosity=0,
                ignore_patterns=["migrations"], no_location=True, no_wrap=True,
            )  # fmt: skip
        finally:
            os.chdir(before)
        return polib.pofile(Path(folder, "locale", "xx", "LC_MESSAGES", "django.po").read_text())


def catalog_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def catalog(language: str) -> polib.POFile:
    path = catalog_path(language)
    return polib.pofile(path.read_text()) if path.exists() else polib.POFile()


def _key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid)


def missing(language: str, texts: polib.POFile) -> polib.POFile:
    known = {_key(entry) for entry in catalog(language).translated_entries()}
    left = polib.POFile(wrapwidth=0)
    left.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": PLURALS[language]}
    left.extend(entry for entry in texts if _key(entry) not in known)
    return left


def update(language: str, texts: polib.POFile, taken: Iterable[str]) -> None:
    """Write the catalog anew, with the translations it has and those of the files taken."""
    known = {
        _key(entry): entry for path in taken for entry in polib.pofile(Path(path).read_text()) if entry.translated()
    }
    known |= {_key(entry): entry for entry in catalog(language) if entry.translated()}
    new = polib.POFile(wrapwidth=0)
    new.metadata = {
        "Project-Id-Version": "Posthouse",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    new.extend(_filled(text, known.get(_key(text))) for text in sorted(texts, key=_key))
    path = catalog_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))
    new.save_as_mofile(str(path.with_suffix(".mo")))


def _filled(text: polib.POEntry, known: polib.POEntry | None) -> polib.POEntry:
    filled = polib.POEntry(
        msgid=text.msgid, msgctxt=text.msgctxt, msgid_plural=text.msgid_plural, comment=text.comment,
        flags=[flag for flag in text.flags if flag != "fuzzy"],
    )  # fmt: skip
    if text.msgid_plural:
        filled.msgstr_plural = dict(known.msgstr_plural) if known and known.msgid_plural else {}
    elif known:
        filled.msgstr = known.msgstr
    return filled


def troubles_of(language: str, texts: polib.POFile) -> Iterator[str]:
    """What is wrong with a catalog, a line each."""
    kept = catalog(language)
    wanted, there = {_key(entry) for entry in texts}, {_key(entry) for entry in kept}
    yield from (f"{language}: not in the catalog (python -m scripts.catalogs): {text}" for _, text in wanted - there)
    yield from (f"{language}: in the catalog, but not in the code: {text}" for _, text in there - wanted)
    forms = int(PLURALS[language].split(";")[0].split("=")[1])
    for entry in kept:
        yield from (f"{language}: {trouble}: {entry.msgid!r}" for trouble in _troubles_of_entry(entry, forms))
    compiled = catalog_path(language).with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != kept.to_binary():
        yield f"{language}: not compiled from what the catalog says"


def _troubles_of_entry(entry: polib.POEntry, forms: int) -> Iterator[str]:
    words = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(words) or "fuzzy" in entry.flags or (entry.msgid_plural and len(words) != forms):
        yield "not translated"
        return
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    for said in words:
        found = set(PLACEHOLDER.findall(said))
        # One, two and none of something may be said without the number.
        if found - wanted - set(PLACEHOLDER.findall(entry.msgid)) or (not entry.msgid_plural and wanted - found):
            yield f"other placeholders than the text: {said!r}"
        if entry.msgid.startswith("\n") != said.startswith("\n") or entry.msgid.endswith("\n") != said.endswith("\n"):
            yield "begins or ends with another number of lines"


if __name__ == "__main__":
    sys.exit(main())
