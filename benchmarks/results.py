"""``results.json``: what was measured last, on which machine, and whether it has become worse."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.side_by_side import OURS, Measured

PATH = Path(__file__).with_name("results.json")
#: A ratio that is so many times the stored one is worth a warning; less is noise.
WORSE = 1.2

Results = dict[str, Any]


def read(path: Path = PATH) -> Results:
    """The stored results; empty when there are none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(results: Results, path: Path = PATH) -> None:
    """Store results."""
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def as_group(measured: Sequence[Measured]) -> dict[str, Any]:
    """A group as it is stored: numbers with four digits, which is more than they are good for."""
    cases = [asdict(each) | {"reached": each.reached} for each in measured]
    return plain({"date": datetime.now(UTC).date().isoformat(), "cases": cases})


def plain(value: Any) -> Any:
    """What JSON can say; a key without a value is left out."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def require_whole(stored: Results, machine: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raise ``ValueError`` where groups of another machine or other versions would stay.

    Parameters
    ----------
    stored
        What is in the file.
    machine
        The present one.
    names
        The groups that are measured now.
    """
    kept = sorted(stored.get("groups", {}).keys() - set(names))
    if kept and stored["machine"] != machine:
        raise ValueError(
            f"{PATH.name} is of another machine or of other versions, and {', '.join(kept)} would "
            "stay so. Measure all groups, without --only, or add --no-write"
        )


def merged(stored: Results, machine: Mapping[str, Any], new: Mapping[str, Any]) -> Results:
    """Stored results with the groups of a run in the place of the old ones."""
    return {"machine": dict(machine), "groups": stored.get("groups", {}) | dict(new)}


def warnings(stored: Results, new: Mapping[str, Any]) -> Iterator[str]:
    """One line for each ratio that is worse than the stored one, by more than noise.

    Ratios alone are compared: another machine has other times, and a busy one, too.
    """
    for name, group in new.items():
        cases = stored.get("groups", {}).get(name, {}).get("cases", [])
        before = {case["name"]: case["ratios"] for case in cases}
        for case in group["cases"]:
            for other, ratio in case["ratios"].items():
                old = before.get(case["name"], {}).get(other)
                if old is not None and ratio > WORSE * old:
                    yield (
                        f"{name}, {case['name']}: {ratio:.2f} x the time of {other}, "
                        f"{ratio / old - 1:.0%} worse than the stored {old:.2f}"
                    )


def lines(case: Mapping[str, Any]) -> Iterator[str]:
    """A case of a group as text: a line for each contender."""
    yield f"\n{case['name']}: {case['what']}"
    for contender, ms in case["medians"].items():
        low, high = case["quartiles"][contender]
        line = f"  {contender:24}{ms:11.4g} ms   quartiles {low:.4g} to {high:.4g}"
        if "count" in case:
            line += f"   {1000 * case['count'] / ms:,.0f} {case['unit']} a second"
        yield line
    for place, (other, ratio) in enumerate(case["ratios"].items()):
        goal = ""
        if place == 0 and "goal" in case:
            goal = f"   asked {case['goal']:g}: {'reached' if case['reached'] else 'missed'}"
        yield f"  {OURS} / {other}: {ratio:.2f}{goal}"
