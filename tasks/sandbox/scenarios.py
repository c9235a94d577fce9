"""Scenarios: one YAML file each, over the company that they all share."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from tasks.sandbox.build import world_of
from tasks.sandbox.find import person_named, role_named
from tasks.sandbox.story import Step, Story
from tasks.sandbox.when import seconds
from tasks.sandbox.world import World

COMPANY = "company.yaml"


@dataclass(frozen=True)
class Scenario:
    """A story with the cloud that it led to.

    Args:
        now: the moment when the drill starts.
    """

    name: str
    story: Story
    now: datetime
    world: World

    @property
    def title(self) -> dict[str, str]:
        """Its title, in zh and en."""
        return self.story.title.model_dump()

    @property
    def sentence(self) -> dict[str, str]:
        """Its story in one sentence, in zh and en."""
        return self.story.story.model_dump()

    def alert(self) -> dict[str, Any]:
        """Write the alert that starts the drill: the story's own, or the reminder of its login."""
        if self.story.alert is not None:
            return self._common() | {name: self._told(value) for name, value in self.story.alert.items()}
        return self._alert(next(one for one in self.story.steps() if one.alert))

    def alerts(self) -> list[dict[str, Any]]:
        """Write one alert for each login that gives one."""
        return [self._alert(one) for one in self.story.steps() if one.alert]

    def _alert(self, step: Step) -> dict[str, Any]:
        place = self.story.places[step.origin]
        named = {"principal": self._principal(step)} if step.who != "root" else {}
        return {
            **self._common(),
            "ip": place.ip,
            "login_time": _written(step.when(self.now)),
            **named,
            "place": place.location,
            "method": step.method,
            "text": self._text(step, place.ip, place.location),
        }

    def _common(self) -> dict[str, Any]:
        """Write what every alert says."""
        return {"account": str(self.world.cloud.uin), "source": self.story.alert_source}

    def _told(self, value: Any) -> Any:
        """Write one field of the story's own alert."""
        return _written(seconds(value["when"], self.now)) if isinstance(value, dict) else value

    def _principal(self, step: Step) -> str:
        cloud = self.world.cloud
        found = person_named(cloud, step.who) or role_named(cloud, step.who)
        return found.name if found else step.who

    def _text(self, step: Step, ip: str, place: str) -> str:
        cloud, at = self.world.cloud, step.when(self.now)
        who = "" if step.who == "root" else f"的子账号 {self._principal(step)} "
        when = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
        head = f"【腾讯云】尊敬的腾讯云用户，您的账号（账号 ID：{cloud.uin}，昵称：{cloud.nickname}）{who}"
        return f"{head}于 {when} 在 {place}（IP：{ip}）登录，与常用登录地不同。如非本人操作，请立即处理。"


def _written(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def names() -> tuple[str, ...]:
    """List the scenarios."""
    found = (one.name for one in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


def load(name: str, *, now: datetime) -> Scenario:
    """Load a scenario as of now.

    Args:
        now: with zone; all times of the scenario are relative to it.
    """
    story = story_of(name)
    return Scenario(name, story, now, world_of(story, name, now))


def story_of(name: str) -> Story:
    """Read what a scenario says."""
    if name not in names():
        raise LookupError(f"there is no scenario {name!r}; there are: {', '.join(names())}")
    company = yaml.safe_load(files("tasks.sandbox").joinpath(COMPANY).read_text("utf-8"))
    return Story.model_validate(_over(company, _own(name)))


def _own(name: str) -> Any:
    """Read a scenario's file, laid over the one that it is `like`."""
    own = yaml.safe_load(_folder().joinpath(f"{name}.yaml").read_text("utf-8"))
    like = own.pop("like", None)
    return _over(_own(like), own) if like else own


def _folder() -> Traversable:
    return files("tasks.sandbox").joinpath("scenarios")


def _over(base: Any, own: Any) -> Any:
    """Lay the scenario over the company: tables are merged, everything else is replaced."""
    if not isinstance(base, dict) or not isinstance(own, dict):
        return own
    return {
        name: _over(base[name], own[name]) if name in base and name in own else {**base, **own}[name]
        for name in {**base, **own}
    }
