"""One case of the deep laboratory as a table: mean, spread and range at every layer."""

from collections.abc import Sequence
from dataclasses import dataclass

from nbcourse.distribution import Distribution
from nbcourse.layer_statistics import Laboratory

_COLUMNS = ("mean", "std", "range", "zeros")


@dataclass(frozen=True)
class Table:
    """Rows of text under a head of two lines; the last expression of a notebook cell shows it.

    Attributes
    ----------
    groups : the upper head, each over as many columns as ``columns`` has
    columns : the lower head
    rows : the label of each row, and its cells
    """

    groups: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        head = ("layer", *self.columns * len(self.groups))
        return "\n".join("  ".join(f"{cell:>18}" for cell in row) for row in (head, *self.rows))

    def _repr_html_(self) -> str:
        span = len(self.columns)
        upper = "".join(
            f'<th scope="colgroup" colspan="{span}" style="text-align: center">{group}</th>'
            for group in self.groups
        )
        lower = "".join(f'<th scope="col">{name}</th>' for name in self.columns * len(self.groups))
        body = "".join(
            f'<tr><th scope="row">{row[0]}</th>'
            + "".join(f'<td style="white-space: nowrap">{cell}</td>' for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        return (
            '<table class="dataframe"><thead><tr><th scope="col" rowspan="2">layer</th>'
            f"{upper}</tr><tr>{lower}</tr></thead><tbody>{body}</tbody></table>"
        )


def laboratory_table(laboratory: Laboratory, *, nonzero: bool = False) -> Table:
    """Mean, standard deviation, range and share of zeros at every layer.

    Parameters
    ----------
    laboratory : as ``run_laboratory`` returns it
    nonzero : mean and standard deviation of the entries that are not 0; for ReLU

    Returns
    -------
    Table with the activations on the left and the weights' gradients on the right

    Examples
    --------
    >>> import numpy as np
    >>> from nbcourse.layer_statistics import measure_layers
    >>> ones = np.ones((1, 1))
    >>> laboratory_table(measure_layers([2 * ones], ones, "linear", 3 * ones)).rows
    (('1', '2', '0', '2 to 2', '0 %', '3', '0', '3 to 3', '0 %'),)
    """
    layers = zip(laboratory.activations, laboratory.weight_gradients, strict=True)
    rows = ((str(number), *_cells(pair, nonzero)) for number, pair in enumerate(layers, start=1))
    return Table(("activations", "gradients of the weights"), _COLUMNS, tuple(rows))


def _cells(parts: Sequence[Distribution], nonzero: bool) -> list[str]:
    cells = []
    for part in parts:
        mean = part.nonzero_mean if nonzero else part.mean
        std = part.nonzero_std if nonzero else part.std
        span = f"{part.low:.2g} to {part.high:.2g}"
        cells += [f"{mean:.1g}", f"{std:.3g}", span, f"{1 - part.nonzero:.0%}".replace("%", " %")]
    return cells
