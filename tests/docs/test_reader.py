"""The reader who follows the documents notices when they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.documents import Reader, Wrong, blocks


def follow(folder: Path, text: str) -> int:
    document = folder / "document.md"
    document.write_text(text, "utf-8")
    return Reader(folder).follow(document)


def test_blocks_of_one_document_share_a_namespace_and_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (
        "```python\nx = 1\n```\n\n```python\n>>> x + 1\n2\n>>> y = 5\n```\n\n```python\nassert y == 5\n```\n"
        "\n<!-- file: notes/a.csv -->\n```csv\na,b\n```\n\n```console\n$ cat notes/a.csv\na,b\n$ echo one; echo two\none\n...\n```\n"
    )
    assert follow(tmp_path, text) == 5


def test_a_caption_that_is_a_file_name_writes_the_file(tmp_path):
    follow(tmp_path, "```{code-block} text\n:caption: a.txt\n:emphasize-lines: 1\n\nhello\n```\n")
    assert (tmp_path / "a.txt").read_text() == "hello\n"


def test_blocks_inside_admonitions_count_and_keep_their_line(tmp_path):
    document = tmp_path / "d.md"
    document.write_text(
        "# A\n\n````{tip}\nLook:\n\n```python\n1 / 0\n```\n````\n\n- item\n\n  ```sh\n  false\n  ```\n"
    )
    assert [(b.language, b.line) for b in blocks(document)] == [("python", 7), ("sh", 14)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("\n```python\n1 / 0\n```\n", "document.md:3: ZeroDivisionError"),
        ("```python\n>>> 1 + 1\n3\n```\n", "Expected:\n    3"),
        ("```console\n$ echo a\nb\n```\n", "prints\na"),
        ("```console\n$ true\n$ false\n```\n", "document.md:3: `false` exits with 1"),
        ("```console\necho a\n```\n", "begins with"),
        ("```sh\nfalse\ntrue\n```\n", "exits with 1"),
        ("```\nwhat is this\n```\n", "what is ''?"),
        ("```json\n{,}\n```\n", "document.md:2"),
        ("```yaml\ndriverkit: 1\n```\n", "title"),
        ("<!-- not run: -->\n```sh\nfalse\n```\n", "needs a reason"),
        ("<!-- file: ../x.txt -->\n```text\na\n```\n", "outside"),
    ],
)
def test_a_document_that_is_wrong_is_told_where(tmp_path, monkeypatch, text, says):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Wrong, match=r"(?s).*") as caught:
        follow(tmp_path, text)
    assert says in str(caught.value)


def test_an_exit_code_can_be_part_of_what_is_shown(tmp_path):
    follow(tmp_path, "<!-- exits: 3 -->\n```console\n$ exit 3\n```\n")


def test_a_block_that_is_not_run_says_why(tmp_path):
    follow(tmp_path, "<!-- not run: it would take the rest of the day -->\n```sh\nfalse\n```\n")
