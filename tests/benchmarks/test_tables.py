"""Figures are kept: measuring one part again leaves the others in the table, and text around it stays."""

import pytest

from benchmarks import results, tables
from benchmarks.figures import ROWS, Figure
from benchmarks.results import Kept, Setting

HERE = Setting("letters-100", 100, "embedded", "tantivy", "a small machine")


def month(p95):
    return Figure("pages.month", f"1.0 ms p50, {p95:.1f} ms p95, 90/s", {"p50": 1, "p95": p95, "rate": 90}, "9 letters")


EXPORT = Figure("export.rate", "5,000 letters/s, 9 MB/s", {"rate": 5000})


def keep(folder, *figures, date="2026-01-01", setting=HERE):
    results.keep(folder, setting, [Kept(figure, date, 0.1, "SQLite") for figure in figures])


def test_measuring_one_part_again_leaves_the_others(tmp_path):
    keep(tmp_path, month(30.0), EXPORT)
    keep(tmp_path, month(20.0))
    keep(tmp_path, month(10.0), date="2026-02-01")
    [kept] = results.read(tmp_path)
    assert kept.kept["pages.month"].figure == month(10.0)
    assert kept.kept["export.rate"].figure == EXPORT
    assert kept.dates == ["2026-01-01", "2026-02-01"]


def test_each_row_says_what_is_wanted_and_whether_it_is_met(tmp_path):
    keep(tmp_path, month(20.0))
    table = tables.details(results.read(tmp_path))
    assert "| month (9 letters) | p95 25 ms | 1.0 ms p50, 20.0 ms p95, 90/s ✓ met | HyperKitty" in table
    keep(tmp_path, month(30.0))
    assert "30.0 ms p95, 90/s ✗ missed" in tables.details(results.read(tmp_path))


def test_archives_stand_side_by_side_in_the_overview(tmp_path):
    keep(tmp_path, month(20.0), EXPORT)
    keep(tmp_path, month(30.0), setting=Setting("letters-900", 900, "server", "tantivy", "a small machine"))
    table = tables.overview(results.read(tmp_path))
    assert "| work | profile | wanted | 100 made letters | 900 made letters | others |" in table
    assert "| month | embedded | p95 25 ms | 20.0 ms, 90/s ✓ |  | HyperKitty" in table
    assert "|  | server |  |  | 30.0 ms, 90/s ✗ |  |" in table
    assert "| export as mbox | embedded |  | 5,000 letters/s |  |  |" in table


def test_seconds_are_not_called_milliseconds(tmp_path):
    keep(tmp_path, Figure("mail.latency", "0.08 s p50, 0.09 s p95", {"p50": 0.08, "p95": 0.09}))
    assert "| 0.08 s p50 ✓ |" in tables.overview(results.read(tmp_path))


def test_the_overview_does_not_mix_machines(tmp_path):
    keep(tmp_path, month(20.0))
    keep(tmp_path, EXPORT, date="2026-03-01", setting=Setting("letters-100", 100, "embedded", "tantivy", "a large one"))
    kept = results.read(tmp_path)
    assert "20.0 ms" not in tables.overview(kept)
    assert tables.details(kept).index("a large one") < tables.details(kept).index("a small machine")


def test_a_limit_counts_as_kept_and_one_of_two_is_not_enough():
    overview = ROWS["pages.overview"]
    assert overview.verdict({"p95": 15, "rate": 300}) == "met"
    assert overview.verdict({"p95": 15, "rate": 299}) == "missed"
    assert ROWS["export.rate"].verdict({"rate": 1}) == ""


def test_a_short_thread_proves_that_a_figure_is_missed_but_not_that_it_is_met():
    thread = ROWS["pages.thread"]
    assert thread.verdict({"p95": 20, "letters": 148}) == "met"
    assert thread.verdict({"p95": 20, "letters": 72}) == ""
    assert thread.verdict({"p95": 60, "letters": 72}) == "missed"


def test_the_table_goes_between_its_marks_and_nowhere_else(tmp_path):
    page = tmp_path / "README.md"
    page.write_text(f"before\n{tables.START}\nold\n{tables.END}\nafter\n")
    tables.write_into(page, "new")
    assert page.read_text() == f"before\n{tables.START}\nnew\n{tables.END}\nafter\n"
    page.write_text("no marks")
    with pytest.raises(SystemExit, match=r"README\.md has no place for the table"):
        tables.write_into(page, "new")
