"""Whether the process that drove an incident still lives is known where it can be known."""

import os
import socket
import subprocess
import sys

import pytest

from tasks.engine.owner import PROC, is_alive, is_gone, owner, pid_is_gone


@pytest.fixture
def ended() -> int:
    """Id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def renamed(*, host: str | None = None, pid: int | None = None, began: str | None = None) -> str:
    own_host, numbering, own_pid, own_began = owner().split(":")
    return ":".join([host or own_host, numbering, str(pid or own_pid), began or own_began])


def test_this_process_lives() -> None:
    assert not is_gone(owner())


def test_a_process_that_ended_is_gone(ended: int) -> None:
    assert is_gone(renamed(pid=ended))


def test_a_reused_id_is_another_process() -> None:
    assert is_gone(renamed(began="1"))


@pytest.mark.parametrize("name", ["", "someone", "a:b", "a:b:c", ":::", "host:1:2:3:4"])
def test_of_what_is_no_name_of_ours_nothing_is_known(name: str) -> None:
    assert not is_gone(name)


def test_of_a_process_on_another_machine_nothing_is_known(ended: int) -> None:
    assert not is_gone(renamed(host="elsewhere.example.com", pid=ended))


def test_a_worker_s_process_is_known_by_host_and_id(ended: int) -> None:
    host = socket.gethostname()

    assert pid_is_gone(f"{host}:{ended}")
    assert not pid_is_gone(f"{host}:{os.getpid()}")
    assert not pid_is_gone(f"elsewhere.example.com:{ended}")
    assert not pid_is_gone("")


def test_a_process_that_ended_and_that_nobody_took_note_of_is_gone() -> None:
    process = subprocess.Popen(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays in the table of processes

    assert (PROC / str(process.pid)).exists()
    assert not is_alive(process.pid)
    process.wait()
