"""The words of the runbook's report and forms."""

from tasks.decide.sentences import both
from tasks.model.checkin import CheckInWords
from tasks.model.report import FormTitles, Headlines

OPENED = both("收到异地登录提醒", "unusual login reported")
REPORT = both("异地登录处置报告", "Unusual login: incident report")
TICKET = both(
    "【安全事件求助】账号异地登录，疑似被盗用", "[Security incident] Unusual login, the account may be compromised"
)

FORMS = FormTitles(
    question=both("异地登录：请回答", "Unusual login: your answer is needed"),
    approval=both("异地登录：请审批处置计划", "Unusual login: your approval is needed"),
    manual=both("异地登录：人工步骤", "Unusual login: steps for a person"),
)

HEADLINES = Headlines(
    ignored=both("可以忽略：这次异地登录已确认无害。", "Nothing to fear: this unusual login is confirmed as harmless."),
    contained=both(
        "登录无法确认为自己人，处置计划已全部完成（已遏制）。",
        "Nobody we know made this login; every step of the containment plan is done (contained).",
    ),
    containment_incomplete=both(
        "遏制没有完成：攻击者可能仍能操作这个账号。",
        "Containment is incomplete: the attacker may still be able to act in this account.",
    ),
    declined=both(
        "审批人拒绝了处置计划：登录无法确认为自己人，但没有按计划遏制。",
        "The approver declined the plan: nobody we know made this login, and it was not contained.",
    ),
    undone=both(
        "遏制已被人撤销：登录没有被确认为自己人，账号又和处置前一样。",
        "Containment was undone by a person: nobody we know made this login, and the account is as it was before.",
    ),
    needs_person=both(
        "还没有结论，需要人来判断：现有的事实和回答不足以结案。",
        "There is no verdict yet and a person is needed: facts and answers do not settle the case.",
    ),
    going_on=both(
        "正在处理：还在收集事实，或正等人回答。", "Still going on: facts are gathered, or somebody's answer is awaited."
    ),
    planned_only=both(
        "登录无法确认为自己人，应当遏制；处置计划已列出，但什么都没有执行，需要人来决定。",
        "Nobody we know made this login: it should be contained. The plan is ready and nothing was done; "
        "a person must decide.",
    ),
    rollback_failed=both(
        "登录已确认无害，但先行的处置没有全部恢复，需要人来撤销。",
        "The login is confirmed as harmless, but not all early containment could be rolled back: a person must do it.",
    ),
    held=both(
        "已按策略先行遏制，但没有人能判断这次登录是不是自己人，需要人来决定。",
        "Early containment is active, as the policy says, but nobody knows whose login it was: a person must decide.",
    ),
)

CHECKIN = CheckInWords(
    offer=both(
        "已为下列的人准备了一次性签到链接。请本人在登录时所用的设备和网络上打开，看它是否就在登录地址之后：",
        "One-time check-in links are ready for the people below. Each opens their own link on the device and network "
        "of that login, and shows whether it is behind the login's address:",
    ),
    title=both("这次登录，是在您身边的设备上吗？", "Was this login made on a device of yours?"),
    story=both(
        "有人登录了下面的腾讯云账号。我们想知道，那是不是您自己正在用的设备和网络。",
        "somebody logged in to the Tencent Cloud account below. "
        "We want to know whether it was a device and network that you use.",
    ),
    at=both("登录时间", "Login at"),
    press=both(
        "请在当时登录所用的那台设备、那个网络上按下按钮。",
        "Press the button on the device, and in the network, that you used then.",
    ),
)
