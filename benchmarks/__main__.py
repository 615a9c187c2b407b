"""make bench: import, pages and search on both profiles, beside the targets; a table for the README.

ARGS="--letters 20000"              how many letters the made archive has (default 20,000)
ARGS="--mbox path/to/list.mbox.xz"  a real archive instead
ARGS="--only import,pages --profile server --write"
"""

import argparse
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import imports, pages
from benchmarks.letters import write_mbox
from benchmarks.machine import ROOT, describe

PARTS = {"import": imports.measure, "pages": pages.measure}


@dataclass
class Line:
    """One row of the table."""

    what: str
    profile: str
    measured: str
    wanted: str


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--letters", type=int, default=20_000)
    parser.add_argument("--mbox", type=Path)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--profile", choices=("embedded", "server", "both"), default="both")
    parser.add_argument("--engine", default="tantivy")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    cache = Path(os.environ.get("POSTHOUSE_BENCH", tempfile.gettempdir())) / "posthouse-bench"
    archive = options.mbox or write_mbox(cache / f"letters-{options.letters}.mbox", options.letters)
    lines: list[Line] = []
    for profile in ("embedded", "server") if options.profile == "both" else (options.profile,):
        var = Path(tempfile.mkdtemp(prefix="posthouse-bench-var-"))
        environment = _environment(profile, var, options.engine)
        try:
            for part in options.only.split(","):
                for what, measured, wanted in PARTS[part](archive, environment):
                    lines.append(Line(what, profile, measured, wanted))
                    print(f"{profile:<9} {what:<44} {measured:<44} {wanted}", flush=True)
        finally:
            shutil.rmtree(var, ignore_errors=True)
    _keep(lines, archive, options.write)


def _environment(profile: str, var: Path, engine: str) -> dict[str, str]:
    shared = {"POSTHOUSE_VAR": str(var), "SEARCH_ENGINE": engine, "LOG_LEVEL": "WARNING", "ALLOWED_HOSTS": "*"}
    return {**shared, "DATABASE_URL": "", "REDIS_URL": ""} if profile == "embedded" else shared


def _keep(lines: list[Line], archive: Path, write: bool) -> None:
    title = f"Measured on {describe()}; {archive.name}."
    rows = [f"| {line.what} | {line.profile} | {line.measured} | {line.wanted} |" for line in lines]
    table = "\n".join([title, "", "| work | profile | measured | wanted |", "|---|---|---|---|", *rows])
    results = ROOT / "benchmarks" / "results"
    results.mkdir(exist_ok=True)
    name = archive.name.split(".")[0]
    (results / f"{name}.json").write_text(
        json.dumps({"title": title, "lines": [asdict(line) for line in lines]}, indent=1) + "\n"
    )
    print("\n" + table)
    if write:
        readme = ROOT / "README.md"
        before, _, rest = readme.read_text("utf-8").partition("<!-- bench:start -->")
        after = rest.partition("<!-- bench:end -->")[2]
        readme.write_text(f"{before}<!-- bench:start -->\n{table}\n<!-- bench:end -->{after}", "utf-8")


if __name__ == "__main__":
    main()
