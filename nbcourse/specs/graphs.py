"""Sheet "graphs": the gates, and the walk back through a graph."""



from nbcourse.exercise import Exercise, Mistake, Sheet
from nbcourse.operations import add_backward, add_forward

EXERCISES = (
    Exercise(
        name="add_backward",
        points=1,
        reference=add_backward,
        parts=("dx", "dy"),
        cases=lambda rng: [(rng.standard_normal((4, 3)), rng.standard_normal((4, 3)))],
        forward=add_forward,
        wrt={"dx": 0, "dy": 1},
        upstream=True,
        mistakes=(Mistake("You return dout once.", lambda dout, cache: (dout, 0 * dout)),),
        alternatives=(lambda dout, cache: (1.0 * dout, 1.0 * dout),),
        summary="gradient of x + y",
    ),
)

SHEET = Sheet("graphs", "Computational graphs", EXERCISES)
