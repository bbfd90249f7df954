"""The fast loop draws few examples of a property, and leaves other tests alone."""

from __future__ import annotations

from fast_loop import FEW, draw_few
from hypothesis import given, settings
from hypothesis import strategies as st


def test_a_property_draws_few_examples() -> None:
    drawn: list[int] = []

    @settings(max_examples=200, database=None)
    @given(st.integers())
    def whole(number: int) -> None:
        drawn.append(number)

    @settings(max_examples=5, database=None)
    @given(st.integers())
    def small(number: int) -> None:
        drawn.append(number)

    draw_few([whole, small, len, None])
    whole()
    assert 5 < len(drawn) <= FEW
    drawn.clear()
    small()
    assert len(drawn) <= 5
