"""Membership of value sets in three values (yes, no, cannot be said), and their expansion where they can be listed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from harness.terminology.answer import CodeAnswer
from harness.terminology.systems import CodeSystem, CodeSystems
from harness.terminology.trail import Listing, MemberTable, Pair, Trail
from harness.terminology.value_sets import Include, ValueSet

_MOST = 60_000
_DEEPEST = 40


class ValueSetReader:
    """Reads value sets. ``find`` gives the compiled one of a canonical."""

    def __init__(self, find: Callable[[str], ValueSet | None], systems: CodeSystems) -> None:
        self._find = find
        self._systems = systems
        self.systems_of = lru_cache(maxsize=1024)(self._systems_of)

    def table(self, canonical: str) -> MemberTable:
        """The value set of a canonical, with its members listed where that can be done."""
        trail = Trail()
        listing = self._list(canonical, (), trail)
        if listing is None:
            return MemberTable(why=trail.reason(canonical))
        pairs: dict[Pair, CodeAnswer] = {}
        codes: dict[str, CodeAnswer] = {}
        folds = False
        shipped = found.shipped if (found := self._find(canonical)) is not None else None
        marked = shipped.inactive | shipped.abstract if shipped is not None else frozenset()
        for (url, code), displays in listing.items():
            system = self._systems.get(url)
            folds = folds or (system is not None and not system.case_sensitive)
            answer = _answer(system, code, displays)
            if shipped is not None and (url, code) in marked:
                answer = CodeAnswer("yes", "", answer.display, (url, code) in shipped.inactive, (url, code) in shipped.abstract, answer.displays)
            pairs[url, code] = answer
            codes.setdefault(code, answer)
        return MemberTable(pairs, codes, True, folds, frozenset(pairs), CodeAnswer("no", "it is not one of its codes"))

    def member(self, table: MemberTable, canonical: str, code: str, system: str | None, version: str | None) -> CodeAnswer:
        """The answer for a code that is not among the listed ones."""
        if table.whole:
            return self._folded(table, code, system)
        if system is not None:
            return self._one(canonical, system, code, version)
        answers = [self._one(canonical, url, code, version) for url in sorted(self.systems_of(canonical))]
        if not answers:
            return CodeAnswer("unknown", table.why)
        return min(answers, key=lambda answer: ("yes", "unknown", "no").index(answer.status))

    def _folded(self, table: MemberTable, code: str, system: str | None) -> CodeAnswer:
        for url in (system,) if system is not None else {url for url, _ in table.pairs}:
            known = self._systems.get(url)
            if known is None or known.case_sensitive:
                continue
            canonical = known.canonical(code)
            for (held_url, held), answer in table.pairs.items():
                if held_url == url and known.canonical(held) == canonical:
                    return answer
        return table.absent

    def _one(self, canonical: str, system: str, code: str, version: str | None) -> CodeAnswer:
        trail = Trail()
        verdict = self._asked(canonical, system, code, (), trail)
        if verdict is None:
            return CodeAnswer("unknown", trail.reason(canonical))
        known = self._systems.get(system, version or "")
        if not verdict:
            own = known.answer(code) if known is not None else None
            return CodeAnswer("no", own.reason if own is not None and own.no else "it is not one of its codes")
        return _answer(known, code, self._listed(canonical, system, code))

    def _listed(self, canonical: str, system: str, code: str) -> tuple[str, ...]:
        found = self._find(canonical)
        for include in found.includes if found is not None else ():
            if include.system == system and include.listed and code in include.listed:
                return include.listed[code]
        return found.shipped.codes.get((system, code), ()) if found is not None and found.shipped is not None else ()

    # Membership: True, False, None (cannot be said)

    def _asked(self, canonical: str, system: str, code: str, seen: tuple[str, ...], trail: Trail) -> bool | None:
        key = canonical, system, code
        if key not in trail.verdicts:
            trail.verdicts[key] = self._decided(canonical, system, code, seen, trail)
        return trail.verdicts[key]

    def _decided(self, canonical: str, system: str, code: str, seen: tuple[str, ...], trail: Trail) -> bool | None:
        if canonical in seen or len(seen) > _DEEPEST or trail.spent():
            trail.note(f"the value set {canonical} takes in itself, or too many others")
            return None
        found = self._find(canonical)
        if found is None:
            trail.note(f"the value set {canonical} is not at hand")
            return None
        seen = (*seen, canonical)
        verdict: bool | None = None if not found.includes else False
        for include in found.includes:
            one = self._takes(include, system, code, seen, trail)
            if one:
                verdict = True
                break
            verdict = None if one is None else verdict
        if verdict is not False:
            for exclude in found.excludes:
                out = self._takes(exclude, system, code, seen, trail)
                if out:
                    return False
                verdict = None if out is None else verdict
        if verdict and not found.inactive_too and self._inactive(system, code):
            return False
        return self._by_expansion(found, system, code, trail) if verdict is None else verdict

    def _by_expansion(self, found: ValueSet, system: str, code: str, trail: Trail) -> bool | None:
        if found.shipped is None:
            if not found.includes:
                trail.note(f"the value set {found.name} says neither what it is made of nor what is in it")
            return None
        if (system, code) in found.shipped.codes:
            return True
        return False if found.shipped.whole else None

    def _takes(self, include: Include, system: str, code: str, seen: tuple[str, ...], trail: Trail) -> bool | None:
        if include.empty or (include.system and include.system != system):
            return False
        verdict: bool | None = True
        if include.system:
            verdict = self._of_system(include, code, trail)
        for imported in include.imports:
            if verdict is False:
                return False
            one = self._asked(imported, system, code, seen, trail)
            verdict = False if one is False else None if one is None or verdict is None else verdict
        return verdict

    def _of_system(self, include: Include, code: str, trail: Trail) -> bool | None:
        known = self._systems.get(include.system, include.version)
        if include.listed is not None:
            if code in include.listed:
                return True
            return known is not None and not known.case_sensitive and known.canonical(code) in {known.canonical(one) for one in include.listed}
        if known is None:
            trail.note(f"the code system {include.system} is not at hand")
            return None
        own = known.answer(code)
        if own.no and self._other_version(known, include):
            trail.note(f"version {include.version} of the code system {known.name} is not at hand (only {known.version})")
            return None
        verdict = True if own.yes else False if own.no else None
        if verdict is None:
            trail.note(own.reason)
        for one in include.filters:
            predicate = known.select(one.operation, one.name, one.value)
            took = predicate(code) if predicate is not None else None
            if took is False:
                return False
            if took is None:
                trail.note(f"the filter '{one.name} {one.operation} {one.value}' cannot be answered for {known.name}")
                verdict = None if verdict is not False else False
        return verdict

    @staticmethod
    def _other_version(known: CodeSystem, include: Include) -> bool:
        return bool(include.version and known.version and known.version != include.version and not known.version.startswith(f"{include.version}."))

    def _inactive(self, system: str, code: str) -> bool:
        known = self._systems.get(system)
        return known is not None and known.answer(code).inactive

    # Expansion

    def _list(self, canonical: str, seen: tuple[str, ...], trail: Trail) -> Listing | None:
        if canonical not in trail.listings:
            trail.listings[canonical] = self._listed_all(canonical, seen, trail)
        return trail.listings[canonical]

    def _listed_all(self, canonical: str, seen: tuple[str, ...], trail: Trail) -> Listing | None:
        if canonical in seen or len(seen) > _DEEPEST or trail.spent():
            trail.note(f"the value set {canonical} takes in itself, or too many others")
            return None
        found = self._find(canonical)
        if found is None:
            trail.note(f"the value set {canonical} is not at hand")
            return None
        listing = self._compose(found, (*seen, canonical), trail) if found.includes else None
        if listing is None and found.shipped is not None and found.shipped.whole:
            return dict(found.shipped.codes)
        if listing is None and not found.includes and found.shipped is None:
            trail.note(f"the value set {found.name} says neither what it is made of nor what is in it")
        return listing

    def _compose(self, found: ValueSet, seen: tuple[str, ...], trail: Trail) -> Listing | None:
        listing: Listing = {}
        for include in found.includes:
            part = self._part(include, seen, trail)
            if part is None or len(listing) + len(part) > _MOST:
                return None
            for pair, displays in part.items():
                if pair not in listing or not listing[pair]:
                    listing[pair] = displays
        for exclude in found.excludes:
            for pair in list(listing):
                out = self._takes(exclude, *pair, seen, trail)
                if out is None:
                    return None
                if out:
                    del listing[pair]
        if not found.inactive_too:
            listing = {pair: displays for pair, displays in listing.items() if not self._inactive(*pair)}
        return listing

    def _part(self, include: Include, seen: tuple[str, ...], trail: Trail) -> Listing | None:
        if include.empty:
            return {}
        imports = list(include.imports)
        pool: Listing | None = self._pool(include, trail) if include.system else None
        while pool is None and imports:
            taken = imports.pop(0)
            pool = self._list(taken, seen, trail)
            if pool is None:
                # Another import may be short enough to list: the one that is not is then asked code by code.
                later = next((one for one in imports if self._list(one, seen, trail) is not None), None)
                if later is None:
                    return None
                imports.remove(later)
                pool = self._list(later, seen, trail)
                imports.append(taken)
        if pool is None:
            return None
        rest = Include(include.system, include.version, include.listed, include.filters, tuple(imports))
        kept: Listing = {}
        for pair, displays in pool.items():
            verdict = self._takes(rest, *pair, seen, trail) if imports or include.system else True
            if verdict is None:
                return None
            if verdict:
                kept[pair] = displays
        return kept

    def _pool(self, include: Include, trail: Trail) -> Listing | None:
        if include.listed is not None:
            return {(include.system, code): displays for code, displays in include.listed.items()}
        known = self._systems.get(include.system, include.version)
        if known is None:
            trail.note(f"the code system {include.system} is not at hand")
            return None
        if self._other_version(known, include):
            trail.note(f"version {include.version} of the code system {known.name} is not at hand (only {known.version})")
            return None
        if known.codes is None:
            trail.note(known.why)
            return None
        if len(known.codes) > _MOST:
            trail.note(f"{known.name} has too many codes to list")
            return None
        return {(include.system, code): () for code in known.codes}

    def _systems_of(self, canonical: str) -> frozenset[str]:
        """URIs of the systems a value set takes codes of, as far as that can be told."""
        systems: set[str] = set()
        waiting, seen = [canonical], set()
        while waiting:
            one = waiting.pop()
            found = self._find(one)
            if one in seen or found is None:
                continue
            seen.add(one)
            for include in found.includes:
                if include.system:
                    systems.add(include.system)
                else:
                    waiting.extend(include.imports)
            if found.shipped is not None:
                systems.update(url for url, _ in found.shipped.codes)
        return frozenset(systems)


def _answer(system: CodeSystem | None, code: str, displays: tuple[str, ...]) -> CodeAnswer:
    """That a code is a member, with the displays of its system and of the value set."""
    own = system.answer(code) if system is not None else None
    if own is None or not own.yes:
        return CodeAnswer("yes", "", displays[0] if displays else None, displays=displays)
    every = tuple(dict.fromkeys((*own.displays, *displays)))
    return CodeAnswer("yes", "", own.display or (every[0] if every else None), own.inactive, own.abstract, every)
