"""The items of a response against those of its form: place, order, number, enablement, then each answer."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.validation.fhir.judging import Node, objects, text
from harness.validation.fhir.questionnaire.answers import check_answer
from harness.validation.fhir.questionnaire.enable import Place, enabled
from harness.validation.fhir.questionnaire.expressions import check_constraints, truth_of
from harness.validation.fhir.questionnaire.items import DEEPEST, DISPLAY, GROUP, Item, extensions, value_of
from harness.validation.fhir.questionnaire.limits import CORE
from harness.validation.fhir.questionnaire.options import check_exclusive
from harness.validation.fhir.questionnaire.say import COMPLETE, Hearing

_STRUCTURE = "QuestionnaireResponse.item"


def check_response(hearing: Hearing) -> None:
    """Issues of a whole response against its form."""
    check_constraints(hearing, hearing.form.node, hearing.response, hearing.path)
    _items(hearing, hearing.form.items, (hearing.response,), hearing.path, 0)


def _items(hearing: Hearing, asked: list[Item], above: tuple[Node, ...], path: str, depth: int) -> None:
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
            message = f"item {link[:60]} stands after items that follow it in its Questionnaire"
            hearing.error("order", message, where, "put the items in the Questionnaire's order", issue_type="structure", clause=_STRUCTURE)
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
        message = f"the Questionnaire has no item {link[:60]}"
        hearing.error(
            "link",
            message,
            where,
            "use a linkId of the Questionnaire, or leave the item out",
            issue_type="not-found",
            actual=link,
            clause=f"{_STRUCTURE}.linkId",
        )
        return
    parent = item.parent.link if item.parent is not None else "the Questionnaire itself"
    message = f"item {link[:60]} is not where its Questionnaire has it"
    hearing.error("nesting", message, where, f"put it directly in {parent}", issue_type="structure", expected=f"in {parent}", clause=_STRUCTURE)
    _one(hearing, item, node, above, where, depth)


def _occurrences(hearing: Hearing, item: Item, nodes: list[tuple[Node, str]], above: tuple[Node, ...], path: str, depth: int) -> None:
    filled = [(node, where) for node, where in nodes if objects(node, "answer") or objects(node, "item")]
    on = enabled(hearing.form, item, Place(above), truth_of(hearing))
    if on is False:
        for _, where in filled if item.type != DISPLAY else ():
            message = f"item {item.link[:60]} is answered although other answers leave it disabled"
            hearing.error(
                "disabled",
                message,
                where,
                "leave the item out, or change the answer that governs it",
                issue_type="invalid",
                clause="Questionnaire.item.enableWhen",
            )
    elif on and item.type != DISPLAY:
        _number(hearing, item, nodes, filled, path)
    if len(nodes) > 1 and not item.repeats:
        message = f"item {item.link[:60]} stands {len(nodes)} times and does not repeat"
        hearing.error(
            "repeats", message, nodes[1][1], "send it once", issue_type="invalid", expected="one", actual=len(nodes), clause="Questionnaire.item.repeats"
        )
    for node, where in nodes:
        _one(hearing, item, node, above, where, depth)


def _number(hearing: Hearing, item: Item, nodes: list[tuple[Node, str]], filled: list[tuple[Node, str]], path: str) -> None:
    """required, minOccurs and maxOccurs: of a group its items are counted, of a question its answers."""
    where = nodes[0][1] if nodes else path
    count = len(filled) if item.type == GROUP else sum(len(objects(node, "answer")) for node, _ in filled)
    if item.required and not count:
        what = "group" if item.type == GROUP else "question"
        message = f"the required {what} {item.link[:60]} has no answer"
        hearing.lacking("required", message, where, "answer it", expected="an answer", actual="none", clause="Questionnaire.item.required")
    if item.required and not count and nodes and item.type == GROUP and hearing.status not in COMPLETE:
        message = f"the required group {item.link[:60]} is there and holds nothing"
        hearing.error("required", message, where, "answer its questions, or leave it out", clause="Questionnaire.item.required", opinion=True)
    least = [limit for limit in extensions(item.node, f"{CORE}questionnaire-minOccurs") if isinstance(limit, int)]
    most = [limit for limit in extensions(item.node, f"{CORE}questionnaire-maxOccurs") if isinstance(limit, int)]
    if least and count < max(least) and (count or (item.required and max(least) > 1)):
        message = f"item {item.link[:60]} has {count} and needs {max(least)}"
        hearing.lacking("min-occurs", message, where, "answer more often", expected=str(max(least)), actual=count, clause="extension questionnaire-minOccurs")
    if most and count > min(most):
        message = f"item {item.link[:60]} has {count} and may have {min(most)}"
        hearing.error("max-occurs", message, where, "leave some out", expected=f"at most {min(most)}", actual=count, clause="extension questionnaire-maxOccurs")


def _one(hearing: Hearing, item: Item, node: Node, above: tuple[Node, ...], path: str, depth: int) -> None:
    """One item of the response: what it may hold, its answers, what is nested in it."""
    written, asked = text(node, "text"), text(item.node, "text")
    if written and written != asked:
        message = f"the text of item {item.link[:60]} is not the text of its question"
        hearing.error("text", message, path, "send the question's text, or none", issue_type="invalid", expected=asked, actual=written, opinion=True)
    answers, nested = objects(node, "answer"), objects(node, "item")
    if answers and item.type == "question":  # a code of the system, not selectable, so that no item has it
        message = f"item {item.link[:60]} is of the abstract type question, to which there is no answer"
        hearing.error("answered", message, path, "give the question a type", issue_type="structure", clause="Questionnaire.item.type", opinion=True)
    if answers and not item.question:
        message = f"item {item.link[:60]} is a {item.type} and has an answer"
        remedy = "leave the answer out" if item.type == DISPLAY else "put the group's items directly in it"
        hearing.error("answered", message, path, remedy, issue_type="structure", expected="no answer", clause="Questionnaire.item.type")
    if nested and item.type == DISPLAY:
        message = f"item {item.link[:60]} is display text and holds items"
        hearing.error("nesting", message, path, "leave the items out", issue_type="structure", expected="no items", clause="Questionnaire.item.type")
    elif nested and item.type != GROUP:
        message = f"item {item.link[:60]} is a question, and the items nested in it do not stand in its answer"
        hearing.error("nesting", message, path, "put them in the answer they belong to", issue_type="structure", clause=_STRUCTURE)
    within = (*above, node)
    if item.question:
        _answers(hearing, item, answers, within, path, depth)
    elif item.type == GROUP and (nested or item.children):
        _items(hearing, item.children, within, path, depth + 1)
    check_constraints(hearing, item.node, node, path)


def _answers(hearing: Hearing, item: Item, answers: list[tuple[int, Node]], within: tuple[Node, ...], path: str, depth: int) -> None:
    if len(answers) > 1 and not item.repeats:
        message = f"question {item.link[:60]} has {len(answers)} answers and takes one"
        hearing.error(
            "repeats", message, path, "keep one answer", issue_type="invalid", expected="one answer", actual=len(answers), clause="Questionnaire.item.repeats"
        )
    check_exclusive(hearing, item, answers, path)
    for index, answer in answers:
        where = f"{path}.answer[{index}]"
        check_answer(hearing, item, answer, where)
        if item.children or objects(answer, "item"):
            _items(hearing, item.children, (*within, answer), where, depth + 1)
        if not value_of(answer)[0] and not objects(answer, "extension"):
            message = "an answer without a value"
            hearing.say(Severity.WARNING, "no-value", message, where, "send the value, or leave the answer out", issue_type="incomplete")
