"""`runbooks check`: what is wrong with account and machine, and the mend."""

import json
import sys

from tasks.checkup.run import checks, dangerous, run
from tasks.cli.terminal import tell
from tasks.config.settings import settings
from tasks.decide.sentences import both
from tasks.model.base import Lang
from tasks.model.finding import Checked, Grade
from tasks.model.policy import Mode
from tasks.reporting.templating import in_language

DANGEROUS = 1

GRADES = {
    Grade.OK: (both("正常", "ok     "), "green"),
    Grade.NOTE: (both("注意", "note   "), "yellow"),
    Grade.UNKNOWN: (both("未知", "unknown"), "cyan"),
    Grade.DANGER: (both("危险", "DANGER "), "bold red"),
}


def check_all(mode: Mode | None, *, as_json: bool, lang: Lang | None) -> int:
    """Look at all, print a line a finding, and return the exit status: 1 where something is dangerous."""
    speaks = lang or settings().lang
    found = list[Checked]()
    for one in run(checks(mode)):
        found.append(one)
        if not as_json:
            tell(_line(one, speaks), style=GRADES[one.finding.grade][1])
    if as_json:
        content = [one.model_dump(mode="json") for one in found]
        sys.stdout.write(
            json.dumps({"dangerous": dangerous(found), "findings": content}, ensure_ascii=False, indent=2) + "\n"
        )
    return DANGEROUS if dangerous(found) else 0


def _line(one: Checked, lang: Lang) -> str:
    grade, finding = GRADES[one.finding.grade][0], one.finding
    said = in_language(both("{0}  {1}：{2}", "{0}  {1}: {2}"), lang).format(
        in_language(grade, lang), in_language(one.title, lang), in_language(finding.what, lang)
    )
    return f"{said} → {in_language(finding.mend, lang)}" if finding.mend else said
