"""What the words of an aim say, and what they do not."""

from __future__ import annotations

import time

import pytest

import driverkit as dk
from driverkit.checks import check
from driverkit.checks.english import names_a_day, names_an_amount, only_a_direction

AMOUNTS = [
    "Halve falls",
    "Falls halved by March",
    "Fewer falls by 30 %",
    "Falls down by thirty per cent",
    "30 percent fewer falls",
    "Readmissions from 18 to 12 a month",
    "Falls per 1,000 bed days from 6.1 down to 3.0",
    "Falls from six a month to three",
    "Raise the pass rate to 70",
    "Cut waiting to less than 20 minutes",
    "Shorten the stay by 2 days",
    "Shorten the stay by two days",
    "Double enrolment in algebra",
    "We will double the number of teachers",
    "Triple our output",
    "Improve safety so that no patient falls",
    "Cut waiting by half",
    "Half of our students pass",
    "Half as many falls",
    "A third of all stays end on time",
    "Falls down by a quarter",
    "Two thirds of students pass",
    "Zero falls",
    "Reduce infections to zero",
    "Nine out of ten pass",
    "9 in 10 pass",
    "At least 80 visits a week",
    "No more than 3 falls a month",
    "We walk 8,000 steps a day, up from 4,500",
    "Raise scores 20 points",
    "Twice as many mentors",
    "A tenfold rise",
    "Reduce falls to three",
    "Shorten the stay to under five days",
    "Shorten the stay to a median of 4 days",
    "Improve steps from 6 → 3",
    "Reduce falls from 18 to 12 by 31 December 2027",
]
AMOUNTS_AT_THE_BEGINNING = [
    "Save 100,000 lives by June",
    "We want to recruit 40 new mentors",
    "1,540 new teachers a year",
    "We walk 8,000 steps a day",
]
NO_AMOUNTS = [
    "Reduce 30-day readmissions",
    "Reduce 30 day readmissions",
    "Grade 3 reads well",
    "Ward 6 is safe",
    "30 day readmissions fall",
    "In 3 schools reading is better",
    "Improve 3 wards",
    "Improve care for all patients",
    "Improve access for every child",
    "Improve third grade reading",
    "Reduce waiting in the quarter",
    "Reduce waiting in the third quarter",
    "Aim of all",
    "Fewer people come back within 30 days",
    "Fewer people come back within 30 to 90 days",
    "Shorter stay in days",
    "Improve reading by 2027",
    "Improve reading by 30 June",
    "Improve reading by June 30, 2027",
    "Improve reading by 2027-06-30",
    "Improve reading from 2025 to 2030",
    "Improve reading in grades 3 to 8",
    "Improve sleep of children aged 3 to 5",
    "Give more support to 65-year-olds",
    "Patients are home by 9 am",
    "Fewer people wait more than 4 hours",
    "Fewer births prior to 39 weeks",
    "Fewer people come back up to 30 days after leaving",
    "Improve double-checking of doses",
    "Work towards the triple aim",
    "Fewer falls in the first half of the year",
    "Better results in the lowest 20 % of schools",
    "Increase the percent of students who pass",
    "A zero-tolerance ward",
]
DAYS = [
    "Fewer falls by March",
    "Fewer falls by May 2027",
    "Fewer falls by the end of 2027",
    "Fewer falls before the end of June",
    "Fewer falls until Dec 2027",
    "Fewer falls by 31 December",
    "Fewer falls by the 1st of May",
    "Fewer falls by 2027-06-30",
    "Fewer falls by 30.06.2027",
    "Fewer falls by the end of the school year 2026/27",
    "Fewer falls by mid-May",
    "In 2027 fewer people fall",
    "Falls halved, December 2027",
    "From 18 in 2025 to 12 in 2027",
]
NO_DAYS = [
    "Fewer people come back within 30 days",
    "Shorter stay in days",
    "Fewer falls than in 2024",
    "Fewer falls since January",
    "Falls below 2024 levels",
    "Patients may go home when they like",
    "Students march in step",
    "Falls are found by the team in days",
    "Walk 8,000 steps",
    "Walk 2,050 steps",
    "The class of 2024 reads well",
]
DIRECTIONS = [
    "To improve safety",
    "Improve care",
    "Improving care",
    "Reducing harm",
    "We want to improve safety",
    "We would like to improve safety",
    "Our aim is to reduce falls",
    "The goal: improve safety",
    "Aim to increase attendance",
    "Improve the experience of everybody who comes to our ward for a planned operation",
    "Reduce the number of people who come back within 30 days",
    "Improve care for all patients",
    "Improve reading by the end of 2027",
    "Improve third grade reading",
]
NO_DIRECTIONS = [
    "Fewer falls",
    "Improved care for everybody",
    "Every child reads by nine",
    "Lower back pain is seen early",
    "Support staff feel heard",
    "Raise the pass rate from 54 to 70",
    "We want to improve safety so that no patient falls",
    *(f"Improve this: {text}" for text in AMOUNTS),
]


@pytest.mark.parametrize("text", [*AMOUNTS, *AMOUNTS_AT_THE_BEGINNING])
def test_an_amount_in_words(text):
    assert names_an_amount(text)


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_no_amount(text):
    assert not names_an_amount(text)


@pytest.mark.parametrize("text", DAYS)
def test_a_day_in_words(text):
    assert names_a_day(text)


@pytest.mark.parametrize("text", NO_DAYS)
def test_no_day(text):
    assert not names_a_day(text)


@pytest.mark.parametrize("text", DIRECTIONS)
def test_a_direction_only(text):
    assert only_a_direction(text)
    assert [f.code for f in told(text, "AIM02", "AIM07")] == ["AIM07"]
    assert not told(text, "AIM02", "AIM07", target=3)


@pytest.mark.parametrize("text", NO_DIRECTIONS)
def test_more_than_a_direction(text):
    assert not only_a_direction(text)


def told(text, *codes, **fields):
    return check(dk.Theory("t", aims=[dk.Aim("A", text, **fields)]), select=codes)


@pytest.mark.parametrize("text", [*AMOUNTS, *NO_AMOUNTS, *DAYS, *NO_DAYS, *DIRECTIONS, *NO_DIRECTIONS])
def test_what_weighs_less_says_that_it_stands_in_words_only(text):
    for finding in told(text, "AIM02", "AIM04", "AIM07"):
        assert (finding.severity == "info") == ("in words only" in finding.message)
    # The words decide how it is told, never whether.
    assert len(told(text, "AIM02", "AIM07")) == len(told(text, "AIM04")) == 1


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "piece", ["by ", "1,", "from 1 to ", "the end of ", "2", "one ", "20", " ", "by the "]
)
def test_long_texts_are_read_quickly(piece):
    text = piece * 20_000
    start = time.process_time()
    names_an_amount(text), names_a_day(text), only_a_direction(text)
    assert time.process_time() - start < 5
