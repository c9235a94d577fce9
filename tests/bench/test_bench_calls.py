"""What the benches read out of the sandbox's list of calls: whose, what for, and when."""

from datetime import timedelta

import pytest

from tasks.bench.calls import Times, Victim, chained, contained_by, split, times, words_of
from tasks.bench.sandbox import Names
from tasks.bench.workload import Pattern, shares, written
from tasks.sandbox.engine import SeenCall
from tests.bench.bench_samples import START, call, containment, search

FACTS = [
    call("GetCallerIdentity", 1),
    search("EventName", "ConsoleLogin", 2),
    call("ListAccessKeys", 3, TargetUin=11),
    search("PrincipalId", "11", 4),
]
VICTIM = Victim("alice", "11", {"principal": "alice", "ip": "192.0.2.11"})
NEXT_VICTIM = Victim("bob", "12", {"principal": "bob", "ip": "192.0.2.12"})
PEOPLE = Names({"alice": "11", "bob": "12"}, {"AKIDa": "alice", "AKIDb": "bob", "AKIDother": "carol"})


def test_containment_begins_with_the_look_at_the_first_key_and_ends_with_the_policy() -> None:
    acts = containment(11, "AKIDa", "alice")

    made = split([*FACTS, *acts, call("GetPolicy", 30)], "11")

    assert list(made.facts) == FACTS
    assert list(made.acts) == acts


def test_facts_that_containment_did_not_wait_for_belong_to_neither() -> None:
    acts = containment(11, "AKIDa", "alice")
    late = call("DescribeSafeAuthFlagColl", 13.5, SubUin=12)

    made = split([*FACTS, *acts[:3], late, *acts[3:]], "11")

    assert late not in (*made.facts, *made.acts)
    assert list(made.acts) == acts


def test_who_asked_who_it_is_only_for_the_facts_begins_at_the_keys() -> None:
    acts = containment(11, "AKIDa", "alice")[1:]

    assert list(split([*FACTS, *acts], "11").acts) == acts


@pytest.mark.parametrize(
    "calls", [FACTS, [*FACTS, call("AttachUserPolicy", 9, code="FailedOperation", PolicyId=7, AttachUin=11)]]
)
def test_a_policy_that_was_not_attached_contains_nobody(calls: list[SeenCall]) -> None:
    assert contained_by(calls, "11") is None
    with pytest.raises(LookupError, match="11"):
        split(calls, "11")


def test_times_are_of_the_first_arrival_of_the_first_act_and_of_the_last_answer() -> None:
    calls = [*FACTS, *containment(11, "AKIDa", "alice")]

    found = times(calls, "11", START - timedelta(seconds=1))

    assert found == pytest.approx(Times(first=1.9, decided=10.9, contained=18.0))


def test_the_chain_is_found_among_the_calls_by_what_was_searched_for() -> None:
    facts = [*FACTS, search("PrincipalId", "11", 5, NextToken=3), search("PrincipalId", "99", 6)]
    wanted = [
        {"StartTime": 5, **search("EventName", "ConsoleLogin").parameters},
        search("PrincipalId", "11").parameters,
        search("AccessKeyId", "AKIDnever").parameters,
    ]

    chain, rest = chained(facts, wanted)

    assert chain == (FACTS[1], FACTS[3])
    assert rest == (FACTS[0], FACTS[2], facts[4], facts[5])


def test_words_are_found_however_deep_they_lie() -> None:
    assert list(words_of({"a": 1, "b": [{"c": "x"}, ["y"]], "d": None})) == ["1", "x", "y", "None"]


def test_a_storms_calls_are_dealt_out_by_whom_they_name() -> None:
    common = [call("ListAccounts", 1)]
    login, key = search("SourceIPAddress", "192.0.2.12", 2), call("GetSecurityLastUsed", 3, SecretIdList=["AKIDb"])
    own = [login, key, search("PrincipalId", "12", 4)]
    pattern = Pattern(VICTIM, tuple(containment(11, "AKIDa", "alice")))
    acts = containment(12, "AKIDb", "bob")

    dealt = shares([*common, *own, *acts, search("PrincipalId", "12", 40)], [NEXT_VICTIM], PEOPLE, pattern)

    (replay,) = dealt.replays
    assert [*replay.chain] == [login, own[2]]
    assert [*replay.others] == [key]
    assert [(one.action, one.parameters) for one in replay.acts] == [(one.action, one.parameters) for one in acts]
    assert [one.action for one in dealt.common] == ["ListAccounts"]


def test_a_call_that_names_several_victims_is_nobodys_own() -> None:
    both = call("DescribeSubAccounts", 1, FilterSubAccountUin=[11, 12])

    dealt = shares([both], [VICTIM, NEXT_VICTIM], PEOPLE, Pattern(VICTIM, ()))

    assert dealt.common == (both,)


def test_an_address_that_all_share_names_nobody() -> None:
    shared = [one._replace(alert=one.alert | {"ip": "192.0.2.1"}) for one in (VICTIM, NEXT_VICTIM)]
    login = search("SourceIPAddress", "192.0.2.1")

    assert shares([login], shared, PEOPLE, Pattern(VICTIM, ())).common == (login,)


def test_what_was_changed_twice_is_counted_twice_and_what_was_refused_not_at_all() -> None:
    acts = containment(11, "AKIDa", "alice")
    again = call("UpdateAccessKey", 20, AccessKeyId="AKIDa", Status="Inactive", TargetUin=11)
    refused = call("UpdateUser", 21, code="UnauthorizedOperation", Name="bob", ConsoleLogin=0)

    counted = written([*acts, again, refused])

    assert counted == {("UpdateAccessKey", "AKIDa"): 2, ("UpdateUser", "alice"): 1, ("AttachUserPolicy", "11"): 1}
