"""Where the time of a training step goes, by layer and by kind of work."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from benchmarks.side_by_side import OURS, Case, measure, settle
from benchmarks.training_step import Ours, matrix_products
from nbcourse.layers import Layer

STEPS = 300
PRODUCTS, REST = "matrix products alone", "the rest"
#: What the layers do, by their class.
KINDS = {"Linear": "linear layers", "BatchNorm1d": "batch norm", "ReLU": "ReLU"}
_LABEL = "{:2}. {} {}"


class Stopwatch:
    """Milliseconds by part and direction; what a timed call calls itself belongs to it."""

    def __init__(self) -> None:
        self.times: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._running = False

    def timed(self, part: str, direction: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, with its time added up."""

        def timed_call(*args: Any, **kwargs: Any) -> Any:
            if self._running:
                return call(*args, **kwargs)
            self._running = True
            start = time.perf_counter()
            try:
                return call(*args, **kwargs)
            finally:
                self.times[part, direction] += 1000 * (time.perf_counter() - start)
                self._running = False

        return timed_call


def profile(steps: int = STEPS) -> dict[str, Any]:
    """Median milliseconds of every part of a step.

    Returns
    -------
    dict with ``step``, the sum of all; ``parts``, rows of a part's name, kind, forward and backward
    time; ``kinds``, the sums; ``products``, the time of the products by themselves
    """
    step, watch = Ours(), Stopwatch()
    kinds = {}
    for place, layer in enumerate(step.model.layers):
        part = _name(place, layer)
        kinds[part] = KINDS[type(layer).__name__]
        watch_layer(watch, part, layer)
    kinds |= {"softmax cross-entropy": "loss", "Adam": "Adam"}
    step.loss = watch.timed("softmax cross-entropy", "forward", step.loss)
    # An attribute of the object itself, which Python finds before that of its class.
    vars(step.optimizer)["step"] = watch.timed("Adam", "backward", step.optimizer.step)

    settle()
    seen = defaultdict(list)
    rests = []
    for number in range(2 * steps):
        watch.times.clear()
        start = time.perf_counter()
        step()
        total = 1000 * (time.perf_counter() - start)
        if number >= steps:  # The first half wakes the threads.
            rests.append(total - sum(watch.times.values()))
            for key, ms in watch.times.items():
                seen[key].append(ms)
    medians = {key: median(values) for key, values in seen.items()}
    parts = [
        {
            "part": part,
            "kind": kind,
            "forward": medians.get((part, "forward"), 0.0),
            "backward": medians.get((part, "backward"), 0.0),
        }
        for part, kind in kinds.items()
    ]
    sums: dict[str, float] = defaultdict(float)
    for row in parts:
        sums[row["kind"]] += row["forward"] + row["backward"]
    sums[REST] = median(rests)
    products = measure(Case("products", "", matrix_products(), {}), repeats=9)
    return {
        "step": sum(sums.values()),
        "parts": parts,
        "kinds": dict(sums),
        "products": products.medians[OURS],
    }


def watch_layer(watch: Stopwatch, part: str, layer: Layer) -> None:
    """Time a layer's passes, from inside the model that it belongs to."""
    vars(layer)["forward"] = watch.timed(part, "forward", layer.forward)
    vars(layer)["backward"] = watch.timed(part, "backward", layer.backward)
    vars(layer)["param_grads"] = watch.timed(part, "backward", layer.param_grads)


def profile_lines(found: dict[str, Any]) -> Iterator[str]:
    """The profile as text."""
    yield f"\nA training step takes {found['step']:.3g} ms:"
    yield f"  {'':32}{'forward':>10}{'backward':>10}"
    for row in found["parts"]:
        yield f"  {row['part']:32}{row['forward']:10.3f}{row['backward']:10.3f}"
    yield f"\n  {'':32}{'ms':>10}{'share':>10}"
    for kind, ms in found["kinds"].items():
        yield f"  {kind:32}{ms:10.3f}{ms / found['step']:10.0%}"
    yield f"  {PRODUCTS:32}{found['products']:10.3f}{found['products'] / found['step']:10.0%}"


def _name(place: int, layer: Layer) -> str:
    shape = " x ".join(map(str, layer.params["weight"].shape)) if layer.params else ""
    return _LABEL.format(place, type(layer).__name__, shape).strip()
