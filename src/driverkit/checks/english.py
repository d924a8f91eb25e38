"""What the words of an aim say, read in English: how much, by when, or a direction only.

A word is no field: what is read here never counts as a target or a day, and it may be misread.
"""

from __future__ import annotations

import re

__all__ = ["names_a_day", "names_an_amount", "only_a_direction"]

_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
_PLAIN_MONTH = r"(?:january|february|april|june|july|august|september|october|november|december)\b"
_DAY = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"\b(?:19|20)(?!00\b)\d\d(?:[/–-]\d\d(?:\d\d)?)?\b(?![.,]?\d)"
_NUMERIC = r"\b(?:20\d\d-\d\d?-\d\d?|\d\d?([./])\d\d?\1(?:20)?\d\d)\b"
_DATE = rf"(?:{_NUMERIC}|\b{_DAY} (?:of )?{_MONTH}|\b{_MONTH} {_DAY}\b(?![%\d]))"

# A year, or a month, that is no day by which: "since 2024", "than in June", "2024 levels".
_NOT_THEN = "".join(
    rf"(?<!\b{words} )"
    for words in ("since", "from", "than", "than in", "as in", "than by", "class of", "levels of", "that of")
)
_NOT_SO = r"(?! (?:levels?|baselines?|figures?|rates?|numbers?|values?|cohorts?|guidelines?|standards?)\b)"
_BY = r"\b(?:by|before|until|till|in|during|through|mid|early|late|end of|no later than)"
_BETWEEN = r"(?: (?:the|end|start|beginning|middle|of|in|mid|early|late|next|this|coming|about)\b){0,6}"
_DAY_BY = re.compile(
    rf"{_NOT_THEN}(?:{_DATE}|\b{_PLAIN_MONTH}|{_YEAR}{_NOT_SO})|{_NOT_THEN}{_BY}{_BETWEEN}[ -]{_MONTH}",
    re.IGNORECASE,
)

_N = r"(?<![\d.,])\d[\d.,]*"
_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred|thousand)"
)
_ANY = rf"(?:{_N}|{_WORD}\b)"
_PART = r"(?:third|quarter|fifth|sixth|tenth)"
_TIME = r"(?:minutes?|hours?|days?|weeks?|months?|years?)"
_ABOUT = (
    r"(?:(?:about|around|at least|at most|(?:less|fewer|(?:no |not )?more) than|under|below|over|above|only|just"
    r"|(?:an? )?(?:average|mean|median|total|rate|maximum|minimum) of|another) )?"
)
# Words whose number is a name (grade 3, ward 6), or that give a direction to so many (improve 3 wards).
_NAMED = (
    r"(?:grade|class|ward|year|age|level|phase|unit|room|floor|team|site|school|type|stage|improve|reduce"
    r"|improving|reducing|support|strengthen|enhance|the|in|on|for|of|at|within|by|since|from)s?\b"
)
# Numbers that say who or when, not how much: they are taken out before amounts are looked for.
_ASIDE = re.compile(
    rf"{_DATE}|{_YEAR}"
    rf"|\b(?:grades?|age[ds]?|years?|class(?:es)?|levels?|within|between|weeks?|days?) (?:of )?(?:from )?"
    rf"{_ANY} ?(?:to|and|-|–) ?{_ANY}(?: {_TIME})?"
    rf"|{_N}[ -]years?[ -]olds?|{_N}(?::\d\d)? ?(?:am|pm|a\.m\.|p\.m\.|o['’]clock)"
    rf"|\b(?:top|bottom|lowest|highest|poorest|richest|worst|best) {_N} ?(?:%|per ?cent\b)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    rf"{_ANY}[ -]?(?:%|per ?cent\b|(?:percentage )?points?\b|times\b|[ -]?fold\b)|\b{_WORD}fold\b|[½⅓¼⅔¾]"
    rf"|(?:\bfrom|\bup from|\bdown from) {_ANY}[^.;]{{0,60}}? (?:down |up )?to (?:\w+ ){{0,2}}?{_ANY}"
    rf"|\b(?:up|down) from {_N}|{_N} ?(?:→|->) ?{_N}"
    rf"|(?<!\bup )(?<!\bdue )(?<!\brelated )(?<!\bnext )(?<!\bprior )(?<!\bcompared )"
    rf"\b(?:to|by) {_ABOUT}{_N}|\b(?:to|by) {_ABOUT}{_WORD} (?:an?|per|each|every|{_TIME}|more|fewer|less)\b"
    rf"|\bto (?!one\b){_WORD}\W*$"
    rf"|^(?:(?:we|i|to|will|want|aim) ){{0,4}}(?!{_NAMED})[a-z]+ {_N}(?!-| {_TIME}\b)|^\d[\d.,]*\d\d(?!-| {_TIME}\b) \w"
    rf"|\b(?:at least|at most|(?:no|not) more than|fewer than|less than|no fewer than) {_ANY}"
    rf"|\bmore than {_N}(?! {_TIME})|\b(?:below|above|under) {_N} {_TIME}?(?<!years)(?<!year)\b|\bbelow {_N}"
    rf"|{_ANY} (?:out of|in every|of every) (?:every )?{_ANY}|{_ANY} in (?:five|ten|100|1,?000|10|5)\b"
    rf"|{_N} (?:more|fewer|less|additional|extra) \w"
    r"|\bhalv(?:e|es|ed|ing)\b|(?<!\bfirst )(?<!\bsecond )(?<!\bother )\bhalf (?:of|as|the|our|their|its|all)\b"
    r"|\b(?:by|in|to) (?:(?:a|one) )?half\b(?!-| (?:terms?|days?|years?|an?)\b)"
    r"|\b(?:doubl|tripl|quadrupl)(?:es|ed|ing)\b(?! (?:check|up|as))"
    r"|(?:^|[:;,.] |\b(?:to|will|we|and|must) )(?:double|triple|quadruple)\b(?!-| check| aim)"
    r"|\b(?:double|triple|quadruple) (?:the|our|its|their|this|that|how|what)\b|\b(?:twice|thrice) (?:as|the)\b"
    rf"|\b(?:a|one) {_PART} (?:of|fewer|less|more|as)\b|\bby (?:a|one) {_PART}\b(?! grade)"
    rf"|\b(?:one|two|three|four)[ -]{_PART}s? (?:of|fewer|less|more|as)\b|\b(?:by|to) (?:two|three|four)[ -]{_PART}s\b"
    r"|\bzero\b(?![ -](?:tolerance|based))|\b(?:to|at) none\b|\bnone of\b|\bso that (?:no|none|nobody)\b",
    re.IGNORECASE,
)

