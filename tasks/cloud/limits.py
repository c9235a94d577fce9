"""What the vendor's API takes at most, each limit with where it is said and when that was read.

A number such as 598/53486 is a page, `cloud.tencent.com/document/api/598/53486`, and `tccli` is the vendor's definition
of its API in tccli 3.1.189.1 on PyPI, `services/<product>/<version>/api.json`; all of them were read 2026-11-28.
"""

from datetime import timedelta

REQUESTS_PER_SECOND = 20
"""Of one action, where its page says nothing else (598/45156, 598/53486, 1312/66098 and most others)."""

POLICY_WRITES_PER_SECOND = 10
"""Of CreatePolicy, Attach… and Detach…: by seven pages on policies of 2019 in tencentyun/intlcloud-documents."""

FEWER_PER_SECOND = {
    "cam:ListAttachedUserAllPolicies": 5,  # 598/67728
    "cam:UpdateAccessKey": 5,  # tencentcloud.com 598/52592
    "cam:ListAttachedRolePolicies": 10,  # 598/36220
    "cam:CreatePolicy": POLICY_WRITES_PER_SECOND,
    "cam:AttachUserPolicy": POLICY_WRITES_PER_SECOND,
    "cam:DetachUserPolicy": POLICY_WRITES_PER_SECOND,
    "cam:AttachRolePolicy": POLICY_WRITES_PER_SECOND,
    "cam:DetachRolePolicy": POLICY_WRITES_PER_SECOND,
}
"""Actions that may be called less often than the others, by their names in CAM."""

EVENTS_PER_PAGE = 50  # MaxResults of DescribeEvents; tencentcloud.com 1021/42703, tccli cloudaudit
EVENTS_SPAN = timedelta(days=30)  # from its StartTime to its EndTime, which must be less; the same two
EVENTS_BACK = timedelta(days=90)  # how old its StartTime may be; the same two

ACCOUNTS_PER_PAGE = 100  # MaxItems of ListAccounts; 598/133082
SUB_ACCOUNTS_PER_CALL = 50  # FilterSubAccountUin of DescribeSubAccounts; 598/53486
KEYS_PER_CALL = 10  # SecretIdList of GetSecurityLastUsed; 598/58230
POLICIES_PER_PAGE = 200  # Rp of three lists of policies; 598/67728, 598/36220, 598/34570
POLICY_PAGES = 200  # the last Page of them; 598/67728, 598/34570
ENTITIES_PER_PAGE = 20  # Rp of ListEntitiesForPolicy and ListUsersForGroup, the default; tccli cam names no maximum
ENTITY_PAGES = 200

ADDRESSES_PER_PAGE = 100
"""Limit of the lists of addresses, gateways and machines; tccli vpc, cvm, lighthouse. Of VPN gateways none is named."""

INSTANCES_PER_CALL = 500  # InstanceCount of RunInstances; tccli cvm
