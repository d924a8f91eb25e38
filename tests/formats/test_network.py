"""A network folder is read with the care of a theory file, and no further than somebody asks."""

from __future__ import annotations

import pickle

import pytest

import driverkit as dk

HUB = """\
driverkit: 1
title: Safe wards
revision: {label: "2", date: 2026-01-10}
aims: [{id: A1, text: Halve falls}]
drivers: [{id: P1, text: Risk is known, contributes_to: [A1]}]
change_ideas: [{id: C1, text: Ask at admission, contributes_to: [P1]}]
"""
MEMBER = """\
driverkit: 1
title: Ward 6
aims: [{id: A, text: Halve falls on ward 6, adapts: A1}]
drivers:
  - {id: D1, text: Risk is known, contributes_to: [A], adapts: P1}
  - {id: D2, text: Shoes fit, contributes_to: [A]}
change_ideas: [{id: I1, text: Ask on day one, contributes_to: [D1], adapts: C1}]
cycles: [{id: T1, change: I1, plan: {date: 2026-02-01}, do: {date: 2026-02-02}}]
"""
NETWORK = """\
driverkit: 1
title: Safe wards
hub: hub.yaml
history: [history/hub-1.yaml, hub.yaml]
members:
  - {id: m01, name: Ward 6, theory: members/m01.yaml, team: t1, joined: 2025-03-01, context: {setting: rural, beds: 12}}
  - {id: m02, name: Ward 7, theory: members/m02.yaml, joined: 2026-03-01}
  - {id: m03, name: Ward 8}
teams: [{id: t1, name: Admission, works_on: [P1]}]
recommendations: [{id: N1, text: Buy shoes, about: [A1], uptake: pending}]
readiness: [{about: convening, answer: yes, because: we meet}]
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in {
        "network.yaml": NETWORK,
        "hub.yaml": HUB,
        "history/hub-1.yaml": HUB.replace('"2", date: 2026', '"1", date: 2025').replace("Risk", "Danger"),
        "members/m01.yaml": MEMBER,
        "members/m02.yaml": MEMBER.replace("Ward 6", "Ward 7"),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def faults_of(folder) -> list[str]:
    with pytest.raises(dk.FormatError) as caught:
        dk.load_network(folder)
    return [f"{f.line}:{f.column}: {f.message}" for f in caught.value.faults]


def test_a_network_is_read_from_its_folder_or_its_file(folder):
    network = dk.load_network(folder)
    assert network == dk.load_network(folder / "network.yaml")
    assert network.common.title == "Safe wards"
    assert [member.id for member in network.members_of("t1")] == ["m01"]
    assert dict(network.member("m01").context) == {"setting": "rural", "beds": "12"}
    assert network.readiness[0].answer == "yes"


def test_a_theory_is_opened_when_it_is_asked_for_and_only_then(folder):
    (folder / "members/m02.yaml").write_text("no theory", encoding="utf-8")
    network = dk.load_network(folder)
    assert network.theory("m01").title == "Ward 6"
    with pytest.raises(dk.FormatError, match="m02"):
        network.theory("m02")
    assert list(network.without(["m02"]).theories) == ["m01"]


def test_the_faults_of_all_members_are_told_at_once(folder):
    for one in ("m01", "m02"):
        (folder / f"members/{one}.yaml").write_text("driverkit: 1\ntitel: x\n", encoding="utf-8")
    with pytest.raises(dk.FormatError) as caught:
        _ = dk.load_network(folder).theories
    assert {str(fault.file).replace("\\", "/").rsplit("/", 1)[-1] for fault in caught.value.faults} == {
        "m01.yaml",
        "m02.yaml",
    }


def test_what_adapts_what(folder):
    network = dk.load_network(folder)
    assert dict(network.adapted("m01")) == {"A1": ("A",), "P1": ("D1",), "C1": ("I1",)}
    assert network.local("m01") == ("D2",)


def test_a_cycle_is_found_across_files(folder):
    network = dk.load_network(folder)
    member, cycle = network.cycle("m02/T1")
    assert (member, cycle.change) == ("m02", "I1")
    assert network.cycle("m02/T9") is None
    assert network.cycle("m09/T1") is None
    assert network.cycle("m03/T1") is None
    assert network.cycle("T1") is None


def test_versions_count_the_hub_once(folder):
    versions = dk.load_network(folder).versions
    assert [theory.revision.label for theory in versions] == ["1", "2"]


def test_a_network_as_it_was(folder):
    then = dk.load_network(folder).as_of(dk.load_network(folder).member("m01").joined)
    assert [member.id for member in then.members] == ["m01", "m03"]
    assert then.common.revision.label == "1"
    assert then.theory("m01").cycles == ()
    assert dk.load_network(folder).as_of("2025-03-01") == then
    with pytest.raises(dk.TheoryError, match="date"):
        dk.load_network(folder).as_of("in spring")


def test_every_fault_of_the_network_has_its_place(folder):
    text = NETWORK.replace("team: t1", "team: t2").replace("works_on: [P1]", "works_on: [P2]")
    text = text.replace("members/m02.yaml", "members/m09.yaml").replace("id: m03", "id: t1x, colour: red")
    (folder / "network.yaml").write_text(text, encoding="utf-8")
    assert faults_of(folder) == [
        "6:61: There is no team 't2'. Did you mean 't1'?",
        "7:37: 'members/m09.yaml' is not in the folder of the network. Put it there, or correct the path.",
        "8:15: The key 'colour' is not known here. Keys for other tools begin with 'x-'.",
        "9:46: The common theory has no node 'P2'. Did you mean 'P1'?",
    ]


def test_a_theory_is_told_from_a_network_in_one_sentence(folder):
    (told,) = faults_of(folder / "hub.yaml")
    assert "This is the file of a theory, not of a network. Name the folder" in told


def test_what_only_an_earlier_common_theory_has_is_no_fault(folder):
    hub = (folder / "history/hub-1.yaml").read_text("utf-8")
    (folder / "history/hub-1.yaml").write_text(hub.replace("P1", "P7"), encoding="utf-8")
    text = NETWORK.replace("works_on: [P1]", "works_on: [P1, P7]")
    (folder / "network.yaml").write_text(text, encoding="utf-8")
    network = dk.load_network(folder)
    assert network.team("t1").works_on == ("P1", "P7")
    assert network.gone(["P1", "P7"])["P7"].revision.label == "1"
    assert list(network.gone(["P1", "P7"])) == ["P7"]
    assert network.as_of("2030-01-01").team("t1").works_on == ("P1", "P7")
    assert network.with_theories({}, hub=network.common).team("t1").works_on == ("P1", "P7")
    (folder / "history/hub-1.yaml").write_text(hub, encoding="utf-8")
    assert faults_of(folder) == ["9:50: The common theory has no node 'P7'. Did you mean 'P1'?"]


def test_what_else_is_wrong_with_an_entry_is_told_though_its_id_is_used_twice(folder):
    text = NETWORK.replace(
        "{id: m02, name: Ward 7, theory: members/m02.yaml, joined: 2026-03-01}",
        "{id: m01, theory: members/m09.yaml, team: t9, joined: 2026-03-01, left: 2025-03-01, colour: red}",
    )
    text = text.replace("works_on: [P1]}", "works_on: [P1]}, {id: t1, name: Shoes, works_on: [P9]}")
    text = text.replace("uptake: pending}", "uptake: pending}, {id: N1, text: Buy more, about: [A9]}")
    (folder / "network.yaml").write_text(text, encoding="utf-8")
    assert faults_of(folder) == [
        "7:10: The id 'm01' is used twice: here and on line 6. Ids are unique in a network; give one of the two another.",
        "7:23: 'members/m09.yaml' is not in the folder of the network. Put it there, or correct the path.",
        "7:47: There is no team 't9'. Did you mean 't1'?",
        "7:77: m01 left on 2025-03-01, before it joined on 2026-03-01. Correct one of the two dates.",
        "7:89: The key 'colour' is not known here. Keys for other tools begin with 'x-'.",
        "9:57: The id 't1' is used twice: here and on line 9. Ids are unique in a network; give one of the two another.",
        "9:85: The common theory has no node 'P9'. Did you mean 'P1'?",
        "10:81: The id 'N1' is used twice: here and on line 10. Ids are unique in a network; give one of the two another.",
        "10:109: The common theory has no node 'A9'. Did you mean 'A1'?",
    ]


def test_an_entry_that_cannot_be_read_moves_no_fault_to_another_line(folder):
    text = NETWORK.replace("{id: m01, name: Ward 6", "{name: Ward 6").replace("m02.yaml", "m09.yaml")
    text = text.replace("id: m03", "id: m03, joined: 2026-01-01, left: 2025-01-01, team: t9")
    (folder / "network.yaml").write_text(text, encoding="utf-8")
    sure = [
        "6:5: The key 'id' is missing here.",
        "7:37: 'members/m09.yaml' is not in the folder of the network. Put it there, or correct the path.",
        "8:41: m03 left on 2025-01-01, before it joined on 2026-01-01. Correct one of the two dates.",
    ]
    assert faults_of(folder) == [*sure, "8:59: There is no team 't9'. Did you mean 't1'?"]
    for unread in ("[t9, {id: t1", "[{id: []"):  # t9 may be that team
        (folder / "network.yaml").write_text(text.replace("[{id: t1", unread), encoding="utf-8")
        assert [fault for fault in faults_of(folder) if not fault.startswith("9:")] == sure


@pytest.mark.parametrize("path", ["../outside.yaml", "/etc/passwd", "members/link.yaml", "members"])
def test_nothing_outside_the_folder_is_opened(folder, path):
    outside = folder.parent / "outside.yaml"
    outside.write_text(MEMBER, encoding="utf-8")
    (folder / "members/link.yaml").symlink_to(outside)
    (folder / "network.yaml").write_text(NETWORK.replace("members/m02.yaml", path), encoding="utf-8")
    assert len(faults_of(folder)) == 1
    assert "folder" in faults_of(folder)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty"),
        ("- a\n", "is a mapping that begins with"),
        ("driverkit: 1\n", "which file is the common theory?"),
        ("driverkit: 2\ntitle: x\nhub: hub.yaml\n", "needs a newer driverkit"),
        (
            NETWORK.replace("context: {setting: rural, beds: 12}", "context: rural"),
            "A mapping of names to values",
        ),
        (NETWORK.replace("beds: 12", "beds: [1]"), "A text is wanted here"),
        (NETWORK.replace("id: m02", "id: t1"), "used twice"),
        (NETWORK.replace("joined: 2026-03-01", "joined: 2026-03-01, left: 2025-01-01"), "before it joined"),
    ],
)
def test_what_is_no_network_is_refused_in_a_sentence(folder, text, said):
    (folder / "network.yaml").write_text(text, encoding="utf-8")
    assert any(said in fault for fault in faults_of(folder))


def test_a_folder_without_a_network_says_so(tmp_path):
    with pytest.raises(dk.FormatError, match=r"holds no network\.yaml"):
        dk.load_network(tmp_path)
    with pytest.raises(dk.FormatError, match="no such file"):
        dk.load_network(tmp_path / "none.yaml")


def test_a_network_where_a_theory_is_wanted_is_told_by_its_name(folder):
    with pytest.raises(dk.FormatError, match="the file of a network, not a theory") as caught:
        dk.load(folder / "network.yaml")
    assert [fault.line for fault in caught.value.faults] == [3]
    with pytest.raises(dk.FormatError, match="the folder of a network"):
        dk.load(folder)


def test_a_network_travels_to_another_process(folder):
    network = dk.load_network(folder)
    assert pickle.loads(pickle.dumps(network)).theory("m01") == network.theory("m01")


def test_a_network_made_in_a_program_is_held_to_the_same():
    theory = dk.loads(HUB)
    with pytest.raises(dk.TheoryError, match="no team 'x'"):
        dk.Network("n", theory, members=[dk.Member("m1", team="x")])
    with pytest.raises(dk.UnknownId, match=r"No member has the id 'm2'\. Did you mean 'm1'"):
        dk.Network("n", theory, members=[dk.Member("m1")]).theory("m2")
    with pytest.raises(dk.UnknownId, match="member with a theory"):
        dk.Network("n", theory, members=[dk.Member("m1")]).theory("m1")
    with pytest.raises(dk.FormatError, match="nobody knows where"):
        _ = dk.Network("n", "hub.yaml").common


def test_the_schema_of_the_network_file_fits_it():
    import jsonschema

    from driverkit.formats.convert import to_json_values

    schema = dk.schema("network")
    import yaml

    jsonschema.Draft202012Validator.check_schema(schema)
    data = to_json_values(
        yaml.safe_load(NETWORK.replace("beds: 12", "beds: '12'").replace("answer: yes", "answer: 'yes'"))
    )
    assert not list(jsonschema.Draft202012Validator(schema).iter_errors(data))
    data["members"][0]["colour"] = "red"
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(data))


def test_the_number_of_an_anonymous_member_is_not_its_place_and_hangs_on_what_only_the_hub_has():
    def numbers(*words: str, order: int = 1) -> dict[str, str]:
        members = [
            dk.Member(f"m{at:02d}", theory=dk.Theory("Ours", drivers=[dk.Driver("D", one)]))
            for at, one in enumerate(words)
        ][::order]
        return dict(dk.Network("n", dk.loads(HUB), members=members, anonymous=True).labels(shared=True))

    some = [f"Words {at}" for at in range(30)]
    first = numbers(*some)
    assert first == numbers(*some)
    places = [int(label.split()[1]) for label in first.values()]
    assert sorted(places) == list(range(1, 31))
    assert sum(place == at for at, place in enumerate(places, 1)) < 8
    # whoever has all ids, but not the files, reckons other numbers; and who joins is not the one with the last one
    other = numbers(*some[:-1], "Other words")
    assert sum(first[id] == other[id] for id in first) < 8
    more = numbers(*some, "Words 30")
    assert sum(first[id] == more[id] for id in first) < 8


def test_a_number_is_not_the_name_of_somebody_else():
    members = [dk.Member("m1", "Member 2"), dk.Member("m2", "Ward 7", anonymous=True)]
    assert dk.Network("n", dk.loads(HUB), members=members).labels("m1")["m2"] == "Member 3"


def test_labels_hide_names_from_others_and_never_from_oneself():
    members = [
        dk.Member("m1", "Ward 6"),
        dk.Member("m2", "Ward 7", anonymous=True),
        dk.Member("m3", "Ward 6"),
    ]
    network = dk.Network("n", dk.loads(HUB), members=members)
    assert list(network.labels().values()) == ["Ward 6 (m1)", "Ward 7", "Ward 6 (m3)"]
    assert list(network.labels("m1").values()) == ["Ward 6 (m1)", "Member 3", "Ward 6 (m3)"]
    assert network.labels("m2")["m2"] == "Ward 7"
    assert network.labels(shared=True)["m2"] == "Member 3"
    hidden = dk.Network("n", dk.loads(HUB), members=members, anonymous=True)
    numbers = hidden.labels(shared=True)
    assert sorted(numbers.values()) == ["Member 1", "Member 2", "Member 3"]
    assert dict(hidden.labels("m1")) == {**numbers, "m1": "Ward 6 (m1)"}
    with pytest.raises(dk.UnknownId):
        network.labels("m9")


def test_members_whose_files_cannot_be_read_are_known(folder):
    (folder / "members/m02.yaml").write_text("no theory", encoding="utf-8")
    network = dk.load_network(folder)
    assert list(network.unreadable) == ["m02"]
    assert "m02.yaml" in str(network.unreadable["m02"])
