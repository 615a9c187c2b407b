"""Every figure the README claims, measured: `make bench`. docs/benchmarks.md says how."""
