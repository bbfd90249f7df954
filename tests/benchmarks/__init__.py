"""Measures, printed and never asserted: ``python -m tests.benchmarks``. One module a subject, each with ``rows()``."""
