from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PLACE = """
id: small
title: Small
systems:
  - {id: exemplar, uses: acute-exemplar}
  - {id: follower, uses: acute-follower}
pairings:
  - source: exemplar
    target: follower
    interfaces: [{id: hl7v2, from: v2-out, to: v2-in}]
    families: {identity: [hl7v2]}
"""


def test_a_place_gives_one_item_a_check_with_the_runs_ids(pytester: pytest.Pytester) -> None:
    Path(pytester.path, "small.place.yaml").write_text(PLACE)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-v", "-k", "connection/session-1", "small.place.yaml")
    result.stdout.fnmatch_lines(["*small.place.yaml::connection/session-1[[]exemplar:follower/hl7v2[]]*PASSED*"])
    assert result.ret == 0


def test_a_manifest_that_does_not_hold_is_said_without_a_traceback(pytester: pytest.Pytester) -> None:
    Path(pytester.path, "bad.place.yaml").write_text(PLACE + "colour: red\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "bad.place.yaml")
    result.stdout.fnmatch_lines(["*colour*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    assert result.ret != 0


def test_the_plugin_imports_nothing_before_a_place_is_collected(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def test_it():\n    import sys\n    assert not {'harness.catalogue', 'harness.runner.run', 'msgspec'} & set(sys.modules)\n")
    assert pytester.runpytest_subprocess("-p", "no:cacheprovider").ret == 0
