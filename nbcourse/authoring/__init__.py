"""From ``solutions/*.md`` to the notebooks that nbgrader and the students work with."""
