"""run-meta.json: what an interrupted run must know to be finished as if it had never stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from harness.errors import SetUpError
from harness.model.place import FixturePerson, Place
from harness.model.record import Record
from harness.model.run import Selection

NAME = "run-meta.json"
FIRST_EPOCH = datetime(2026, 1, 5)  # noqa: DTZ001 - a local calendar date; a Monday without a clock change near it


@dataclass(frozen=True, slots=True)
class Meta:
    """``digest`` covers the place and the people sent; ``version`` the harness that planned the run."""

    id: str
    place: str
    digest: str
    seed: int
    namespace: str
    epoch: str
    version: str
    started: str
    selection: Selection
    repeat: int
    evidence: str
    records: str = ""
    keep_numbers: bool = False
    packages: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()

    def save(self, directory: Path) -> None:
        """Write run-meta.json; an existing one is an earlier run and is refused."""
        import msgspec

        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(directory, error) from None
        try:
            with (directory / NAME).open("xb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n")
        except FileExistsError:
            raise SetUpError(
                "the directory holds a run already",
                where=str(directory),
                expected="a new directory",
                do=f"choose another --out, or finish it with --resume {directory}",
            ) from None
        except OSError as error:
            raise _unusable(directory, error) from None

    @staticmethod
    def load(directory: Path) -> Meta:
        """Read run-meta.json of ``directory``; SetUpError when it is not a run."""
        import msgspec

        try:
            return msgspec.json.decode((directory / NAME).read_bytes(), type=Meta)
        except OSError:
            raise SetUpError(
                f"there is no {NAME}", where=str(directory), expected="the directory of an interrupted run", do="give the --out directory of that run"
            ) from None
        except msgspec.DecodeError as error:
            raise SetUpError(f"the file does not hold: {error}", where=str(directory / NAME), expected="the file as the run wrote it") from None


def _unusable(directory: Path, error: OSError) -> SetUpError:
    what = f"the directory cannot be written: {error.strerror}"
    return SetUpError(what, where=str(directory), expected="a directory, or a path for a new one", do="choose another --out")


def digest(place: Place, people: tuple[FixturePerson, ...]) -> str:
    """One hash over the place and the people given to it."""
    import msgspec

    def plain(value: object) -> object:
        return value.to_json() if isinstance(value, Record) else str(value)

    content = [msgspec.to_builtins(place), [(person.id, plain(person.record)) for person in people]]
    return sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def namespace_and_epoch(place: Place, seed: int, today: datetime) -> tuple[str, str]:
    """Derived from the seed when every system is simulated, and so fresh; new, with today's date, when one is real (decision 8)."""
    if all(system.simulated for system in place.systems):
        name = sha256(f"namespace|{seed}".encode()).hexdigest()
        return name[:8], (FIRST_EPOCH + timedelta(days=7 * (int(name[8:12], 16) % 3))).date().isoformat()
    return token_hex(4), today.date().isoformat()
