"""make bench: import, pages, search, export, mail on both profiles, beside what is wanted. docs/benchmarks.md explains it.

ARGS="--letters 10000,100000"       how many letters the made archives have (20,000)
ARGS="--mbox path/to/list.mbox.xz"  a real archive instead
ARGS="--only import,pages,export"   some of the parts, on one site; whatever it is, letters come first
ARGS="--engines"                    the three search engines on the same letters, too (or some: --engines whoosh,postgres)
ARGS="--scaling"                    what a letter costs in a large import, too (10,000 and 100,000 letters, or --scaling A,B)
ARGS="--profile server --write"     one profile; the tables of README.md and docs/benchmarks.md from all that was ever kept
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import results, tables
from benchmarks.admin import LARGE as ROWS_LISTED
from benchmarks.admin import measure_admin
from benchmarks.digests import MEMBERS as READERS
from benchmarks.digests import measure_digests
from benchmarks.directory import GROUPS, measure_directory
from benchmarks.engines import ENGINES, measure_engine
from benchmarks.figures import ROWS, Figure
from benchmarks.imports import bring_in, measure, measure_export, measure_scaling
from benchmarks.letters import write_mbox
from benchmarks.machine import describe
from benchmarks.mail_in import measure_mail_in
from benchmarks.mail_out import MEMBERS, measure_mail_out
from benchmarks.mail_through import POSTS, measure_mail_through
from benchmarks.pages import REQUESTS, measure_pages
from benchmarks.people import LARGE, measure_people
from benchmarks.queue import MANY, measure_queue
from benchmarks.results import Kept, Setting
from benchmarks.sites import PROFILES, Site, bare_site, empty_site

PARTS = ("import", "pages", "export", "mail-through", "mail-in", "mail-out", "digests", "people", "queue", "admin",
         "directory")  # fmt: skip


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    options = _options()
    if not options.tables:
        _measure_all(options)
    kept = results.read(options.results)
    print("\n" + tables.details(results.of_newest_machine(kept)))
    if options.write or options.tables:
        tables.write_all(kept)


def _end(*_: object) -> None:
    """Once: what is to be taken away is taken away, whoever asks again meanwhile."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    sys.exit("Ended before everything was measured.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=_numbers, default=[], metavar="N,…")
    parser.add_argument("--mbox", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--only", type=_some_of(*PARTS, "none"), default=PARTS, metavar="PART,…")
    parser.add_argument("--profile", type=_some_of(*PROFILES), default=PROFILES)
    parser.add_argument("--engine", choices=ENGINES, default="tantivy", help="of import, pages and export (tantivy)")
    parser.add_argument("--engines", type=_some_of(*ENGINES), nargs="?", const=ENGINES, default=(), metavar="ENGINE,…")
    parser.add_argument("--scaling", type=_numbers, nargs="?", const=[10_000, 100_000], metavar="SMALL,LARGE")
    parser.add_argument("--requests", type=int, default=REQUESTS, help=f"of each kind, three times ({REQUESTS})")
    parser.add_argument("--members", type=int, default=MEMBERS, help=f"of the group a post is sent to ({MEMBERS})")
    parser.add_argument("--posts", type=int, default=POSTS, help=f"that go through a group of ten ({POSTS})")
    parser.add_argument("--digests", type=int, default=READERS, help=f"members who get one at once ({READERS})")
    parser.add_argument(
        "--crowd", type=int, default=LARGE, help=f"members of the group whose pages are measured ({LARGE})"
    )
    parser.add_argument("--waiting", type=int, default=MANY, help=f"things in the queue that is measured ({MANY})")
    parser.add_argument("--rows", type=int, default=ROWS_LISTED, help=f"of each list of the panel ({ROWS_LISTED})")
    parser.add_argument("--groups", type=int, default=GROUPS, help=f"of the directory ({GROUPS})")
    parser.add_argument("--results", type=Path, default=results.FOLDER, help="where figures are kept")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md and docs/benchmarks.md")
    parser.add_argument("--tables", action="store_true", help="measure nothing, only write the tables")
    options = parser.parse_args()
    if options.scaling and len(options.scaling) != 2:
        parser.error("--scaling takes two sizes, as 10000,100000.")
    for path in options.mbox:
        if not path.exists():
            parser.error(f"{path} does not exist.")
    return options


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.replace("_", "").split(",")]