_VERB = (
    r"improv(?:e|ing)|reduc(?:e|ing)|increas(?:e|ing)|decreas(?:e|ing)|enhanc(?:e|ing)|better(?:ing)?"
    r"|strengthen(?:ing)?|optimi[sz](?:e|ing)|promot(?:e|ing)|support(?:ing)?|rais(?:e|ing)|lower(?:ing)?"
    r"|minimi[sz](?:e|ing)|maximi[sz](?:e|ing)|boost(?:ing)?|foster(?:ing)?"
)
_DIRECTION = re.compile(
    r"(?:(?:(?:the|our|my|this) )?(?:overall )?(?:aim|goal|objective)(?: is|:)? ?|(?:we|i)(?: all)? (?:will|shall"
    r"|want|wish|aim|hope|plan|intend|would like|['’]d like) ?|aim(?:ing)? )?"
    rf"(?:(?:to|at) )?(?:(?:continuously|further|significantly|steadily|greatly) )?(?:{_VERB})\b(?!-)"
    r"(?! (?:back|limbs?|secondary|primary|schools?|grades?|staff|workers?|groups?)\b)",
    re.IGNORECASE,
)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def names_an_amount(text: str) -> bool:
    """Whether the words say how much.

    >>> names_an_amount("Halve falls"), names_an_amount("Fewer falls for all patients")
    (True, False)
    """
    return _AMOUNT.search(_ASIDE.sub("_", _one_line(text))) is not None


def names_a_day(text: str) -> bool:
    """Whether the words say by when, with a year or a month.

    >>> names_a_day("Fewer falls by March"), names_a_day("Fewer people come back within 30 days")
    (True, False)
    """
    return _DAY_BY.search(_one_line(text)) is not None


def only_a_direction(text: str) -> bool:
    """Whether the words say no more than "to improve" or "to reduce" something.

    >>> only_a_direction("We want to improve safety"), only_a_direction("Improve safety by 50%")
    (True, False)
    """
    return _DIRECTION.match(_one_line(text)) is not None and not names_an_amount(text)
