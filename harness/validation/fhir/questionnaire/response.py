"""The items of a response against those of its form: place, order, number, enablement, then each answer."""

from __future__ import annotations

from harness.validation.fhir.content import extensions, value_of
from harness.validation.fhir.judging import Node, objects, text
from harness.validation.fhir.questionnaire.answers import check_answer
from harness.validation.fhir.questionnaire.enable import ItemPlace, enabled
from harness.validation.fhir.questionnaire.expressions import check_constraints, truth_of
from harness.validation.fhir.questionnaire.hearing import COMPLETE, Hearing
from harness.validation.fhir.questionnaire.items import DEEPEST, DISPLAY, GROUP, FormItem
from harness.validation.fhir.questionnaire.limits import CORE
from harness.validation.fhir.questionnaire.options import check_exclusive


def check_response(hearing: Hearing) -> None:
    """Issues of a whole response against its form."""
    check_constraints(hearing, hearing.form.node, hearing.response, hearing.path)
    _items(hearing, hearing.form.items, (hearing.response,), hearing.path, 0)


def _items(hearing: Hearing, asked: list[FormItem], above: tuple[Node, ...], path: str, depth: int) -> None:
    """Items of the innermost element of ``above`` against the items of the form at that place."""
    if depth > DEEPEST:
        return
    places = {item.link: index for index, item in enumerate(asked)}
    given: dict[str, list[tuple[Node, str]]] = {}
    last = -1
    for index, node in objects(above[-1], "item"):
        where, link = f"{path}.item[{index}]", text(node, "linkId")
        if link not in places:
            _stranger(hearing, node, link, above, where, depth)
            continue
        if places[link] < last:
            hearing.tell("questionnaire/order", at=where, link=link[:60])
        last = max(last, places[link])
        given.setdefault(link, []).append((node, where))
    for item in asked:
        _occurrences(hearing, item, given.get(item.link, []), above, path, depth)


def _stranger(hearing: Hearing, node: Node, link: str, above: tuple[Node, ...], where: str, depth: int) -> None:
    """An item that the form does not have at this place."""
    item = hearing.form.links.get(link)
    if not link:
        return
    if item is None:
        hearing.tell("questionnaire/no-item", at=where, actual=link, link=link[:60])
        return
    parent = item.parent.link if item.parent is not None else "the Questionnaire itself"
    hearing.tell("questionnaire/elsewhere", at=where, link=link[:60], parent=parent)
    _one(hearing, item, node, above, where, depth)


def _occurrences(hearing: Hearing, item: FormItem, nodes: list[tuple[Node, str]], above: tuple[Node, ...], path: str, depth: int) -> None:
    filled = [(node, where) for node, where in nodes if objects(node, "answer") or objects(node, "item")]
    on = enabled(hearing.form, item, ItemPlace(above), truth_of(hearing))
    if on is False:
        for _, where in filled if item.type != DISPLAY else ():
            hearing.tell("questionnaire/disabled", at=where, link=item.link[:60])
    elif on and item.type != DISPLAY:
        _number(hearing, item, nodes, filled, path)
    if len(nodes) > 1 and not item.repeats:
        hearing.tell("questionnaire/item-repeats", at=nodes[1][1], actual=len(nodes), link=item.link[:60], count=len(nodes))
    for node, where in nodes:
        _one(hearing, item, node, above, where, depth)


def _number(hearing: Hearing, item: FormItem, nodes: list[tuple[Node, str]], filled: list[tuple[Node, str]], path: str) -> None:
    """required, minOccurs and maxOccurs: of a group its items are counted, of a question its answers."""
    where = nodes[0][1] if nodes else path
    count = len(filled) if item.type == GROUP else sum(len(objects(node, "answer")) for node, _ in filled)
    if item.required and not count:
        hearing.tell(
            "questionnaire/group-missing" if item.type == GROUP else "questionnaire/question-missing",
            at=where,
            severity=hearing.lacking,
            actual="none",
            link=item.link[:60],
        )
    if item.required and not count and nodes and item.type == GROUP and hearing.status not in COMPLETE:
        hearing.tell("questionnaire/group-empty", at=where, link=item.link[:60])
    least = [limit for limit in extensions(item.node, f"{CORE}questionnaire-minOccurs") if isinstance(limit, int)]
    most = [limit for limit in extensions(item.node, f"{CORE}questionnaire-maxOccurs") if isinstance(limit, int)]
    if least and count < max(least) and (count or (item.required and max(least) > 1)):
        hearing.tell("questionnaire/too-few", at=where, severity=hearing.lacking, actual=count, link=item.link[:60], count=count, least=max(least))
    if most and count > min(most):
        hearing.tell("questionnaire/too-many", at=where, actual=count, link=item.link[:60], count=count, most=min(most))


def _one(hearing: Hearing, item: FormItem, node: Node, above: tuple[Node, ...], path: str, depth: int) -> None:
    """One item of the response: what it may hold, its answers, what is nested in it."""
    written, asked = text(node, "text"), text(item.node, "text")
    if written and written != asked:
        hearing.tell("questionnaire/text", at=path, expected=asked, actual=written, link=item.link[:60])
    answers, nested = objects(node, "answer"), objects(node, "item")
    if answers and item.type == "question":  # a code of the system, not selectable, so that no item has it
        hearing.tell("questionnaire/question-abstract", at=path, link=item.link[:60])
    if answers and not item.question:
        hearing.tell(
            "questionnaire/item-answered-display" if item.type == DISPLAY else "questionnaire/item-answered", at=path, link=item.link[:60], type=item.type
        )
    if nested and item.type == DISPLAY:
        hearing.tell("questionnaire/display-nesting", at=path, link=item.link[:60])
    elif nested and item.type != GROUP:
        hearing.tell("questionnaire/question-nesting", at=path, link=item.link[:60])
    within = (*above, node)
    if item.question:
        _answers(hearing, item, answers, within, path, depth)
    elif item.type == GROUP and (nested or item.children):
        _items(hearing, item.children, within, path, depth + 1)
    check_constraints(hearing, item.node, node, path)


def _answers(hearing: Hearing, item: FormItem, answers: list[tuple[int, Node]], within: tuple[Node, ...], path: str, depth: int) -> None:
    if len(answers) > 1 and not item.repeats:
        hearing.tell("questionnaire/answers", at=path, actual=len(answers), link=item.link[:60], count=len(answers))
    check_exclusive(hearing, item, answers, path)
    for index, answer in answers:
        where = f"{path}.answer[{index}]"
        check_answer(hearing, item, answer, where)
        if item.children or objects(answer, "item"):
            _items(hearing, item.children, (*within, answer), where, depth + 1)
        if not value_of(answer)[0] and not objects(answer, "extension"):
            hearing.tell("questionnaire/answer-without-value", at=where)
