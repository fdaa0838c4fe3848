"""The rules of the sheet on optimizers, answered as different people would.

A wrong answer is a right one as text with a slip in it: something exchanged for something else. The
words beside it are those of the hint that names it; without words it is one that no hint names.
"""

from typing import Any

import numpy as np
import pytest

from nbcourse.exercise import check_function
from nbcourse.specs.optimizers import SHEET
from tests.lecture_rules import LECTURE

EXERCISES = {exercise.name: exercise for exercise in SHEET.exercises}

# exercise, what is exchanged for what, words of the hint
WRONG: tuple[tuple[str, dict[str, str], str], ...] = (
    ("sgd", {"w - config": "w + config"}, "uphill"),
    ("sgd", {"dict(config)": "config"}, "changes its input config"),
    ("sgd", {'"lr"': '"learning_rate"'}, "keys that do not belong"),
    ("sgd", {"1e-2": "1e-3"}, "a default is another"),
    ("sgd", {'config.setdefault("lr", 1e-2)': "pass"}, "may not be there"),
    ("sgd", {"return w, config": "return config, w"}, "swapped"),
    ("sgd", {"return w, config": 'return w, config["lr"]'}, "no dict"),
    ("momentum", {"dict(config)": "config"}, "changes its input config"),
    ("momentum", {'["velocity"] = v': '["velocty"] = v'}, "other names"),
    ("momentum", {'"velocity"': '"v"'}, "other names"),
    ("momentum", {'config["velocity"] = v': "pass"}, "not stored"),
    ("momentum", {"* v - config": "* v + config", "w + v": "w - v"}, "other sign"),
    ("momentum", {'- config["lr"] * dw': "+ dw", "+ v": '- config["lr"] * v'}, "sum of gradients"),
    ("momentum", {'- config["lr"]': '- (1 - config["momentum"]) * config["lr"]'}, "dampened"),
    ("momentum", {'config.get("velocity", np.zeros_like(w))': "np.zeros_like(w)"}, "not used"),
    ("momentum", {"np.zeros_like(w)": "dw"}, "how the state begins"),
    ("momentum", {"np.zeros_like(w)": "None"}, "how the state begins"),
    ("momentum", {"0.9": "0.99"}, "a default is another"),
    ("momentum", {'config["momentum"]': "0.9"}, "no effect"),
    ("momentum", {"v = config.get": "v = kept.get", 'config["v': 'kept["v'}, "outside of config"),
    ("nesterov", {"v_prev = v\n    ": "", "w = w": "v_prev = v\n    w = w"}, "plain momentum"),
    ("nesterov", {"* v_prev": "* old", "]) * v\n": "]) * v_prev\n", "* old": "* v"}, "exchanged"),
    ("nesterov", {"(1 + config": "(config"}, "momentum alone"),
    ("nesterov", {'-config["momentum"] * v_prev +': ""}, "not taken back"),
    ("nesterov", {"+ -config": "+ config"}, "once more"),
    ("nesterov", {"(1 + config": "(1 - config"}, "1 - momentum"),
    ("nesterov", {'["velocity"] = v': '["velocity"] = v_prev'}, "not stored"),
    ("nesterov", {"dict(config)": "config"}, "changes its input config"),
    ("rprop", {"    dw[sign < 0] = 0\n": ""}, "still moves"),
    (
        "rprop",
        {
            "    dw = dw": "    config['prev_grad'] = dw\n    dw = dw",
            'config["prev_grad"] = dw': "pass",
        },
        "prev_grad keeps",
    ),
    ("rprop", {"np.clip(step, *config": "step # "}, "no bounds"),
    ("rprop", {'*config["step_sizes"]': "1e-6, 50"}, "others than config gives"),
    ("rprop", {"[1]": "[9]", "[0]": "[1]", "[9]": "[0]"}, "etas are exchanged"),
    ("rprop", {"np.sign(dw) * config": "dw * config"}, "Only the sign counts"),
    ("rprop", {"step[sign > 0]": "step[sign >= 0]"}, "step grows wherever"),
    ("rprop", {"step[sign < 0]": "step[sign <= 0]"}, "step shrinks wherever"),
    ("rprop", {'config["lr"] * np.ones': "0.1 * np.ones"}, "state begins"),
    ("rprop", {'["step"].copy()': '["step"]'}, "changes its input config"),
    ("rprop", {"    dw = dw.copy()\n": ""}, "changes its input dw"),
    ("rprop", {"1.2": "1.5"}, "a default is another"),
    ("rprop", {"step[sign < 0]": "step[dw < 0]"}, ""),
    (
        "adagrad",
        {'np.sqrt(config["sum"]) +': 'np.sqrt(config["sum"] +', '["eps"])': '["eps"]))'},
        "inside your root",
    ),
    ("adagrad", {'np.sqrt(config["sum"])': 'config["sum"]'}, "root is missing"),
    ("adagrad", {"dw ** 2": "dw"}, "Its square belongs"),
    ("adagrad", {"dw ** 2": "np.sum(dw ** 2)"}, "One number is kept"),
    ("adagrad", {"dw ** 2": "np.dot(dw, dw)"}, "entry by entry"),
    ("adagrad", {"dw ** 2": "dw * 2"}, "doubled"),
    ("adagrad", {'["sum"]': '["cache"]', '"sum"': '"cache"'}, "other names"),
    ("adagrad", {" + dw": " * 0.9 + 0.1 * dw"}, "forgets"),
    ("adagrad", {"1e-10": "1e-8"}, "a default is another"),
    (
        "adagrad",
        {'(np.sqrt(config["sum"]) + config["eps"])': 'np.sqrt(config["sum"]) + config["eps"]'},
        "added to w",
    ),
    (
        "adadelta",
        {
            "acc + eps)": "acc) + eps",
            '_avg"] + eps)': '_avg"]) + eps',
            "-np": "-(np",
            " / np": ") / (np",
            " * dw\n": ") * dw\n",
        },
        "outside your roots",
    ),
    ("adadelta", {"update ** 2": "dw ** 2"}, "squared gradient goes into acc_delta"),
    ("adadelta", {"update ** 2": '(config["lr"] * update) ** 2'}, "learning rate is in what goes"),
    ("adadelta", {'config["lr"] * update': "update"}, "learning rate is missing"),
    ("adadelta", {"= -np.sqrt(acc + eps) /": "= -1 /"}, "numerator is missing"),
    ("adadelta", {'    config["acc_delta"] =': "    acc ="}, "not stored"),
    ("adadelta", {'"lr", 1.0': '"lr", 1e-2'}, "a default is another"),
    ("adadelta", {"= -np": "= np"}, "uphill"),
    ("adadelta", {"rho * acc + (1 - rho)": "(1 - rho) * acc + rho"}, "exchanged in acc_delta"),
    ("rmsprop", {"np.sqrt(s) + config": "np.sqrt(s + config", '["eps"])': '["eps"]))'}, "inside"),
    ("rmsprop", {'config["square_avg"] = s': "pass"}, "not stored"),
    ("rmsprop", {"np.sqrt(s)": 'np.sqrt(config["square_avg"])'}, "old square_avg"),
    ("rmsprop", {"np.sqrt(s)": "s"}, "root is missing"),
    ("rmsprop", {"0.99": "0.9"}, "a default is another"),
    ("rmsprop", {'(1 - config["alpha"]) * (dw': "(dw"}, "its weight is 1 - alpha"),
    (
        "rmsprop",
        {
            'config["alpha"] * config["square': '(1 - config["alpha"]) * config["square',
            '+ (1 - config["alpha"])': '+ config["alpha"]',
        },
        "exchanged",
    ),
    (
        "rmsprop",
        {'s = config["alpha"]': 's = config["square_avg"] + config["alpha"]'},
        "counted twice",
    ),
    ("adam", {'    config["step"] += 1\n': ""}, "not counted"),
    (
        "adam",
        {'    config["step"] += 1\n': "", "= m, v\n": '= m, v\n    config["step"] += 1\n'},
        "old step",
    ),
    ("adam", {" / (1 - b1 ** t)": "", " / (1 - b2 ** t)": ""}, "no bias correction"),
    ("adam", {"b1 ** t": "b1", "b2 ** t": "b2"}, "power is missing"),
    ("adam", {"b1 ** t": "b1 ** 2", "b2 ** t": "b2 ** 2"}, "1 - beta**2"),
    ("adam", {"(1 - b1 ** t)": "(1 - b1) ** t", "(1 - b2 ** t)": "(1 - b2) ** t"}, "beta alone"),
    ("adam", {"np.sqrt(vt) + config": "np.sqrt(vt + config", '["eps"])': '["eps"]))'}, "inside"),
    ("adam", {"* mt / (np.sqrt(vt)": "* vt / (np.sqrt(mt)"}, "exchanged their places"),
    ("adam", {'    config["exp_avg"], config["exp_avg_sq"] = m, v\n': ""}, "not stored"),
    ("adam", {"= m, v\n": "= mt, vt\n"}, "corrected means are kept"),
    ("adam", {"= m, v\n": "= v, m\n"}, "exchanged in the config"),
    ("adam", {"dw ** 2": "dw"}, "Its square belongs"),
    ("adam", {"w - config": "w + config"}, "uphill"),
    ("adam", {"b1, b2 =": "b2, b1 ="}, "betas are exchanged"),
    ("adam", {'"step", 0': '"step", 1'}, "begins at 1"),
    ("adam", {"0.999": "0.99"}, "a default is another"),
    ("adam", {"mt / (np": "mt / (1 + np"}, ""),
    ("adam", {'config["betas"]': "0.9, 0.999"}, "no effect"),
    ("adam", {"return w, config": 'return w, {"step": t, "exp_avg": m, "exp_avg_sq": v}'}, "lost"),
    (
        "adam",
        {"config[": "kept[", "config.setd": "kept.setd", "return w, config": "return w, kept"},
        "outside of config",
    ),
    ("adam", {"dict(config)": "config"}, "changes its input config"),
    (
        "adam",
        {
            'config["step"] += 1': "count.append(1)",
            't = config["step"]': 't = config["step"] = len(count)',
        },
        "counter of your own",
    ),
)


