"""Items of a Questionnaire, read once: R4's and STU3's, whatever shape they arrive in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.validation.fhir.content import value_of
from harness.validation.fhir.judging import Node, objects, text

DEEPEST = 60
GROUP, DISPLAY = "group", "display"


@dataclass(eq=False, slots=True)
class FormItem:
    """One item of a Questionnaire. ``options`` are values by type name; ``depth`` counts from 0; ``path`` is where it stands in the Questionnaire."""

    link: str
    type: str
    node: Node
    path: str
    parent: FormItem | None
    required: bool = False
    repeats: bool = False
    options: list[tuple[str, Any]] = field(default_factory=list)
    value_set: str = ""
    children: list[FormItem] = field(default_factory=list)

    @property
    def question(self) -> bool:
        """True for what can be answered."""
        return self.type not in (GROUP, DISPLAY)

    def everything(self) -> Iterator[FormItem]:
        """The item and all beneath it, in order."""
        yield self
        for child in self.children:
            yield from child.everything()


@dataclass(frozen=True, slots=True)
class Form:
    """A Questionnaire as its items; ``links`` finds an item anywhere."""

    node: Node
    url: str
    items: list[FormItem]
    links: dict[str, FormItem]


def read_form(questionnaire: Node) -> Form:
    """Items of a Questionnaire; what is misshapen is left out, since it is an issue of the Questionnaire."""
    items = _read(questionnaire, "Questionnaire", None, 0)
    links: dict[str, FormItem] = {}
    for item in items:
        for each in item.everything():
            links.setdefault(each.link, each)
    return Form(questionnaire, text(questionnaire, "url"), items, links)


def _read(holder: Node, path: str, parent: FormItem | None, depth: int) -> list[FormItem]:
    found: list[FormItem] = []
    if depth > DEEPEST:
        return found
    for index, node in objects(holder, "item"):
        where = f"{path}.item[{index}]"
        item = FormItem(text(node, "linkId"), text(node, "type"), node, where, parent, node.get("required") is True, node.get("repeats") is True)
        for name in ("answerOption", "option"):
            item.options += [each for _, option in objects(node, name) if (each := value_of(option))[0]]
        options = node.get("options")
        item.value_set = text(node, "answerValueSet") or text(options, "reference")
        item.children = _read(node, where, item, depth + 1)
        found.append(item)
    return found
