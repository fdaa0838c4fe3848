"""All families, found by being here."""

from importlib import import_module
from pathlib import Path

from tests.attacks.attack import Attack, Family

FAMILIES: list[Family] = [
    import_module(f"tests.attacks.families.{path.stem}").FAMILY
    for path in sorted(Path(__file__).with_name("families").glob("*.py"))
]
ATTACKS: list[tuple[Family, Attack]] = [
    (family, attack) for family in FAMILIES for attack in family.attacks
]
