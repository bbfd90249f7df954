"""Named things found by discovery: adding a thing is adding a file. Floor 0: standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, TypeVar

from harness.errors import HarnessError, UnknownNameError

T = TypeVar("T")


def discover(package: str, but: tuple[str, ...] = ()) -> None:
    """Import every module below ``package`` (a dotted name), so that what they register is known; ``but``: except these, and what is below them."""
    root = import_module(package)
    for module in iter_modules(root.__path__, prefix=f"{package}."):
        if module.name in but:
            continue
        if module.ispkg:
            discover(module.name, but)
        else:
            import_module(module.name)


class Registry(Generic[T]):
    """A mapping of unique names to things of one ``kind``; ``package`` is imported on the first look-up, all of it ``but`` what is said to register nothing."""

    def __init__(self, kind: str, package: str | None = None, *, but: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self._package = package
        self._but = but
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
            discover(package, self._but)

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
