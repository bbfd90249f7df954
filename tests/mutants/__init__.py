"""Seeded mutation of the product: ``python -m tests.mutants --seed N --count N`` says which small changes no test notices.

``sites`` finds where a file may be changed and ``changes`` what to, ``choosing`` draws by room and seed, ``tracing`` and ``reach`` learn once which
test runs which function, ``copies`` makes a tree to spoil, ``trials`` runs the tests on it, ``table`` says what became of each.
"""