def written(body: str, slips: dict[str, str]) -> Any:
    """A function from its text, with something exchanged in it."""
    lines = ["def rule(w, dw, config):", "    config = dict(config)", body.strip("\n")]
    text = "\n".join([*lines, "    return w, config", ""])
    for old, new in slips.items():
        assert old in text, old
        text = text.replace(old, new)
    namespace: dict[str, Any] = {"np": np, "kept": {}, "count": []}
    exec(text, namespace)
    return namespace["rule"]


@pytest.mark.parametrize("name", LECTURE)
@pytest.mark.parametrize("seed", [None, "grader"])
def test_a_right_answer_gets_full_marks(name: str, seed: str | None) -> None:
    score = check_function(EXERCISES[name], written(LECTURE[name], {}), seed)
    assert score.passed, score


@pytest.mark.parametrize("seed", [None, "grader"])
@pytest.mark.parametrize(("name", "slips", "words"), WRONG)
def test_a_wrong_answer_is_told_why(
    name: str, slips: dict[str, str], words: str, seed: str | None
) -> None:
    score = check_function(EXERCISES[name], written(LECTURE[name], slips), seed)
    assert not score.passed
    assert words in (score.hint or ""), score


def test_most_hints_name_the_mistake() -> None:
    assert sum(words != "" for *_, words in WRONG) >= 0.95 * len(WRONG)
