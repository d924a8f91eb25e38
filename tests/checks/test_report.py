"""Findings for people and for programs."""

from __future__ import annotations

import json
import re

import pytest

import driverkit as dk
from driverkit import examples
from driverkit.checks import Finding, check
from driverkit.checks.report import FORMATS, report
from driverkit.model import Place

TEXT = """\
driverkit: 1
title: Fewer falls
aims:
  - {id: A1, text: Fewer falls on ward 6}
drivers:
  - {id: P2, text: Floors are safe, contributes_to: [A1], undeveloped: waiting for the survey}
"""


def found(name: str = "falls.yaml"):
    return [(name, check(dk.loads(TEXT, file=name)))]


def test_people_read_one_line_a_finding_and_a_sum():
    text = report(found())
    lines = text.splitlines()
    assert lines[0] == "falls.yaml"
    assert any(
        re.match(r"  4:5  warning  AIM04  “Fewer falls on ward 6” does not say by when: ", x) for x in lines
    )
    assert any(
        re.match(r"  6:5  known    STR05  “Floors are safe” has no change idea, which is known", x)
        for x in lines
    )
    assert lines[-1] == "3 warnings, 3 remarks, 2 known gaps."
    assert "\x1b" not in text


def test_colour_comes_only_where_it_is_asked_for():
    assert "\x1b[33mwarning" in report(found(), colour=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", report(found(), colour=True))
    assert plain == report(found())


@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_narrow_terminal_breaks_sentences_between_words(width):
    text = report(found(), width=width)
    assert " ".join(text.split()) == " ".join(report(found()).split())
    assert all(len(line) < max(width, 44) for line in text.splitlines())


def test_a_word_wider_than_the_terminal_is_broken_within():
    finding = Finding("X01", "info", "“" + "漢" * 60 + "” is long: shorten it.")
    lines = report([("a", [finding])], width=50).splitlines()
    assert sum(line.count("漢") for line in lines) == 60
    assert len(lines) > 3


def test_nothing_found_is_said():
    assert report([("a.yaml", ())]) == "a.yaml: nothing found\nNothing found.\n"
    assert report([("a", ()), ("b", ())]).splitlines()[-1] == "Nothing found in 2 files."
    assert json.loads(report([("a", ())], format="json")) == []
    assert report([("a", ())], format="github") == ""


def test_several_files_are_told_one_after_the_other():
    text = report([*found("a.yaml"), *found("b.yaml")])
    assert text.index("a.yaml") < text.index("b.yaml")
    assert text.endswith("in 2 files.\n")


def test_json_holds_every_field():
    rows = json.loads(report(found(), format="json"))
    row = next(r for r in rows if r["code"] == "AIM04")
    assert row == {
        "file": "falls.yaml",
        "line": 4,
        "column": 5,
        "code": "AIM04",
        "rule": "aim-without-date",
        "family": "aim",
        "severity": "warning",
        "message": "“Fewer falls on ward 6” does not say by when: agree on a day and write it as 'by'.",
        "next_step": "Agree on a day and write it as 'by'.",
        "node": "A1",
        "known": False,
    }
    assert rows[0]["line"] is None


def test_sarif_describes_its_rules_and_places_its_results():
    log = json.loads(report(found("my theories/falls #1.yaml"), format="sarif"))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "my%20theories/falls%20%231.yaml"
        assert place["region"]["startLine"] >= 1
    known = [r for r in run["results"] if r.get("suppressions")]
    assert len(known) == 2
    assert all("Source: " in rule["help"]["text"] for rule in rules)


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("<stdin>", "stdin"),
        ("/tmp/a b.yaml", "file:///tmp/a%20b.yaml"),
        ("../über.yaml", "../%C3%BCber.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        (r"C:\theories\a b.yaml", "file:///C:/theories/a%20b.yaml"),
    ],
)
def test_a_sarif_address_is_relative_where_the_name_is(name, uri):
    log = json.loads(report(found(name), format="sarif"))
    location = log["runs"][0]["results"][0]["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_sarif_knows_rules_that_are_not_on_the_shelf():
    log = json.loads(report([("a", [Finding("OUR01", "error", "x.")])], format="sarif"))
    assert log["runs"][0]["tool"]["driver"]["rules"][-1] == {"id": "OUR01"}


def test_github_annotates_the_line():
    lines = report(found(), format="github").splitlines()
    line = next(x for x in lines if "AIM04" in x)
    assert line == (
        "::warning file=falls.yaml,line=4,col=5,title=AIM04 aim-without-date::“Fewer falls on ward 6” does not say "
        "by when: agree on a day and write it as 'by'."
    )


def test_nothing_in_a_file_or_its_name_becomes_a_github_command():
    finding = Finding("X01", "error", "100% \r\n::error::owned", where=Place("f", 1, 1), rule="x,y:z")
    text = report([("a,b:c%\n::stop.yaml", [finding])], format="github")
    assert text.count("\n") == 1
    assert text.startswith(
        "::error file=a%2Cb%3Ac%25%0A%3A%3Astop.yaml,line=1,col=1,title=X01 x%2Cy%3Az::100%25 "
    )
    assert report([("<stdin>", [finding])], format="github").startswith("::error line=1,")


@pytest.mark.parametrize("format", ["text", "github"])
def test_no_output_lets_a_name_or_a_text_steer_the_terminal(format):
    theory = dk.loads(
        'driverkit: 1\ntitle: "a\\u202Eb"\naims: [{id: A, text: "evil \\u202Egnp.exe\\u200B"}]\n'
    )
    text = report([("\x1b[2Ja\u202e.yaml", check(theory))], format=format)
    assert not re.search("[\u202e\u200b]", text)
    assert "\x1b" not in text


def test_an_unknown_format_is_answered_with_the_nearest():
    with pytest.raises(dk.UsageError, match="Did you mean 'sarif'"):
        report([], format="sarf")
    assert set(FORMATS) == {"text", "json", "sarif", "github"}


def test_a_sarif_log_has_no_more_results_than_code_scanning_takes(monkeypatch):
    from driverkit.checks import report as module

    monkeypatch.setattr(module, "MOST_RESULTS", 2)
    many = [
        Finding("OUR01", severity, f"{n}.") for n, severity in enumerate(("info", "error", "info", "warning"))
    ]
    run = json.loads(report([("a", many)], format="sarif"))["runs"][0]
    assert [result["message"]["text"] for result in run["results"]] == ["1.", "3."]
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("2 more findings")


@pytest.mark.slow
def test_every_sarif_log_is_what_the_schema_of_sarif_describes(tmp_path):
    jsonschema = pytest.importorskip("jsonschema")
    from support.npm import install

    package = install(tmp_path, ["@microsoft/jest-sarif@1.0.0-beta.0"]) / "@microsoft/jest-sarif"
    if not package.exists():
        pytest.skip("DRIVERKIT_NODE has no @microsoft/jest-sarif")
    (named,) = package.glob("lib/schemas/sarif-2.1.0*.json")
    schema = jsonschema.Draft4Validator(json.loads(named.read_text("utf-8")))
    for name in examples.names():
        log = json.loads(report([(f"{name}.yaml", dk.check(examples.load(name)))], format="sarif"))
        assert not list(schema.iter_errors(log)), name
        (run,) = log["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in {"error", "warning", "note"}
            assert result["partialFingerprints"]
            (location,) = result["locations"]
            assert location["physicalLocation"]["artifactLocation"]["uri"] == f"{name}.yaml"
