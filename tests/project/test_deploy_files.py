"""The files for systemd and for containers fit the program that they start."""

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tasks.config.intake_file import load_intake
from tasks.config.policy_file import load_policy
from tasks.config.settings import Settings
from tasks.model.intake_file import Road
from tasks.serving.descriptors import WANTED

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "templates" / "deploy"
UNIT = DEPLOY / "runbooks.service"
CONTAINERFILE = DEPLOY / "Containerfile"
DRAIN_S = 25
EXPOSURE_MAX = 20  # tenths; systemd calls all below 2.0 safe
INSTRUCTIONS = re.compile(
    r"^(?:FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT) ", flags=re.MULTILINE
)


def unit() -> dict[str, list[str]]:
    """The unit's directives; one may be given several times, which configparser can't read."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found[name].append(value)
    return dict(found)


def instructions(text: str) -> list[tuple[str, str]]:
    """Each instruction of a Containerfile with its words, on one line."""
    plain = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", "", plain)
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def container(name: str) -> list[str]:
    return [rest for word, rest in instructions(CONTAINERFILE.read_text(encoding="utf-8")) if word == name]


@pytest.mark.parametrize(
    ("directive", "values"),
    [
        ("ExecStart", ["/opt/runbooks/bin/runbooks serve"]),
        ("Type", ["exec"]),
        ("Restart", ["always"]),
        ("KillMode", ["mixed"]),
        ("KillSignal", ["SIGTERM"]),
        ("DynamicUser", ["yes"]),
        ("StateDirectory", ["runbooks"]),
        ("ProtectSystem", ["strict"]),
        ("NoNewPrivileges", ["yes"]),
        ("LimitNOFILE", [str(WANTED)]),
        ("PrivateTmp", ["yes"]),
        ("RestrictAddressFamilies", ["AF_INET AF_INET6 AF_UNIX"]),
        ("SystemCallFilter", ["@system-service", "~@privileged @resources"]),
        ("CapabilityBoundingSet", [""]),
    ],
)
def test_the_unit_confines_the_service_and_stops_it_in_order(directive: str, values: list[str]) -> None:
    assert unit()[directive] == values


def test_the_unit_waits_longer_than_the_service_drains() -> None:
    (stop_s,) = unit()["TimeoutStopSec"]

    assert int(stop_s) > DRAIN_S


def test_the_unit_gives_the_service_the_secrets_that_the_example_names() -> None:
    given = {f"/run/credentials/runbooks.service/{line.partition(':')[0]}" for line in unit()["LoadCredential"]}
    named = {str(source.secret_file) for source in load_intake(DEPLOY / "intake.yaml").sources}

    assert given == named


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_accepts_the_unit_and_finds_it_safe(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8").replace("/opt/runbooks/bin/runbooks", sys.executable)
    copy.write_text(text, encoding="utf-8")

    for words in (["verify", copy], ["security", "--offline=yes", f"--threshold={EXPOSURE_MAX}", copy]):
        done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)

        assert (done.returncode, "Unknown" in done.stderr) == (0, False), done.stderr


def test_what_the_image_copies_is_there_and_in_the_repository() -> None:
    copied = [word for line in container("COPY") if not line.startswith("--from") for word in line.split()[:-1]]
    tracked = subprocess.run(["git", "ls-files", "--", *copied], cwd=ROOT, capture_output=True, text=True, check=True)
    tops = {line.split("/")[0] for line in tracked.stdout.splitlines()}

    assert tops == set(copied) >= {"flows", "tasks", "templates", "prefect.yaml", "constraints.txt"}


def test_the_image_installs_as_the_readme_does() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = next(line for line in readme.splitlines() if "-m pip install" in line)
    options = re.search(r"-m pip install (.*?) -e ", first)

    assert options is not None
    assert [line for line in container("RUN") if f"-m pip install {options[1]} '.[postgresql]'" in line]


@pytest.mark.parametrize(
    ("instruction", "words"),
    [
        ("ENTRYPOINT", ['["runbooks", "serve"]']),
        ("STOPSIGNAL", ["SIGTERM"]),
        ("USER", ["10001"]),
        ("VOLUME", ["/var/lib/runbooks"]),
        ("EXPOSE", ["8642"]),
    ],
)
def test_the_image_runs_as_a_service_does(instruction: str, words: list[str]) -> None:
    assert container(instruction) == words


def test_the_image_is_made_of_instructions_and_nothing_else() -> None:
    text = CONTAINERFILE.read_text(encoding="utf-8")

    assert [name for name, _ in instructions(text) if not INSTRUCTIONS.match(f"{name} ")] == []
    assert instructions(text)[-1][0] == "ENTRYPOINT"


def test_the_image_listens_to_others_on_the_port_that_it_names() -> None:
    (environment,) = (line for line in container("ENV") if "RUNBOOKS_HOME" in line)
    values = dict(word.split("=", 1) for word in environment.split())

    assert (values["RUNBOOKS_INTAKE_HOST"], values["RUNBOOKS_INTAKE_PORT"]) == ("0.0.0.0", container("EXPOSE")[0])
    assert [values["RUNBOOKS_HOME"]] == container("VOLUME")
    assert not [name for name in values if name.startswith("PREFECT_")]  # its server stays on loopback


@pytest.mark.parametrize("file", sorted(path.name for path in DEPLOY.iterdir()))
def test_a_deploy_file_names_only_settings_that_exist(file: str) -> None:
    text = (DEPLOY / file).read_text(encoding="utf-8")
    known = {f"RUNBOOKS_{name.upper()}" for name in Settings.model_fields}

    assert set(re.findall(r"RUNBOOKS_[A-Z_]+", text)) <= known


def test_the_example_files_are_read_as_the_service_reads_them() -> None:
    intake, policy = load_intake(DEPLOY / "intake.yaml"), load_policy(DEPLOY / "policy.yaml")

    assert [(source.name, source.road) for source in intake.sources] == [
        ("soc", Road.GENERIC),
        ("phone", Road.SMS_FORWARDER),
    ]
    assert (policy.mode, [one.approver for one in policy.people]) == ("approve", [True, True])
