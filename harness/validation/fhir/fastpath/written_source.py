"""Python source that is being written: lines, the constants they name, and the module they become.

Only what definitions ask for becomes source, and only as constants of the namespace: no text of a definition or a resource is ever evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class WrittenSource:
    """Lines of one function, and the namespace they run in."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self._lines: list[str] = []
        self._indent = 0

    def line(self, text: str) -> None:
        """Add a line at the present depth."""
        self._lines.append("    " * self._indent + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """A line that ends with a colon, and what stands below it."""
        self.line(head)
        self._indent += 1
        yield
        self._indent -= 1

    def constant(self, value: Any, prefix: str = "k") -> str:
        """The name under which ``value`` is known to the source; one name for one object."""
        name = f"{prefix}_{len(self.namespace)}"
        self.namespace[name] = value
        return name

    def compile(self, name: str) -> None:
        """Make the function, whose first line defines ``name``, part of the namespace."""
        exec(compile("\n".join(self._lines), f"<plan of {name}>", "exec"), self.namespace)  # noqa: S102 - source written here from definitions alone
