"""A place: its systems, endpoints and required pairings, and the flows records travel in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: to connect, to acknowledge, until an effect is observable, and how long quiet means unchanged; bytes: largest message."""

    connect: float = 2.0
    acknowledge: float = 5.0
    effect: float = 5.0
    quiet: float = 1.0
    max_bytes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Tls:
    """How an endpoint is reached over TLS, always verified. Paths of PEM files; empty parts are left to the operating system.

    ``ca`` holds the authorities trusted; ``certificate`` is shown to the peer (mutual TLS), ``key`` its private key where that is a file of its own;
    ``secret`` names the environment variable with the key's pass phrase; ``server_name`` is the name in the peer's certificate where it is not its host.
    """

    ca: str = ""
    certificate: str = ""
    key: str = ""
    secret: str = ""
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One interface of a system.

    ``key`` is the format key (``hl7v2/2.4/itk``, ``fhir/4.0.1/ukcore``); ``transport``, ``direction``, ``mode``, ``acknowledgement``, ``auth`` and ``search``
    are words of ``profiles/vocabulary.yaml``. ``address`` is ``host:port`` or a base URL, empty for a simulated system (the OS chooses); ``secret`` names
    the environment variable that holds the token; ``tls`` is None for MLLP in the clear (an ``https`` address speaks TLS with or without it).
    """

    id: str
    key: str
    transport: str
    direction: str
    address: str = ""
    mode: str = "push"
    acknowledgement: str = "application"
    auth: str = "none"
    secret: str = ""
    limits: Limits = field(default_factory=Limits)
    capabilities: tuple[str, ...] = ()
    search: str = "revinclude"
    independent: bool = True
    tls: Tls | None = None

    @property
    def format(self) -> str:
        """``hl7v2`` or ``fhir``."""
        return self.key.partition("/")[0]

    @property
    def way(self) -> str:
        """The way in that this endpoint is, ``format+transport``: what adapters are registered and addresses kept under."""
        return f"{self.format}+{self.transport}"


@dataclass(frozen=True, slots=True)
class System:
    """One organisation's record system, simulated or real.

    ``identity`` holds what an endpoint says of itself: application, facility (ODS), authority (of its local numbers), processing_id,
    version, charset, profile. ``codes`` resolve fixture keys: ``{"ward": {"medical-1": "MED1"}}``. ``packages`` are the FHIR packages whose definitions a
    simulated system judges by when it is asked to ($validate). ``local`` are the identifier systems by which its FHIR interface knows local numbers, by
    assigning authority.
    """

    id: str
    title: str
    role: str
    simulated: bool
    endpoints: tuple[Endpoint, ...]
    identity: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    dialect: str = ""
    concurrency: int = 1
    uses: str = ""
    packages: tuple[str, ...] = ()
    local: Mapping[str, str] = field(default_factory=dict)

    def endpoint(self, id: str) -> Endpoint:
        """The endpoint called ``id``; KeyError where there is none."""
        for endpoint in self.endpoints:
            if endpoint.id == id:
                return endpoint
        raise KeyError(id)


@dataclass(frozen=True, slots=True)
class Interface:
    """How a pairing carries a record: an ``out`` endpoint of the source tied to an ``in`` endpoint of the target. ``id`` is ``hl7v2`` or ``fhir``."""

    id: str
    source_endpoint: str
    target_endpoint: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """source → target. ``families`` maps each family to the ids of the interfaces it uses; ``aim`` a family to the level to meet;
    ``expect_caps`` a family to caps the manifest expects to see."""

    source: str
    target: str
    interfaces: tuple[Interface, ...]
    families: Mapping[str, tuple[str, ...]]
    required: bool = True
    aim: Mapping[str, int] = field(default_factory=dict)
    expect_caps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read_only: bool = False

    @property
    def id(self) -> str:
        """``source:target``."""
        return f"{self.source}:{self.target}"


@dataclass(frozen=True, slots=True)
class Place:
    """The systems of an area and the pairings it requires. ``allow`` names hosts other than loopback that may be spoken to; ``packages`` the FHIR
    packages whose profiles its systems declare (``fhir.r4.ukcore@2.0.0``, or a folder or ``.tgz`` beside the manifest)."""

    id: str
    title: str
    systems: tuple[System, ...]
    pairings: tuple[Pairing, ...]
    allow: tuple[str, ...] = ()
    description: str = ""
    path: str = ""
    packages: tuple[str, ...] = ()

    def system(self, id: str) -> System:
        """The system called ``id``; KeyError where there is none."""
        for system in self.systems:
            if system.id == id:
                return system
        raise KeyError(id)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a flow: its neutral ``name``, its v2 ``trigger`` and ``structure`` (empty where v2 has none), what it ``cancels``.

    ``tells`` are the groups of the record that it tells of beyond those that every event tells of.
    """

    name: str
    trigger: str = ""
    structure: str = ""
    cancels: str = ""
    title: str = ""
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offset:
    """A moment relative to another: so many days and hours later, at the full hour ``at`` of that day where one is given."""

    days: int = 0
    hours: int = 0
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One scenario of a place, or several that go together (``scenarios``: S1 …). ``cites`` are the documents and sections that it follows.

    ``starts_at`` are the roles of the systems that it can start at, empty for any. ``requires`` maps a level to capabilities without which that level
    cannot be reached; ``calendar`` an item to when it lies, counted from the beginning of a case; ``time_limit`` in seconds (T), ``permutations`` the depth k.
    """

    id: str
    title: str
    family: str
    cites: tuple[str, ...]
    events: tuple[Event, ...]
    starts_at: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    transitions: tuple[tuple[str, str, str], ...] = ()
    requires: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    calendar: Mapping[str, Offset] = field(default_factory=dict)
    time_limit: float = 60.0
    permutations: int = 2


@dataclass(frozen=True, slots=True)
class FixturePerson:
    """A synthetic person: ``letter`` (A, B …), what makes them useful, and their record with fixture keys for local codes."""

    id: str
    title: str
    record: object
    traits: tuple[str, ...] = ()
