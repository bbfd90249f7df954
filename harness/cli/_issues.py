"""What validation may say, as ``harness list issues`` and ``harness explain CODE`` show it."""

from __future__ import annotations

from harness.model.issue_row import IssueRow


def issue_list() -> list[tuple[str, ...]]:
    """Key, code, severity and message of every row."""
    return [(row.key, row.code, _severity(row), row.message) for row in _rows()]


def issue_names() -> list[str]:
    """Every code and every key."""
    return list(dict.fromkeys(name for row in _rows() for name in (row.code, row.key)))


def issue_facts(name: str) -> dict[str, str | list[str]]:
    """Every row of a code, or the one of a key, by key; nothing for a name that is neither."""
    rows = [row for row in _rows() if name in (row.code, row.key)]
    found: dict[str, str | list[str]] = {"issue": ", ".join(dict.fromkeys(row.code for row in rows))} if rows else {}
    return found | {row.key: _lines(row) for row in rows}


def _rows() -> list[IssueRow]:
    from harness.catalogue.issues import all_issue_rows
    from harness.catalogue.load import data_root

    return all_issue_rows(data_root())


def _lines(row: IssueRow) -> list[str]:
    said = {
        "severity": _severity(row),
        "expected": row.expected,
        "clause": row.clause,
        "remedy": row.remedy,
        "HL7 table 0357": row.error_code,
        "FHIR issue-type": row.issue_type,
    }
    return [row.message, *(f"{name}: {text}" for name, text in said.items() if text)]


def _severity(row: IssueRow) -> str:
    if row.undetermined:
        return "undetermined"
    weight = str(row.severity) if row.severity else "as the rule says"
    eased = f", {row.eased} under hl7-validator" if row.eased else ""
    return f"{weight}{', only under hl7-validator' if row.opinion else eased}"
