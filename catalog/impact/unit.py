"""What one unit (a job, or what is made without one) makes of all its changed inputs together."""

from catalog.impact.ground import Asked, Ground
from catalog.impact.knowledge import Knowledge
from catalog.impact.links import Outcome
from catalog.impact.passing import Passing
from catalog.impact.severity import Certainty, Severity
from catalog.impact.shapes import Shapes
from catalog.impact.stops import Stops


def evaluated(known: Knowledge, asked: Asked) -> Outcome:
    """What follows for the unit and for what it writes."""
    ground = Ground(known, asked)
    stops = Stops(ground)
    breaks, stale = stops.breaks(), stops.stale()
    may_run = all(one.certainty is Certainty.NEEDS_WAREHOUSE for one in breaks)
    if stale and may_run:
        stops.stop(Severity.STALE, stale)
        return ground.outcome()
    if breaks:
        stops.stop(Severity.BREAKS, breaks)
    if may_run:  # what follows then counts too
        passing, shapes = Passing(ground), Shapes(ground)
        for name, delta in sorted(asked.inputs.items()):
            passing.whole(name, delta)
            passing.fields(name, delta)
            shapes.added(name, delta)
        shapes.outputs()
        shapes.casts()
    return ground.outcome()
