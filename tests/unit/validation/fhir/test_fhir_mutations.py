"""Every way of breaking a resource is found where it was broken, and the resource as it is gives no error: R4 with UK Core or definitions of ours, and STU3."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fhir_mutations_definitions import definitions, stu3_definitions
from fhir_mutations_kit import Found, Mutation, Resource, alarms, suited, unfound, written
from fhir_mutations_samples import R4, local, stu3
from fhir_mutations_table import MUTATIONS
from material import UK_CORE

from harness.validation.fhir.validator import Validator

HERE = Path(__file__).parent
SETTINGS = ["r4", "stu3", *(["ukcore"] if UK_CORE.is_dir() else [])]


@dataclass(frozen=True)
class Setting:
    """A validator, the samples it is to find nothing in, and the mutations that suit them."""

    validator: Validator
    samples: dict[str, Resource]
    mutations: list[Mutation]

    def judge(self, data: bytes) -> Found:
        for issue in self.validator.validate(data).issues:
            yield issue.is_error, issue.location.path


def _ours(content: dict[str, Resource]) -> dict[str, Resource]:
    found: dict[str, Resource] = local(content)
    return found


@pytest.fixture(scope="module", params=SETTINGS)
def setting(request: pytest.FixtureRequest) -> Iterator[Setting]:
    if request.param == "r4":
        yield Setting(Validator().with_resources(local(definitions())), _ours(R4), suited(MUTATIONS, "r4", "profile", "national", ours=True))
    elif request.param == "stu3":
        validator = Validator(fhir_version="3.0.2").with_resources(local(stu3_definitions()))
        yield Setting(validator, _ours(stu3()), suited(MUTATIONS, "stu3", "profile", "national", ours=True))
    else:
        yield Setting(Validator([str(UK_CORE)]), R4, suited(MUTATIONS, "r4", "profile", "national"))


def test_whole_resources_give_no_error(setting: Setting) -> None:
    assert "\n".join(alarms(setting.samples, setting.judge)) == ""


def test_every_mutation_is_found_where_it_is(setting: Setting) -> None:
    assert len(setting.mutations) > 150
    assert "\n".join(unfound(setting.mutations, setting.samples, setting.judge)) == ""


def test_every_mutation_changes_its_sample(setting: Setting) -> None:
    whole = {name: written(Mutation("", name, (), lambda resource: None), setting.samples) for name in setting.samples}
    assert [one.kind for one in setting.mutations if written(one, setting.samples) == whole[one.on]] == []


def test_kinds_are_told_apart() -> None:
    assert len({one.kind for one in MUTATIONS}) == len(MUTATIONS) >= 180


def test_a_judge_that_sees_nothing_finds_nothing() -> None:
    mutations = suited(MUTATIONS, "r4", "profile", "national")
    assert len(unfound(mutations, R4, lambda data: [])) == len(mutations)


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("fhir_mutations_*.py")))
def test_the_tables_know_nothing_of_the_judge(name: str) -> None:
    tree = ast.parse((HERE / name).read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in imported if name.partition(".")[0] in ("harness", "yaml")]
