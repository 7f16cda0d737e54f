"""How objects of each kind are written; a kind that is missing here fails every law."""

from collections.abc import Mapping

from tests.laws.strategies.basics import Writing
from tests.laws.strategies.notifications import NOTIFICATION
from tests.laws.strategies.others import AGENT_TYPE, DASHBOARD, RETENTION
from tests.laws.strategies.projects import PROJECT
from tests.laws.strategies.schedules import SCHEDULE
from tests.laws.strategies.secrets import PROJECT_SECRET, SECRET
from tests.laws.strategies.targets import TARGET

WRITINGS: Mapping[str, Writing] = {
    "ArtifactsRetentionPolicy": RETENTION,
    "Dashboard": DASHBOARD,
    "DeploymentTarget": TARGET,
    "Notification": NOTIFICATION,
    "Project": PROJECT,
    "ProjectSecret": PROJECT_SECRET,
    "Schedule": SCHEDULE,
    "Secret": SECRET,
    "SelfHostedAgentType": AGENT_TYPE,
}
