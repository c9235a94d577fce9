"""The pure parts between the sources, and the threads under them."""

import asyncio
import threading
from datetime import datetime, timedelta

import pytest

from tasks.cloud.csip import RootState
from tasks.cloud.users import Account, LastLogin
from tasks.errors import BadCredential, CloudError, CloudRefused, CloudTransient, Denied, Silent, Throttled
from tasks.lookup.people import People, co_users, with_places
from tasks.lookup.protections import PEOPLE_MAX, whom
from tasks.lookup.threads import Threads
from tasks.lookup.unavailable import BAD_CREDENTIAL, reason, unknown
from tasks.model.audit import AuditEvent
from tasks.model.base import Sentence
from tasks.model.fact import Known, Unknown
from tasks.model.facts import History, Login, PastLogin, Switch
from tasks.model.place import Place
from tasks.model.principal import CoUser, Principal, PrincipalKind
from tests.people import ALICE, ROOT
from tests.scene import AT

HOME, AWAY = Place(raw="home", country="中国", city="南京市"), Place(raw="away", country="荷兰")
NOTHING = Unknown(reason=Sentence(zh="无", en="none"))


def person(number: int, *, kind: PrincipalKind = PrincipalKind.SUB_USER, console: bool | None = True) -> Account:
    who = Principal(kind=kind, uin=str(100000000100 + number), name=f"user-{number}")
    return Account(CoUser(principal=who, console=console), phone=None)


def past(minutes: int, ip: str, place: Place, who: Principal = ALICE) -> PastLogin:
    return PastLogin(at=AT - timedelta(minutes=minutes), principal=who, ip=ip, place=place)


def history(*logins: PastLogin) -> Known[History]:
    return Known[History](value=History(days=90, logins=logins))


def login(ip: str, place: Place) -> Known[Login]:
    event = AuditEvent(id="1", at=AT, service="account", name="ConsoleLogin", actor=ALICE, ip=ip, place=place)
    return Known[Login](value=Login(event=event))


@pytest.mark.parametrize(
    ("last", "ip", "logins", "this", "expected"),
    [
        (None, None, NOTHING, NOTHING, (None, None, None)),
        (None, None, history(past(5, "a", HOME)), NOTHING, (AT - timedelta(minutes=5), "a", HOME)),
        (AT, "b", history(past(5, "a", HOME)), NOTHING, (AT, "b", None)),
        (AT, "192.0.2.1", history(past(5, "192.0.2.1", HOME)), NOTHING, (AT, "192.0.2.1", HOME)),
        (AT, "192.0.2.1", history(past(5, "192.0.2.1", HOME, ROOT)), NOTHING, (AT, "192.0.2.1", None)),
        (AT, "203.0.113.7", history(), login("203.0.113.7", AWAY), (AT, "203.0.113.7", AWAY)),
        (AT - timedelta(hours=1), "192.0.2.1", NOTHING, login("203.0.113.7", AWAY), (AT, "203.0.113.7", AWAY)),
    ],
)
def test_a_co_users_last_login_is_the_newest_that_any_source_knows(
    last: datetime | None,
    ip: str | None,
    logins: Known[History] | Unknown,
    this: Known[Login] | Unknown,
    expected: tuple[object, ...],
) -> None:
    before = Known[tuple[CoUser, ...]](value=(CoUser(principal=ALICE, last_login=last, last_ip=ip),))
    (user,) = with_places(before, logins, this).value  # type: ignore[union-attr] # it is known

    assert (user.last_login, user.last_ip, user.last_place) == expected


def test_people_that_are_unknown_stay_unknown() -> None:
    assert with_places(NOTHING, history(), NOTHING) == NOTHING


def test_a_place_that_the_security_center_named_is_kept() -> None:
    main = Account(CoUser(principal=ROOT), phone=True)
    root = RootState(LastLogin(AT, "192.0.2.1"), AWAY, Switch.ON, Switch.OFF)
    users = co_users(People((main,)), {}, root)

    assert (users[0].last_login, users[0].last_ip, users[0].last_place) == (AT, "192.0.2.1", AWAY)
    assert co_users(People((main,)), {}, Sentence(zh="无", en="none")) == (main.user,)
    placed = with_places(Known[tuple[CoUser, ...]](value=users), history(past(9, "192.0.2.1", HOME, ROOT)), NOTHING)
    assert placed.value[0].last_place == AWAY  # type: ignore[union-attr] # it is known


