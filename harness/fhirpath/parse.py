"""FHIRPath text → AST, by the precedence of the FHIRPath specification (section 6.8)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from harness.errors import FormatError
from harness.fhirpath.ast import Binary, Call, Expression, Indexer, Literal, Member, Nothing, Polarity, Special, TypeTest, Variable
from harness.fhirpath.lex import Token, tokens
from harness.fhirpath.moments import DATE, DATE_TIME, TIME, moment
from harness.fhirpath.quantities import WORDS, Quantity

MAX_DEPTH = 60
MAX_CHAIN = 120
_POWERS = {
    "implies": 1, "or": 2, "xor": 2, "and": 3, "in": 4, "contains": 4, "=": 5, "~": 5, "!=": 5, "!~": 5, "<": 6, ">": 6, "<=": 6, ">=": 6,
    "|": 7, "is": 8, "as": 8, "+": 9, "-": 9, "&": 9, "*": 10, "/": 10, "div": 10, "mod": 10,
}  # fmt: skip
_KINDS = {"date": DATE, "datetime": DATE_TIME, "time": TIME}


@lru_cache(maxsize=1024)
def parse(expression: str) -> Expression:
    """The AST. FormatError, whose ``offset`` counts characters, for anything that is not one FHIRPath expression."""
    try:
        return _Parser(tokens(expression)).whole()
    except RecursionError:
        raise FormatError("the expression is nested too deeply", offset=0, expected=f"at most {MAX_DEPTH} levels") from None


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens, self.place, self.depth = found, 0, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def is_sign(self, *signs: str) -> bool:
        return self.token.kind == "sign" and self.token.text in signs

    def need(self, sign: str) -> None:
        if not self.is_sign(sign):
            raise self.fault(f"{sign!r}")
        self.place += 1

    def fault(self, expected: str) -> FormatError:
        token = self.token
        what = "the expression ends too soon" if token.kind == "end" else f"{token.text!r} is not expected here"
        return FormatError(what, offset=token.offset, expected=expected)

    def whole(self) -> Expression:
        found = self.expression(0)
        if self.token.kind != "end":
            raise self.fault("an operator or the end of the expression")
        return found

    def operator(self) -> str:
        token = self.token
        return token.text if token.kind in ("sign", "name") and token.text in _POWERS else ""

    def expression(self, least: int) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormatError("the expression is nested too deeply", offset=self.token.offset, expected=f"at most {MAX_DEPTH} levels")
        left = self.polarity()
        links = 0
        while (operator := self.operator()) and (power := _POWERS[operator]) >= least:
            links += 1
            if links > MAX_CHAIN:
                raise FormatError("too many operators in a row", offset=self.token.offset, expected=f"at most {MAX_CHAIN}")
            offset = self.take().offset
            if operator in ("is", "as"):
                left = TypeTest(operator, left, self.type_name(), offset)
            else:
                left = Binary(operator, left, self.expression(power + 1), offset)
        self.depth -= 1
        return left

    def polarity(self) -> Expression:
        signs: list[Token] = []
        while self.is_sign("+", "-"):
            signs.append(self.take())
            if len(signs) > MAX_DEPTH:
                raise self.fault("a value after a sign")
        found = self.invocations(self.term())
        for token in reversed(signs):
            found = Polarity(token.text, found, token.offset)
        return found

    def invocations(self, found: Expression) -> Expression:
        links = 0
        while self.is_sign(".", "["):
            links += 1
            if links > MAX_CHAIN:
                raise FormatError("too many steps in a row", offset=self.token.offset, expected=f"at most {MAX_CHAIN}")
            token = self.take()
            if token.text == "[":
                found = Indexer(found, self.expression(0), token.offset)
                self.need("]")
            else:
                found = self.invocation(found)
        return found

    def invocation(self, base: Expression | None) -> Expression:
        token = self.token
        if token.kind == "special" and base is not None:
            # ``a.$this`` is allowed by the grammar; it is ``$this`` all the same.
            return Special(self.take().text[1:], token.offset)
        if token.kind not in ("name", "quoted"):
            raise self.fault("the name of an element or a function")
        self.place += 1
        if token.kind == "name" and self.is_sign("("):
            return Call(base, token.text, self.arguments(self.sort_key if token.text == "sort" else self.argument), token.offset)
        if not token.text:
            raise FormatError("a name is empty", offset=token.offset, expected="the name of an element")
        return Member(base, token.text, token.offset)

    def arguments(self, argument: Callable[[], Expression]) -> tuple[Expression, ...]:
        self.need("(")
        if self.is_sign(")"):
            self.place += 1
            return ()
        found = [argument()]
        while self.is_sign(","):
            self.place += 1
            found.append(argument())
        self.need(")")
        return tuple(found)

    def argument(self) -> Expression:
        return self.expression(0)

    def sort_key(self) -> Expression:
        """``key``, ``key asc`` or ``key desc``; the last is the same as ``-key``."""
        key = self.expression(0)
        if self.token.kind == "name" and self.token.text in ("asc", "desc"):
            token = self.take()
            return Polarity("-" if token.text == "desc" else "+", key, token.offset)
        return key

    def term(self) -> Expression:
        token = self.token
        if token.kind == "sign":
            return self.bracketed(token)
        if token.kind == "end":
            raise self.fault("a value")
        if (
            token.kind == "name"
            and token.text in ("true", "false")
            and not (self.tokens[self.place + 1].text == "(" and self.tokens[self.place + 1].kind == "sign")
        ):
            self.place += 1
            return Literal(token.text == "true", token.offset)
        if token.kind in ("name", "quoted"):
            return self.invocation(None)
        self.place += 1
        if token.kind == "special":
            return Special(token.text[1:], token.offset)
        if token.kind == "string":
            return Literal(token.text, token.offset)
        if token.kind == "number":
            return self.number(token)
        read = moment(token.text[1:], _KINDS[token.kind])
        if read is None:
            raise FormatError(f"{token.text} is no date or time of the calendar", offset=token.offset, expected="a date or a time that exists")
        return Literal(read, token.offset)

    def bracketed(self, token: Token) -> Expression:
        self.place += 1
        if token.text == "(":
            found = self.expression(0)
            self.need(")")
            return found
        if token.text == "{":
            self.need("}")
            return Nothing(token.offset)
        if token.text == "%":
            if self.token.kind not in ("name", "quoted", "string"):
                raise self.fault("the name of a variable")
            return Variable(self.variable(self.take()), token.offset)
        self.place -= 1
        raise self.fault("a value")

    def variable(self, first: Token) -> str:
        """``%vs-name`` and ``%ext-name`` were once written without quotes."""
        name = first.text
        end = first.offset + len(name)
        while (
            first.kind == "name"
            and first.text in ("vs", "ext")
            and self.token.offset == end
            and (self.is_sign("-", ".") or self.token.kind in ("name", "number"))
        ):
            following = self.tokens[self.place + 1]
            if self.is_sign(".") and following.kind == "name" and self.tokens[self.place + 2].text == "(":
                break
            name += self.token.text
            end += len(self.take().text)
        return name

    def number(self, token: Token) -> Expression:
        text = token.text.removesuffix("L")
        if len(text) > 200:
            raise FormatError("a number is too long", offset=token.offset, expected="at most 200 digits")
        following = self.token
        if following.kind == "string":
            self.place += 1
            return Literal(Quantity(Decimal(text), following.text or "1"), token.offset)
        if following.kind == "name" and following.text in WORDS:
            self.place += 1
            return Literal(Quantity(Decimal(text), WORDS[following.text], calendar=True), token.offset)
        return Literal(Decimal(text) if "." in text else int(text), token.offset)

    def type_name(self) -> str:
        bracket = self.is_sign("(")
        if bracket:
            self.place += 1
        names = [self.name()]
        while self.is_sign(".") and self.tokens[self.place + 1].kind in ("name", "quoted") and self.tokens[self.place + 2].text != "(":
            self.place += 1
            names.append(self.name())
        if bracket:
            self.need(")")
        return ".".join(names)

    def name(self) -> str:
        if self.token.kind not in ("name", "quoted"):
            raise self.fault("the name of a type")
        return self.take().text
