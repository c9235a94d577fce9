"""The files that people write."""

from pathlib import Path

import pytest

from tasks.config.policy_file import load_policy
from tasks.config.yaml_file import MAX_BYTES, load_yaml
from tasks.errors import InputError
from tasks.model.answers_file import AnswersFile
from tasks.model.plan import ActionKind
from tasks.runbooks.unusual_login.answers_file import LoginAnswers


def write(path: Path, text: str) -> Path:
    file = path / "file.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_yes_and_no_stay_words(tmp_path: Path) -> None:
    file = write(tmp_path, "answers: {own_login: no, co_user: no, known_egress: yes}")

    given = load_yaml(file, AnswersFile[LoginAnswers], what="--answers").answers
    assert given is not None

    assert (given.own_login, given.co_user, given.known_egress) == ("no", "no", "yes")


def test_true_and_false_stay_booleans(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, "people: [{name: Li, approver: true}]\noffsite_check: false"))

    assert (policy.people[0].approver, policy.offsite_check) == (True, False)


def test_approvals_may_name_actions(tmp_path: Path) -> None:
    file = write(tmp_path, "approvals: {containment: [quarantine, disable_access_key]}")

    given = load_yaml(file, AnswersFile, what="--answers").approvals

    assert given.containment == (ActionKind.QUARANTINE, ActionKind.DISABLE_ACCESS_KEY)


def test_no_policy_file_means_observe() -> None:
    assert load_policy(None).mode == "observe"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mode: observe\nnetworks:\n  - name: office\n    cidr: nonsense\n", r"networks.0.cidr.* line 4"),
        ("people:\n  - {name: Li}\n  - {nam: Wu}\n", r"people.1.*line 3"),
        ("mode: sometimes", r"mode.* line 1"),
        ("mode: [observe", "is not YAML"),
        ("travel:\n- {principal: a, place: b, since: 2026-01-01T00:00:00, until: 2026-01-02T00:00:00}", "needs a zone"),
        ("- a\n- b", "the file"),
        ("mode: auto\nauto_actions:\n- quarantine\n- reset_password", r"auto_actions.1: .* line 4.*can't be undone"),
        ("auto_actions: [log_out_sessions]", r"line 1.*never runs without approval; name any of: disable_access_key"),
        ("auto_actions: [quarantne]", "is no action; name any of: .*quarantine"),
        ("auto_signs: 0", r"auto_signs.* line 1"),
        ("approvals_needed: 2", "approvals_needed: .* line 1: .*`people` declares 0; give 2 people `approver: true`"),
        (
            "people:\n- {name: Li, approver: true}\n- {name: Wu}\napprovals_needed: 2",
            "approvals_needed.* line 4.*declares 1",
        ),
        (
            "approvals_needed: 2\npeople: [&l {name: L, approver: true, principals: [a]}, {<<: *l, name: W}]",
            "declares 1; .* who share no principal",
        ),
        ("people: [{name: Bob}, {name: 'bob '}]", "people: .*'Bob' and 'bob ' are compared as one name"),
        ("people: [{name: Bob}, {name: Bob}]", "write each its own"),
        ("people: [{name: Bob}, {name: Ｂｏｂ}]", "are compared as one name"),
        ('people: [{name: "Bob\\u3164"}]', r"people.0.name: .* line 1.*holds U\+3164, .*write the name without it"),
        ('people: [{name: Bob, principals: ["bob\\u200b"]}]', r"people.0.principals.0: .*holds U\+200B"),
        ("people: [{name: ' '}]", "is empty; write the name"),
    ],
)
def test_a_wrong_policy_is_refused_with_field_and_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        load_policy(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.yaml can't be read"):
        load_policy(tmp_path / "gone.yaml")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="larger than 256 KiB"):
        load_policy(write(tmp_path, "#" * (MAX_BYTES + 1)))
