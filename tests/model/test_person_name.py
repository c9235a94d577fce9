"""Two spellings of one name are one person, and what can't be seen is in no declared name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.model.invisible import BLANKS, DEFAULT_IGNORABLE, is_invisible
from tasks.model.person_name import compared, name_fault
from tasks.model.policy import Person
from tasks.model.same_person import same_people

UNSEEN = tuple(chr(number) for number in (0x00AD, 0x034F, 0x200B, 0x202E, 0x2800, 0x3164, 0xFE0F, 0xFFA0, 0xE0100))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Bob", " bob "),
        ("Bob", "Ｂｏｂ"),
        ("Bob Lee", "bob\u3000 LEE"),
        ("Straße", "STRASSE"),
        ("José", "Jose\u0301"),
        ("Bob", "Bo\u0336b"),
        *[("李雷", f"李{unseen}雷") for unseen in UNSEEN],
    ],
)
def test_one_name_in_two_spellings_is_one(name: str, other: str) -> None:
    assert compared(name) == compared(other)


@pytest.mark.parametrize("other", ["Bоb", "Bob.", "Rob", "Bob Lee", ""])
def test_another_name_stays_another(other: str) -> None:
    assert compared(other) != compared("Bob")


@pytest.mark.parametrize(
    "name", ["李雷", "Bob Lee", "José", "สุดา", "हिन्दी", "Nguyễn Văn An", "O'Neil-Ø", "security-lead"]
)
def test_names_of_every_script_may_be_declared(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize("unseen", [*UNSEEN, "\u0336", "\x1b", "\n"])
def test_what_can_not_be_seen_may_not(unseen: str) -> None:
    assert f"U+{ord(unseen):04X}" in (name_fault(f"Bob{unseen}") or "")


@given(st.text(max_size=12), st.sampled_from(UNSEEN), st.integers(0, 12))
def test_what_can_not_be_seen_makes_nobody_else(name: str, unseen: str, where: int) -> None:
    assert compared(name[:where] + unseen + name[where:]) == compared(name)


@given(st.text(max_size=12))
def test_a_compared_name_is_compared_once(name: str) -> None:
    assert compared(compared(name)) == compared(name)


def test_ends_of_every_range_are_invisible_and_their_neighbours_are_not() -> None:
    ends = {number for pair in DEFAULT_IGNORABLE for number in pair} | BLANKS

    assert all(is_invisible(chr(number)) for number in ends)
    assert not any(is_invisible(one) for one in "a李 \u3000é\u0301⣿ㄱ")


@pytest.mark.parametrize(
    ("principals", "groups"),
    [
        ((("a",), ("b",), ()), (("0",), ("1",), ("2",))),
        ((("root",), ("Root ",), ("b",)), (("0", "1"), ("2",))),
        ((("a",), ("b",), ("a", "b")), (("0", "1", "2"),)),
        (((), ()), (("0",), ("1",))),
    ],
)
def test_who_shares_an_identity_is_one(
    principals: tuple[tuple[str, ...], ...], groups: tuple[tuple[str, ...], ...]
) -> None:
    people = tuple(Person(name=str(number), principals=own) for number, own in enumerate(principals))

    found = same_people(people)

    assert {frozenset(one.name for one in group) for group in found} == {frozenset(group) for group in groups}


def test_a_name_and_the_uin_of_one_principal_are_one_identity_where_the_account_is_known() -> None:
    people = (Person(name="Li", principals=("alice",)), Person(name="Wu", principals=("100000000011",)))

    assert len(same_people(people)) == 2
    assert len(same_people(people, lambda text: {"alice": "100000000011"}.get(text, text))) == 1