def _some_of(*names: str) -> Callable[[str], tuple[str, ...]]:
    """Reads an option that names some of these."""

    def read(text: str) -> tuple[str, ...]:
        asked = names if text in ("all", "both") else tuple(text.split(","))
        unknown = [name for name in asked if name not in names]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(names)}")
        return asked

    return read


def _archives(options: argparse.Namespace) -> Iterator[tuple[Path, bool]]:
    """(file, made by us) of every archive to measure."""
    for path in options.mbox:
        yield path.resolve(), False
    for letters in options.letters or ([] if options.mbox else [20_000]):
        yield made_archive(letters), True


def made_archive(letters: int) -> Path:
    """The archive of so many letters; made once, and kept in POSTHOUSE_BENCH or among temporary files."""
    folder = Path(os.environ.get("POSTHOUSE_BENCH") or Path(tempfile.gettempdir()) / "posthouse-bench")
    return write_mbox(folder / f"letters-{letters}.mbox", letters)


@dataclass(frozen=True)
class Notebook:
    """Prints figures and keeps them as they come: what was measured before an interruption is not lost."""

    folder: Path
    setting: Setting
    storage: str
    load: float

    def note(self, figures: Iterable[Figure]) -> None:
        for figure in figures:
            row = ROWS[figure.key]
            label = f"{row.label} ({figure.note})" if figure.note else row.label
            words = f"{self.setting.profile:<9} {label:<62} {figure.text:<64} {row.wanted:<28}"
            print(f"{words} {row.verdict(figure.values)}".rstrip(), flush=True)
            today = f"{datetime.now(UTC):%Y-%m-%d}"
            results.keep(self.folder, self.setting, [Kept(figure, today, self.load, self.storage)])


def _measure_all(options: argparse.Namespace) -> None:
    for archive, made in _archives(options):
        for profile in options.profile:
            _measure_archive(options, archive, profile, made=made)
    for profile in options.profile if options.scaling else ():
        small, large = (made_archive(letters) for letters in options.scaling)
        notebook = _open_notebook(options, large, profile, made=True)
        notebook.note(measure_scaling(profile, small, large))


def _measure_archive(options: argparse.Namespace, archive: Path, profile: str, *, made: bool) -> None:
    notebook = _open_notebook(options, archive, profile, made=made)
    print(
        f"\n{archive.name}: {notebook.setting.letters:,} letters; {notebook.storage}; load {notebook.load}", flush=True
    )
    if options.only != ("none",):
        with empty_site(profile, options.engine) as site:
            notebook.note(_parts(options, site, archive))
    for engine in options.engines:
        notebook.note(measure_engine(engine, profile, archive))


def _open_notebook(options: argparse.Namespace, archive: Path, profile: str, *, made: bool) -> Notebook:
    load = round(os.getloadavg()[0], 1)
    with bare_site(profile) as site:
        letters = int(archive.stem.split("-")[1]) if made else site.ask("size", path=str(archive))
        storage = site.ask("storage")
    name = archive.name.split(".")[0]
    return Notebook(options.results, Setting(name, letters, profile, options.engine, describe(), made), storage, load)


def _parts(options: argparse.Namespace, site: Site, archive: Path) -> Iterator[Figure]:
    """The parts asked for; pages and export need the letters, whether their import is measured or not."""
    if "import" in options.only:
        yield from measure(site, archive)
    else:
        bring_in(site, archive)
    if options.engine != "tantivy":
        site.ask("follow")
    if "pages" in options.only:
        yield from measure_pages(site, options.requests)
    if "export" in options.only:
        yield from measure_export(site)
    if "mail-through" in options.only:  # before letters are taken in that nobody works on
        yield from measure_mail_through(site, options.posts)
    if "mail-in" in options.only:
        yield from measure_mail_in(site, 4 * options.posts)
    if "mail-out" in options.only:
        yield from measure_mail_out(site, options.members)
    if "digests" in options.only:
        yield from measure_digests(site, options.digests)
    if "people" in options.only:
        yield from measure_people(site, options.crowd)
    if "queue" in options.only:
        yield from measure_queue(site, options.waiting)
    if "admin" in options.only:
        yield from measure_admin(site, options.rows)
    if "directory" in options.only:
        yield from measure_directory(site, options.groups)


if __name__ == "__main__":
    main()