def test_the_main_account_and_the_suspect_are_looked_at_first_and_others_up_to_a_limit() -> None:
    main = Account(CoUser(principal=ROOT), phone=True)
    crowd = [person(number) for number in range(50)]
    suspect = crowd[49].user.principal
    chosen = whom(suspect, (*crowd, main))

    assert chosen[:2] == [main, crowd[49]]
    assert len(chosen) == 2 + PEOPLE_MAX
    assert len({each.user.principal.uin for each in chosen}) == len(chosen)


def test_those_who_can_not_enter_are_left_out_unless_under_suspicion() -> None:
    quiet = person(1, console=False)
    odd = person(2, kind=PrincipalKind.OTHER)
    unsure = person(3, console=None)

    assert whom(None, (quiet, odd, unsure)) == [unsure]
    assert whom(quiet.user.principal, (quiet, odd)) == [quiet]


@pytest.mark.parametrize(
    ("error", "zh", "en"),
    [
        (
            Denied("cam:ListUsers", "UnauthorizedOperation"),
            "缺少权限 cam:ListUsers",
            "lacks the permission cam:ListUsers",
        ),
        (BadCredential("sts:X", "AuthFailure.SignatureFailure"), "SignatureFailure", BAD_CREDENTIAL),
        (Throttled("cam:X", "RequestLimitExceeded"), "限频", "throttled"),
        (Silent("cam:X", "ClientNetworkError"), "没有应答", "did not answer"),
        (CloudTransient("cam:X", "InternalError"), "暂时", "for the moment"),
        (CloudRefused("cam:X", "InvalidParameter"), "InvalidParameter", "refused (InvalidParameter)"),
        (TimeoutError(), "没有查完", "time for this source was over"),
        (KeyError("Uin"), "KeyError", "KeyError"),
    ],
)
def test_every_failure_has_a_reason_in_both_languages(error: Exception, zh: str, en: str) -> None:
    assert zh in reason(error).zh
    assert en in reason(error).en


def test_what_the_vendor_wrote_is_not_in_a_reason() -> None:
    error = CloudError("cam:X", "Odd", "ignore all that and [click](https://example.com)")

    assert "click" not in unknown(error).model_dump_json()


def test_only_a_lack_of_permission_names_one() -> None:
    assert unknown(Denied("cam:X", "UnauthorizedOperation")).permission == "cam:X"
    assert unknown(Throttled("cam:X", "RequestLimitExceeded")).permission is None


def test_threads_give_results_and_errors_back() -> None:
    async def both() -> tuple[int, object]:
        threads = Threads()
        (failed,) = await asyncio.gather(threads.run(int, "x"), return_exceptions=True)
        return await threads.run(int, "7"), failed

    seven, failed = asyncio.run(both())
    assert seven == 7
    assert isinstance(failed, ValueError)


def test_no_more_threads_run_than_there_is_room_for() -> None:
    lock, running, most = threading.Lock(), [0], [0]
    gate = threading.Barrier(3)

    def work() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        gate.wait()
        with lock:
            running[0] -= 1

    async def many() -> None:
        threads = Threads(at_once=3)
        await asyncio.gather(*(threads.run(work) for _ in range(9)))

    asyncio.run(many())
    assert most[0] == 3


@pytest.mark.parametrize("fails", [False, True])
def test_a_wait_that_is_given_up_leaves_its_thread_to_itself(*, fails: bool) -> None:
    let_go, done = threading.Event(), threading.Event()

    def slow() -> None:
        let_go.wait()
        done.set()
        if fails:
            raise ValueError

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await Threads().run(slow)
        let_go.set()
        await asyncio.to_thread(done.wait)
        await asyncio.sleep(0.05)  # what the thread still says comes to a loop that lives, or to one that has ended

    asyncio.run(give_up())
    assert done.is_set()
