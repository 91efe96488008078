"""What a service keeps from one request to the next, so that nothing is made twice."""

from dataclasses import dataclass

from api.impact_reports import ImpactReports
from api.policies.recent import RecentVerdicts
from catalog.mesh.recent import RecentMeshes


@dataclass(frozen=True, slots=True)
class Remembered:
    """Reports on proposed changes, evaluations of policies, and the mesh. Each is safe to share between threads."""

    impacts: ImpactReports
    verdicts: RecentVerdicts
    meshes: RecentMeshes
