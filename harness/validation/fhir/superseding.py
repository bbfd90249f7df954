"""Where a rule written out says better, and nearer to the fault, what an invariant says too, the invariant is not said a second time."""

from __future__ import annotations

from harness.validation.fhir.judging import Judging

_TAIL = 24


def supersede(judging: Judging, key: str, path: str) -> None:
    """Take back that the invariant ``key`` is broken at ``path`` or around it: of the value just judged, or once in a Bundle."""
    if key.startswith("bdl-"):
        done: set[tuple[str, str]] = judging.kept.setdefault("superseded", set())
        if (key, judging.base) in done:
            return
        done.add((key, judging.base))
        judging.issues[:] = [issue for issue in judging.issues if issue.clause != key or not issue.location.path.startswith(judging.base)]
        return
    for index in range(len(judging.issues) - 1, max(len(judging.issues) - _TAIL, 0) - 1, -1):
        issue = judging.issues[index]
        if issue.clause == key and path.startswith(issue.location.path):
            del judging.issues[index]
            return
