"""Named things found by discovery: adding a thing is adding a file. Floor 0: standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Generic, TypeVar

from harness.errors import HarnessError, UnknownNameError

T = TypeVar("T")


def discover(package: str) -> None:
    """Import every module below ``package`` (a dotted name), so that what they register is known."""
    root = import_module(package)
    for module in walk_packages(root.__path__, prefix=f"{package}."):
        import_module(module.name)


class Registry(Generic[T]):
    """A mapping of unique names to things of one ``kind``; ``package`` is imported whole on the first look-up."""

    def __init__(self, kind: str, package: str | None = None) -> None:
        self.kind = kind
        self._package = package
        self._things: dict[str, T] = {}

    def add(self, name: str, thing: T) -> T:
        """Register ``thing``; a second thing under one name raises."""
        if name in self._things and self._things[name] is not thing:
            raise HarnessError(f"two {self.kind}s are both called {name!r}", do="rename one of them")
        self._things[name] = thing
        return thing

    def _load(self) -> None:
        if self._package is not None:
            package, self._package = self._package, None
            discover(package)

    def get(self, name: str) -> T:
        """The thing called ``name``; raises UnknownNameError naming what is known."""
        self._load()
        try:
            return self._things[name]
        except KeyError:
            raise UnknownNameError(self.kind, name, self._things) from None

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(sorted(self._things))

    def __len__(self) -> int:
        self._load()
        return len(self._things)

    def items(self) -> list[tuple[str, T]]:
        """Name and thing, by name."""
        self._load()
        return sorted(self._things.items(), key=lambda pair: pair[0])
