"""Site habits undone: a message as its dialect writes it becomes one that the profiles and mappings read, and each habit forgiven is said.

A dialect is a file of ``profiles/dialects``, named by habit. What a dialect does not name is left alone and judged as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.catalogue.issues import issue_row
from harness.model.issue import Issue, Severity
from harness.model.location import Location
from harness.model.mask import check_digit_holds
from harness.validation.national import bare, well_formed
from harness.validation.wording import worded

if TYPE_CHECKING:
    from harness.formats.hl7v2 import Segment, Tree

# ITK-R 0001: how the letters of HL7's own table map onto the digits.
_SEX = {"M": "1", "F": "2", "A": "9", "U": "0", "N": "0", "O": "0"}
_PRACTICE = re.compile(r"[A-Z][A-Z0-9][0-9]{4}")
_DELETE = '""'


@dataclass(frozen=True, slots=True)
class Shown:
    """What shows a dialect, beside an NHS number whose check digit holds: a bare number in one of ``fields``, CX.4 or CX.5, or a status so spelled."""

    fields: tuple[int, ...]
    authorities: frozenset[str]
    types: frozenset[str]
    status: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Dialect:
    """One file of ``profiles/dialects``. ``fields`` are where the NHS number stands, in order; ``pattern`` holds the status digits as its group.

    ``profile`` is what a message claims when the dialect is asked for (empty: nothing); ``shown`` by what it is detected (None: never).
    """

    id: str
    title: str
    source: str
    version: str
    fields: tuple[int, ...]
    authorities: frozenset[str]
    types: frozenset[str]
    bare: bool
    separators: bool
    status: str
    pattern: re.Pattern[str] | None
    habits: Mapping[str, Any]
    profile: str = ""
    shown: Shown | None = None

    def names(self, segment: Segment, path: str) -> bool:
        """Whether the identifier at ``path`` (``3[2]``) says, as this dialect says it, that it is an NHS number."""
        kind = (segment.get(f"{path}.5") or "").partition("{")[0]
        return (segment.get(f"{path}.4.1") or "") in self.authorities or kind in self.types


@lru_cache(maxsize=32)
def load_dialect(name: str) -> Dialect:
    """The dialect called ``name``; raises UnknownNameError with the names there are, or CatalogueError."""
    from harness.catalogue.load import data_root, load_yaml
    from harness.errors import UnknownNameError

    files = {path.stem: path for path in sorted((data_root() / "profiles" / "dialects").glob("*.yaml"))}
    if name not in files:
        raise UnknownNameError("dialect", name, tuple(files))
    raw = load_yaml(files[name], "dialect")
    number, status, shown = raw["nhs_number"], raw["status"], raw.get("detect")
    return Dialect(
        raw["id"],
        raw["title"],
        raw["source"],
        raw["version"],
        _fields(number["fields"]),
        frozenset(number.get("authorities", ())),
        frozenset(number.get("types", ())),
        number.get("bare", False),
        number.get("separators", False),
        status["place"],
        re.compile(status["pattern"]) if "pattern" in status else None,
        raw.get("habits", {}),
        raw.get("profile", ""),
        shown
        and Shown(
            _fields(shown.get("fields", ())),
            frozenset(shown.get("authorities", ())),
            frozenset(shown.get("types", ())),
            re.compile(shown["status"]) if "status" in shown else None,
        ),
    )


def _fields(names: Iterable[str]) -> tuple[int, ...]:
    return tuple(int(name.removeprefix("PID-")) for name in names)


def normalise(tree: Tree, dialect: str, *, version: str = "", detected: bool = False) -> tuple[Tree, list[Issue]]:
    """A copy of ``tree`` without the habits of ``dialect``, and one ``dialect/…`` information issue for each that was there.

    NHS numbers become ``number^^^NHS`` in PID-3 and MRG-1 (with type ``NH`` from version 2.5, which requires one), statuses ``NSTSnn`` in PID-32.
    ``version`` is the MSH-12 the message is to be read as, where the reader has no other: then version, structure and letters of sex are turned
    into that version's too. Of a dialect that was ``detected`` only what was seen is undone: numbers and statuses. The same tree comes back where there
    was nothing to forgive. Raises UnknownNameError for an unknown dialect.
    """
    chosen = load_dialect(dialect)
    work = _Work(tree, tree.copy(), chosen, [])
    for step in (_numbers,) if detected else _STEPS:
        step(work)
    if version and not detected and version != chosen.version and work.tree.version == chosen.version:
        _as_version(work, version)
    return (work.tree, work.forgiven) if work.forgiven else (tree, [])


def judge_forgiving(tree: Tree, dialect: str, judge: Callable[[Tree], list[Issue]], *, version: str = "", detected: bool = False) -> list[Issue]:
    """What was forgiven, then what ``judge`` says of the normalised message, located in the message as it was received."""
    normal, forgiven = normalise(tree, dialect, version=version, detected=detected)
    issues = judge(normal)
    events = load_dialect(dialect).habits.get("events", ()) if not detected else ()
    if tree.trigger in events:
        issues = [issue for issue in issues if issue.code != "hl7v2/event"]
    if normal is tree:
        return forgiven + issues
    return forgiven + [replace(issue, location=_located(tree, issue.location.path)) for issue in issues]


@dataclass(slots=True)
class _Work:
    """A message being normalised. ``original`` gives locations; ``tree`` is changed."""

    original: Tree
    tree: Tree
    dialect: Dialect
    forgiven: list[Issue]

    def tell(self, key: str, *, at: str, actual: str, expected: str = "", **words: object) -> None:
        """Tell of one habit that was forgiven; ``at`` is where it stood in the message as received."""
        clause = f"dialect {self.dialect.id}: {self.dialect.source}"
        place = _located(self.original, at)
        self.forgiven.append(worded(issue_row(key), place, words, severity=Severity.INFORMATION, clause=clause, expected=expected, actual=actual))

    @property
    def version(self) -> tuple[int, ...]:
        """MSH-12 of the message as it is now."""
        return tuple(int(part) for part in re.findall(r"\d+", self.tree.version)[:3])

    @property
    def typed(self) -> bool:
        """Whether CX.5 is to be filled: HL7 v2.5 and later require it."""
        return self.version >= (2, 5)


def _events(work: _Work) -> None:
    event = work.tree.trigger
    if event in work.dialect.habits.get("events", ()):
        work.tell("dialect/event", at="MSH-9.2", actual=event, event=event)


def _structure(work: _Work) -> None:
    names = work.dialect.habits.get("structures", {}).get(work.tree.trigger, ())
    written = work.tree.structure
    # MSH-9.3 came with version 2.3.1: before that, nothing is left out.
    if names and written in names[1:] and (written or work.version >= (2, 3, 1)):
        work.tree.set("MSH-9.3", names[0])
        work.tell("dialect/message-structure", at="MSH-9.3", expected=names[0], actual=written or "empty", event=work.tree.trigger)


def _numbers(work: _Work) -> None:
    for segment, number in _occurrences(work.tree, "PID"):
        _spelling(work, segment, f"PID[{number}]-3", 3)
        found = any(work.dialect.names(segment, f"3[{place}]") for place in range(1, segment.repetitions(3) + 1))
        for field in work.dialect.fields:
            if field != 3 and work.dialect.bare:
                found = _moved(work, segment, f"PID[{number}]", field, found) or found
        _status(work, segment, f"PID[{number}]")
    for segment, number in _occurrences(work.tree, "MRG"):
        _spelling(work, segment, f"MRG[{number}]-1", 1)


def _spelling(work: _Work, segment: Segment, at: str, field: int) -> None:
    """Numbers that the dialect names, written as the profile names them."""
    for place in range(1, segment.repetitions(field) + 1):
        path, where = f"{field}[{place}]", f"{at}[{place}]"
        value = segment.get(f"{path}.1")
        if not value or value == _DELETE or not work.dialect.names(segment, path):
            continue
        plain = bare(value)
        if plain != value and work.dialect.separators and well_formed(plain):
            segment.set(f"{path}.1", plain)
            work.tell("dialect/nhs-number-separators", at=f"{where}.1", expected=plain, actual=value)
        was = (segment.get(f"{path}.4") or "", segment.get(f"{path}.5") or "")
        suffix = was[1][len(was[1].partition("{")[0]) :] if work.dialect.status == "PID-3.5" else ""
        wanted = ("NHS", "NH" if work.typed else "")
        if was != (wanted[0], wanted[1] + suffix):
            segment.set(f"{path}.4", wanted[0])
            segment.set(f"{path}.5", wanted[1] + suffix or None)
            if was[0] != wanted[0] or (was[1].partition("{")[0] != wanted[1]):
                expected = "^".join(part for part in (f"{plain}^^^NHS", wanted[1]) if part)
                work.tell("dialect/nhs-number-spelling", at=where, expected=expected, actual="^".join(was))


def _moved(work: _Work, segment: Segment, at: str, field: int, found: bool) -> bool:
    """An NHS number that stands in another field than PID-3; True when it is one. Ten digits only: the field may hold other numbers."""
    value = segment.get(f"{field}[1].1") or ""
    plain = bare(value)
    if not well_formed(plain) or (plain != value and not work.dialect.separators):
        return False
    if found:
        held = {bare(segment.get(f"3[{place}].1") or "") for place in range(1, segment.repetitions(3) + 1)}
        if plain not in held:
            return False
    elif not check_digit_holds(plain):
        return False
    else:
        place = segment.repetitions(3) + 1 if segment.get("3") else 1
        segment.set(f"3[{place}].1", plain)
        segment.set(f"3[{place}].4", "NHS")
        if work.typed:
            segment.set(f"3[{place}].5", "NH")
    segment.set(str(field), None)
    work.tell("dialect/nhs-number-place", at=f"{at}-{field}", actual=value, field=field)
    return True


def _status(work: _Work, segment: Segment, at: str) -> None:
    """The verification status, from wherever the dialect keeps it, as NSTSnn in PID-32."""
    pattern, place = work.dialect.pattern, work.dialect.status
    if pattern is None or place == "none":
        return
    if place == "PID-32":
        for number in range(1, segment.repetitions(32) + 1):
            text = segment.get(f"32[{number}]") or ""
            match = pattern.match(text)
            if match and text != f"NSTS{match[1]}":
                segment.set(f"32[{number}]", f"NSTS{match[1]}")
                work.tell("dialect/status-spelling", at=f"{at}-32[{number}]", actual=text, digits=match[1])
        return
    component = place.rpartition(".")[2]
    for number in range(1, segment.repetitions(3) + 1):
        if not work.dialect.names(segment, f"3[{number}]"):
            continue
        text = segment.get(f"3[{number}].{component}") or ""
        match = pattern.search(text)
        if match is None:
            continue
        segment.set(f"3[{number}].{component}", text[: match.start()] + text[match.end() :] or None)
        held = [segment.get(f"32[{one}]") or "" for one in range(1, segment.repetitions(32) + 1)]
        if not any(one.startswith("NSTS") for one in held):
            free = len(held) + 1 if any(held) else 1
            segment.set(f"32[{free}]", f"NSTS{match[1]}")
        work.tell("dialect/status-place", at=f"{at}-3[{number}].{component}", actual=text, component=component, digits=match[1])


def _authorities(work: _Work) -> None:
    """Local numbers without an assigning authority: that of the sender, and in MRG that of the one survivor."""
    habits = work.dialect.habits
    sender = work.tree.get("MSH-4.1") or ""
    if habits.get("local_authority") == "sender" and sender:
        for segment, number in _occurrences(work.tree, "PID"):
            _give_authority(work, segment, f"PID[{number}]", 3, (sender, ""))
    if habits.get("merge_authority") == "survivor":
        pid = work.tree.segment("PID")
        kinds = {_kind(pid, place) for place in range(1, pid.repetitions(3) + 1)} - {("NHS", ""), ("NHS", "NH"), ("", "")} if pid else set()
        if len(kinds) == 1:
            for segment, number in _occurrences(work.tree, "MRG"):
                _give_authority(work, segment, f"MRG[{number}]", 1, next(iter(kinds)))


def _kind(segment: Segment, place: int) -> tuple[str, str]:
    return (segment.get(f"3[{place}].4") or "", segment.get(f"3[{place}].5") or "") if segment.get(f"3[{place}].1") else ("", "")


def _give_authority(work: _Work, segment: Segment, at: str, field: int, kind: tuple[str, str]) -> None:
    for place in range(1, segment.repetitions(field) + 1):
        path = f"{field}[{place}]"
        value = segment.get(f"{path}.1") or ""
        if value in ("", _DELETE) or segment.get(f"{path}.4") or work.dialect.names(segment, path):
            continue
        segment.set(f"{path}.4", kind[0])
        if kind[1] and not segment.get(f"{path}.5"):
            segment.set(f"{path}.5", kind[1])
        work.tell("dialect/assigning-authority", at=f"{at}-{path}.4", expected=kind[0], actual="empty")


def _practice(work: _Work) -> None:
    """The practice code from the place the dialect keeps it, in PD1-3.3."""
    place = str(work.dialect.habits.get("practice", "")).removeprefix("PD1-")
    if not place.startswith("4"):
        return
    for segment, number in _occurrences(work.tree, "PD1"):
        code = segment.get(place) or ""
        if segment.get("3[1].3") or not _PRACTICE.fullmatch(code):
            continue
        segment.set("3[1].3", code)
        kept = [segment.raw(f"4[{one}]") for one in range(1, segment.repetitions(4) + 1) if f"4[{one}]" != place.partition(".")[0]]
        segment.set_raw("4", work.tree.delimiters.repetition.join(kept))
        work.tell("dialect/practice-place", at=f"PD1[{number}]-{place}", actual=code)


def _undone_death(work: _Work) -> None:
    word = work.dialect.habits.get("undo_death")
    for segment, number in _occurrences(work.tree, "PID"):
        if word and segment.get("29") == word:
            segment.set("29", _DELETE)
            if (segment.get("30") or "Y") != "N":
                segment.set("30", "N")
            work.tell("dialect/undone-death", at=f"PID[{number}]-29", actual=str(word))


def _as_version(work: _Work, version: str) -> None:
    work.tree.set("MSH-12", version)
    work.tell("dialect/version", at="MSH-12", actual=work.dialect.version, version=version)
    _structure(work)
    for segment, number in _occurrences(work.tree, "PID"):
        letter = segment.get("8") or ""
        if work.dialect.habits.get("sex_letters") and letter in _SEX:
            segment.set("8", _SEX[letter])
            work.tell("dialect/sex-letter", at=f"PID[{number}]-8", expected=_SEX[letter], actual=letter)
        if not work.typed:
            for place in range(1, segment.repetitions(3) + 1):
                if work.dialect.names(segment, f"3[{place}]") and segment.get(f"3[{place}].5") == "NH":
                    segment.set(f"3[{place}].5", None)


def _occurrences(tree: Tree, name: str) -> Iterator[tuple[Segment, int]]:
    yield from ((segment, number) for number, segment in enumerate(tree.all(name), 1))


def _located(tree: Tree, path: str) -> Location:
    """Where ``path`` stands in ``tree``; the occurrence of a segment that stands there once is left out."""
    from harness.errors import HarnessError

    for name in ("PID", "MRG", "PD1"):
        if path.startswith(f"{name}[1]") and len(tree.all(name)) == 1:
            path = name + path[len(name) + 3 :]
    try:
        return tree.locate(path)
    except (HarnessError, ValueError):
        return Location(path)


_STEPS: tuple[Callable[[_Work], None], ...] = (_events, _structure, _numbers, _authorities, _practice, _undone_death)
