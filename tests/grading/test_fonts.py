"""The list of fonts that is made quickly is the one that matplotlib makes."""

from matplotlib import _afm
from matplotlib.font_manager import FontManager

from nbcourse.grading.inside.fonts import heads_alone


def test_the_list_is_the_one_that_matplotlib_makes() -> None:
    whole = FontManager()
    with heads_alone():
        heads = FontManager()
    assert heads.afmlist == whole.afmlist
    assert heads.ttflist == whole.ttflist
    assert len(whole.afmlist) > 30


def test_afterwards_a_font_is_read_whole() -> None:
    with heads_alone():
        path = FontManager().afmlist[0].fname
        with open(path, "rb") as file:
            assert _afm.AFM(file)._metrics == {}
    with open(path, "rb") as file:
        assert _afm.AFM(file)._metrics
