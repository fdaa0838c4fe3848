"""Sheet "capstone": a whole network for the digits, judged by what it names right.

It is no table of cases: ``train`` gets rows that a seed draws, ``predict`` rows that were held
back, and the accuracy there earns the points. What is known of a wrong answer is found by trying
its functions again under other conditions.
"""

from nbcourse.exercise import Project, Sheet
from nbcourse.specs.capstone.alternatives import ALTERNATIVES
from nbcourse.specs.capstone.judging import NAME, PARTS, judge
from nbcourse.specs.capstone.limits import POINTS
from nbcourse.specs.capstone.networks import predict, train
from nbcourse.specs.capstone.slips import MISTAKES

CAPSTONE = Project(
    name=NAME,
    points=POINTS,
    functions={"train": train, "predict": predict},
    parts=PARTS,
    judge=judge,
    mistakes=MISTAKES,
    alternatives=ALTERNATIVES,
    summary="a network that reads digits, from the rows to the labels",
)

SHEET = Sheet("capstone", "Capstone: a network that reads digits", (CAPSTONE,))
