from pathlib import Path

import pytest
from command_kit import SMALL

pytest_plugins = ["pytester"]


def test_a_place_gives_one_item_a_check_with_the_runs_ids(pytester: pytest.Pytester) -> None:
    Path(pytester.path, "small.place.yaml").write_text(SMALL)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-v", "-k", "connection/session-1", "small.place.yaml")
    result.stdout.fnmatch_lines(["*small.place.yaml::connection/session-1[[]exemplar:follower/hl7v2[]]*PASSED*"])
    assert result.ret == 0


def test_a_manifest_that_does_not_hold_is_said_without_a_traceback(pytester: pytest.Pytester) -> None:
    Path(pytester.path, "bad.place.yaml").write_text(SMALL + "colour: red\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "bad.place.yaml")
    result.stdout.fnmatch_lines(["*colour*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    assert result.ret != 0


def test_the_plugin_imports_nothing_before_a_place_is_collected(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def test_it():\n    import sys\n    assert not {'harness.catalogue', 'harness.runner.run', 'msgspec'} & set(sys.modules)\n")
    assert pytester.runpytest_subprocess("-p", "no:cacheprovider").ret == 0
