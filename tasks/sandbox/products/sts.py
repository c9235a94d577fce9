"""STS: who is calling."""

from tasks.sandbox.action import Action, Answer
from tasks.sandbox.shapes import shape
from tasks.sandbox.world import Request


def get_caller_identity(request: Request) -> Answer:
    """Name the caller."""
    caller, owner = request.caller, str(request.cloud.uin)
    if caller.role is not None:
        return {
            "Arn": f"qcs::sts:{owner}:assumed-role/{caller.uin}",
            "AccountId": owner,
            "UserId": f"{caller.uin}:{caller.name}",
            "PrincipalId": caller.uin,
            "Type": "CAMRole",
        }
    return {
        "Arn": f"qcs::cam::uin/{owner}:uin/{caller.uin}",
        "AccountId": owner,
        "UserId": caller.uin,
        "PrincipalId": caller.uin,
        "Type": "CAMUser",
    }


ACTIONS = (Action("sts", "2018-08-13", "GetCallerIdentity", "获取当前调用者身份", shape(), get_caller_identity),)
