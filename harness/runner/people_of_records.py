"""``--records``: the people found in a user's own messages take the place of the fixtures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from harness.case.nhs_numbers import VALID_IN_999, nhs_number
from harness.case.spec import Namespace
from harness.errors import FormatError, SetUpError, UnsafeError
from harness.model.mask import check_digit_holds, mask_text
from harness.model.place import FixturePerson
from harness.model.record import UNSAID, Entry, Record
from harness.model.run import RecordsSummary
from harness.runner.reading import ParsedPart, parts, records, records_together

MAX_FILE = 50_000_000  # bytes: files of records are read whole
MAX_VALUE = 20_000  # characters: anything longer would fill the messages of every case, and no place of a record needs it
NUMBER = "person.nhs_number"
# What a check relies on stays the fixture's: who is verified, sensitive, dead or without a number; where an encounter stands; who is a twin.
_ALWAYS_FIXTURE = (NUMBER, "person.nhs_number_status", "person.sensitive", "person.consent_to_share", "person.deceased", "person.death_date", "person.pseudo")
_NEEDED = ("person.birth_date", "person.sex")
_FIXTURE_GROUPS = ("identifier", "encounter", "package", "referral")
# Groups that checks ask after: of somebody found without them nothing could be said, so the fixture lends its own.
_ASKED_OF_ALL = ("name", "address", "telecom", "contact", "allergy")
_TRAITS = {
    "twin": ("person.birth_date", "address"),
    "charset": ("name", "address", "telecom", "contact"),
    "repeats": ("name", "address", "telecom", "contact", "allergy"),
    "separators": ("name", "address", "telecom", "contact", "allergy"),
}
_DATES = ("date", "date-time")
_TOLD_APART_BY = {"person.birth_date": "dates of birth", "person.sex": "sexes", "name.family": "family names"}


@dataclass(slots=True)
class _Found:
    """People by number, in the order met, and what is to be told of them."""

    people: dict[tuple[str, str], Record] = field(default_factory=dict)
    contradictions: dict[str, None] = field(default_factory=dict)
    defective: list[str] = field(default_factory=list)
    files: int = 0
    messages: int = 0
    ignored: int = 0
    strangers: list[str] = field(default_factory=list)


def people_of(
    path: Path, fixtures: Sequence[FixturePerson], namespace: str, *, keep_numbers: bool = False, allow: Sequence[str] = ()
) -> tuple[tuple[FixturePerson, ...], RecordsSummary]:
    """The people in a v2 or FHIR file, or in the files below a folder, in the places of ``fixtures``, cycling; and what was found.

    A message that cannot be read, or that has validation errors, is named and does not stop the others. Raises SetUpError when there is no
    file or no person, FormatError when a single file is in no known format, UnsafeError for foreign numbers with ``keep_numbers`` and no ``allow``.
    """
    found = _gather(path)
    if not found.people:
        raise SetUpError("no person was found", where=str(path), expected="HL7 v2 or FHIR files with people in them", do="see what `harness read FILE` says")
    foreign = {record.text(NUMBER) for record in found.people.values()} - {""}
    foreign = {number for number in foreign if not number.startswith("999")}
    if keep_numbers and foreign and not allow:
        raise UnsafeError(
            f"{len(foreign)} NHS numbers are outside the test range, the first {mask_text(min(foreign))}",
            where=str(path),
            expected="999 000 0000 to 999 999 9999",
            do="leave --keep-numbers out, or name the hosts that may receive them under allow: in the manifest",
        )
    met = [record if keep_numbers else _renumbered(record, namespace) for record in found.people.values()]
    people = tuple(_in_place_of(fixture, met[index % len(met)]) for index, fixture in enumerate(fixtures))
    return people, RecordsSummary(
        path=str(path),
        files=found.files,
        messages=found.messages,
        people=len(found.people),
        contradictions=tuple(found.contradictions),
        defective=tuple(found.defective),
        renumbered=0 if keep_numbers else len(foreign),
        ignored=found.ignored,
        strangers=tuple(found.strangers),
    )


def _gather(path: Path) -> _Found:
    found, resources = _Found(), list[ParsedPart]()
    for file, data in _files(path):
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        try:
            read = list(parts(data, name))
        except FormatError as error:
            if path.is_file():
                raise
            found.ignored += 1
            found.strangers.append(f"{name}: {error.what}")
            continue
        found.files += 1
        for part in read:
            found.messages += 1
            _report_defects(found, part)
            if part.tree is None:
                continue
            if part.kind.startswith("fhir"):
                resources.append(part)
            else:
                _add(found, part.where, records(part))
    _add(found, "the FHIR resources", records_together(resources))
    return found


def _files(path: Path) -> Iterator[tuple[Path, bytes]]:
    if not path.exists():
        raise SetUpError("there is no such file or folder", where=str(path), expected="HL7 v2 or FHIR files", do="correct --records")
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not file.is_file() or file.name.startswith("."):
            continue
        if file.stat().st_size > MAX_FILE:
            raise SetUpError(f"the file has {file.stat().st_size} bytes", where=str(file), expected=f"at most {MAX_FILE}", do="split it")
        yield file, file.read_bytes()


def _report_defects(found: _Found, part: ParsedPart) -> None:
    from harness.validation.dispatch import validate

    if part.error is not None:
        found.defective.append(f"{part.where}: {part.error}")
        return
    errors = [issue for issue in validate(part.content, name=part.where) if issue.is_error]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        found.defective.append(f"{part.where}: {errors[0].location} {errors[0].message}{more}")


def _add(found: _Found, where: str, people: Sequence[Record]) -> None:
    for record in people:
        number = record.text(NUMBER)
        identity = ("nhs", number) if number else (record.text("identifier.authority"), record.text("identifier.value"))
        if not identity[1]:
            # Nobody says who this is but the name: enough to be sent, and told apart by all of it.
            identity = ("name", "|".join((*record.all("name.family"), *record.all("name.given"), record.text("person.birth_date"))).strip("|"))
        if not identity[1]:
            found.ignored += 1
            continue
        record = _possible(found, where, record)
        known = found.people.get(identity)
        if known is None:
            found.people[identity] = record
            continue
        for item, what in _TOLD_APART_BY.items():
            one, other = known.text(item), record.text(item)
            if one and other and one.casefold() != other.casefold():
                found.contradictions[f"{where}: one number stands for two {what}: {mask_text(identity[1])}"] = None
        found.people[identity] = _merged(known, record)


def _possible(found: _Found, where: str, record: Record) -> Record:
    """``record`` without dates and times that no calendar has, which nothing that holds native dates could send, and without endless values."""
    from harness.catalogue import catalogue

    items, groups = catalogue().items, dict[str, tuple[Entry, ...]]()
    repeating = {group.name for group in catalogue().groups.values() if group.repeats}
    for name, entries in record.groups.items():
        kept = []
        for entry in entries:
            endless = [item for item in entry.values if len(entry.text(item)) > MAX_VALUE]
            found.defective += [f"{where}: {item} has {len(entry.text(item))} characters; it is left out" for item in endless]
            if endless and name in repeating:
                continue
            entry = replace(entry, values={item: value for item, value in entry.values.items() if item not in endless})
            wrong = {item for item in entry.values if item in items and items[item].normal_form in _DATES and not _is_date(entry.text(item))}
            found.defective += [f"{where}: {item} {entry.text(item)!r} is no date; it is left out" for item in sorted(wrong)]
            kept.append(replace(entry, values={item: value for item, value in entry.values.items() if item not in wrong}) if wrong else entry)
        if kept:
            groups[name] = tuple(kept)
    return Record(groups)


def _is_date(text: str) -> bool:
    if not text:
        return True
    try:
        datetime.fromisoformat(text if len(text) > 7 else f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _merged(known: Record, later: Record) -> Record:
    """Everything of ``known``, and of ``later`` what it lacks: a contradiction is told, never resolved by what came last."""
    from harness.catalogue import catalogue

    groups = dict(known.groups)
    for name, entries in later.groups.items():
        group = catalogue().groups.get(name)
        if group is None or not group.repeats:
            values = dict(entries[0].values) | (dict(groups[name][0].values) if groups.get(name) else {}) if entries else {}
            groups[name] = (Entry(name, values),)
            continue
        held = groups.get(name, ())
        keys = {tuple(entry.text(item) for item in group.key) for entry in held}
        groups[name] = (*held, *(entry for entry in entries if tuple(entry.text(item) for item in group.key) not in keys))
    return Record(groups)


def _renumbered(record: Record, namespace: str) -> Record:
    number = record.text(NUMBER)
    if not number or number.startswith("999"):
        return record
    return record.replaced({NUMBER: replacement(number, namespace)})


def replacement(number: str, namespace: str) -> str:
    """The number of the test range that stands for ``number`` in ``namespace``: the same for the same, with a wrong check digit for a wrong one."""
    new = nhs_number(Namespace(0, namespace, "").digest("renumber", number) % VALID_IN_999)
    right = len(number) == 10 and number.isascii() and number.isdigit() and check_digit_holds(number)
    return new if right else f"{new[:9]}{(int(new[9]) + 1) % 10}"


def _in_place_of(fixture: FixturePerson, found: Record) -> FixturePerson:
    """``found`` under the fixture's letter, with what checks rely on kept from the fixture."""
    base = fixture.record
    if not isinstance(base, Record):
        return fixture
    kept = [*_ALWAYS_FIXTURE, *(name for trait in fixture.traits for name in _TRAITS.get(trait, ()))]
    own = base.entries("person")[0].values if base.entries("person") else {}
    changes = {name: own.get(name, UNSAID) for name in kept if "." in name}
    changes |= {item: own.get(item, UNSAID) for item in _NEEDED if own and not found.text(item)}
    groups = {name: entries for name, entries in found.groups.items() if name not in (*_FIXTURE_GROUPS, *kept)}
    groups |= {name: base.groups[name] for name in (*_FIXTURE_GROUPS, *kept) if name in base.groups}
    groups |= {name: base.groups[name] for name in _ASKED_OF_ALL if name in base.groups and not groups.get(name)}
    record = Record(groups).replaced(changes)
    return replace(fixture, record=record)
