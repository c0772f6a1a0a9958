"""The demo's page in real browsers, which must be on PATH."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.demo import BROKEN, read_table, run_demo

pytestmark = pytest.mark.browser


def test_page_sees_what_is_expected(browser: str) -> None:
    result = run_demo("--once", "--browser", browser)
    counted = f"27 of 27 as expected in {browser}.\n" in result.stdout
    assert (result.returncode, result.stderr, counted) == (0, "", True)


def test_page_says_that_a_dead_server_did_not_answer(browser: str) -> None:
    result = run_demo("dead", "--once", "--browser", browser, module=BROKEN)
    # What the page says is left out where plain HTTP says the same.
    why = {row[-1] for (_, server), row in read_table(result.stdout).items() if server == "Flask"}
    assert why == {"The server did not answer."}


def test_browser_leaves_nothing_in_the_folder_for_temporary_files(
    browser: str, tmp_path: Path
) -> None:
    run_demo("--once", "--browser", browser, TMPDIR=str(tmp_path))
    # What the demo itself makes there may outlive it while the last process of a browser ends.
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("tmp")] == []
