"""NHS numbers of the range reserved for trials, counted: the how-manieth valid number is which."""

from __future__ import annotations

VALID_IN_999 = 909_091  # counted: numbers 999 000 0000 – 999 999 9999 whose check digit exists; itself a prime


def nhs_number(index: int) -> str:
    """The index-th valid number (0 … 909,090) of the range reserved for tests: 999 and seven digits, modulus 11 check digit."""
    low, high = 0, 999_999
    while low < high:
        middle = (low + high) // 2
        if _valid_up_to(middle) > index:
            high = middle
        else:
            low = middle + 1
    return f"999{low:06d}{_check_digit(f'999{low:06d}')}"


def _check_digit(nine: str) -> int:
    remainder = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
    return 0 if remainder == 11 else remainder


_UNITS = [[0] * 11 for _ in range(7)]


def _valid_up_to(limit: int) -> int:
    """How many six-digit middles in 0 … limit give a check digit (one in eleven gives 10 and does not)."""
    table = _counts()
    # Weights 7 6 5 4 3 2 stand on the six digits; 999 contributes 9·(10+9+8) = 243, and 243 mod 11 = 1.
    total, prefix = 0, 1
    digits = [int(digit) for digit in f"{limit:06d}"]
    for place, digit in enumerate(digits):
        weight = 7 - place
        rest = table[5 - place]
        everything = 10 ** (5 - place)
        for smaller in range(digit):
            wanted = (1 - prefix - smaller * weight) % 11
            total += everything - rest[wanted]
        prefix = (prefix + digit * weight) % 11
    return total + (prefix != 1)


def _counts() -> list[list[int]]:
    """counts[n][r]: how many n-digit endings (weights n+1 … 2) have weighted sum r modulo 11."""
    if not _UNITS[0][0]:
        _UNITS[0][0] = 1
        for size in range(1, 7):
            for remainder, count in enumerate(_UNITS[size - 1]):
                for digit in range(10):
                    _UNITS[size][(remainder + digit * (size + 1)) % 11] += count
    return _UNITS
