"""The invented people of all tests: those of the sandbox's company, and whom an intruder makes there."""

from tasks.model.principal import Principal, PrincipalKind

ACCOUNT = "100000000001"

ROOT = Principal(kind=PrincipalKind.MAIN, uin=ACCOUNT, name="root")
ALICE = Principal(kind=PrincipalKind.SUB_USER, uin="100000000011", name="alice")
BOB = Principal(kind=PrincipalKind.SUB_USER, uin="100000000012", name="bob")
CAROL = Principal(kind=PrincipalKind.SUB_USER, uin="100000000013", name="carol")
DAVE = Principal(kind=PrincipalKind.COLLABORATOR, uin="100000000021", name="dave")
RUNNER = Principal(kind=PrincipalKind.SUB_USER, uin="100000000099", name="runbook-runner")
DEPLOY_ROLE = Principal(kind=PrincipalKind.ROLE, uin="4611686018427397905", name="DeployRole")
COMPANY = (ROOT, ALICE, BOB, CAROL, DAVE, RUNNER, DEPLOY_ROLE)

# Whom the intruder makes in the drill of the stolen sub-account.
SVC_BACKUP = Principal(kind=PrincipalKind.SUB_USER, uin="100000900003", name="svc-backup")

# Whom a record doesn't say enough of: a name without a uin, a key without its owner.
SOMEBODY = Principal(kind=PrincipalKind.OTHER, uin="", name="somebody")
KEY_OWNER = Principal(kind=PrincipalKind.OTHER, uin="AKIDexample9", name="AKIDexample9")

ALICE_KEY = "AKIDexampleAlice00000000000000001"
ROOT_KEY = "AKIDexampleRoot000000000000000001"
RUNNER_KEY = "AKIDexampleRunner0000000000000001"
