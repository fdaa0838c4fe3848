"""Archives and checkpoints: what is saved comes back, and what is not whole or fits not is told."""

import itertools
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbcourse.archive import load_archive, save_archive
from nbcourse.checkpoint import (
    load_checkpoint,
    load_model_state,
    model_state,
    save_checkpoint,
)
from nbcourse.layers import Layer, Linear, Sequential
from nbcourse.models import mlp
from nbcourse.normalization_layers import BatchNorm1d, Dropout, LayerNorm
from nbcourse.optimizer_classes import SGD, Adam, Momentum, MultiOptimizer, select

VALUES = {
    "nothing": None,
    "text": "é \n",
    "numbers": [0, -1, 1 << 127, 0.1, 5e-324, float("inf"), True],
    "tuple": {"betas": (0.9, (0.999,))},
    "empty": {"dict": {}, "list": [], "tuple": (), "array": np.zeros((0, 3))},
    "named like a kind": {
        "array": 1,
        "tuple": {"dict": 2},
        "structure": np.ones(1),
        "file": np.ones(1),
    },
    "scalar": np.float64(0.1),
    "columns first": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "integers": np.arange(3, dtype=np.uint64),
    "array without axes": np.array(1.5),
}


def same(a: Any, b: Any) -> bool:
    """Equal in type and to the bit."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, (np.ndarray, np.generic)):
        order = a.flags.f_contiguous == b.flags.f_contiguous
        return order and (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    return bool(a == b)


@pytest.mark.parametrize("name", VALUES)
def test_archive_gives_back_what_was_saved(name: str, tmp_path: Path) -> None:
    save_archive(tmp_path / "a.npz", {"value": VALUES[name]})
    assert same(load_archive(tmp_path / "a.npz"), {"value": VALUES[name]})
    assert [file.name for file in tmp_path.iterdir()] == ["a.npz"]


@pytest.mark.parametrize(
    "value", [{1, 2}, np.array([{}]), print, {1: 2}], ids=["set", "object", "function", "key"]
)
def test_archive_refuses_what_it_cannot_hold_and_keeps_the_old_file(
    value: Any, tmp_path: Path
) -> None:
    save_archive(tmp_path / "a.npz", 1)
    with pytest.raises(TypeError, match="an archive holds"):
        save_archive(tmp_path / "a.npz", [value])
    assert load_archive(tmp_path / "a.npz") == 1


def test_a_crash_while_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_archive(tmp_path / "a.npz", "old")

    def crash(file: Any, **arrays: Any) -> None:
        file.write(b"PK half a file")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", crash)
        with pytest.raises(KeyboardInterrupt):
            save_archive(tmp_path / "a.npz", "new")
    assert load_archive(tmp_path / "a.npz") == "old"
    save_archive(tmp_path / "a.npz", "new")
    assert [file.name for file in tmp_path.iterdir()] == ["a.npz"]


def test_contents_reach_the_disk_before_the_file_is_put_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, noted(seen, name, getattr(os, name)))
    save_archive(tmp_path / "a.npz", 1)
    assert seen == ["fsync", "replace"]


def noted(seen: list[str], name: str, function: Any) -> Any:
    def calling(*args: Any) -> Any:
        seen.append(name)
        return function(*args)

    return calling


FLIPS = (1, 4, 8, 12, 14, 0x15, 0x80, 0xFF)


def test_a_damaged_byte_is_noticed_or_harmless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, value = tmp_path / "a.npz", {"w": np.arange(20.0), "history": [0.5, 0.25]}
    save_archive(path, value)
    whole = path.read_bytes()
    told = []
    for place, flip in itertools.product(range(len(whole)), FLIPS):
        damaged = whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :]
        # Thousands of files would take a minute to write.
        monkeypatch.setattr(Path, "read_bytes", lambda _, data=damaged: data)
        try:
            assert same(load_archive(path), value), (place, flip)
        except ValueError as error:
            told.append(str(error))
    assert all("Delete it" in message for message in told)
    # The rest are time stamps and the like, which nobody reads.
    assert len(told) > 0.6 * len(FLIPS) * len(whole)


def test_a_damaged_shape_is_noticed(tmp_path: Path) -> None:
    """Half of the numbers would be read, and the checksum of all of them never be looked at."""
    path = tmp_path / "a.npz"
    save_archive(path, {"w": np.arange(2000.0)})
    whole = path.read_bytes()
    assert whole.count(b"(2000,)") == 1
    path.write_bytes(whole.replace(b"(2000,)", b"(1000,)"))
    with pytest.raises(ValueError, match="Delete it"):
        load_archive(path)


@pytest.mark.parametrize(
    "structure",
    ["", "{", "{}", '{"dict": 1}', '{"array": []}', '{"array": "w"}', '{"dict": {"w": {"x": 1}}}'],
)
def test_an_archive_of_another_library_is_told(structure: str, tmp_path: Path) -> None:
    text = np.frombuffer(structure.encode(), np.uint8)
    np.savez(tmp_path / "a.npz", structure=text)
    with pytest.raises(ValueError, match="was not written by this library"):
        load_archive(tmp_path / "a.npz")


class Bomb:
    """Is what runs when somebody opens its pickle."""

    went_off = False

    def __reduce__(self) -> Any:
        return setattr, (Bomb, "went_off", True)


def test_a_pickle_from_elsewhere_is_not_opened(tmp_path: Path) -> None:
    structure = np.frombuffer(b'{"array": "array_0"}', np.uint8)
    bomb = np.array([Bomb()], dtype=object)
    np.savez(tmp_path / "a.npz", structure=structure, array_0=bomb)
    with pytest.raises(ValueError, match="was not written by this library"):
        load_archive(tmp_path / "a.npz")
    assert not Bomb.went_off


@pytest.mark.parametrize("length", [0, 1, 100, 0.5, -1])
def test_a_file_cut_short_is_told(length: float, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    save_archive(path, {"w": np.arange(2000.0)})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(length * len(whole)) if length == 0.5 else int(length)])
    with pytest.raises(ValueError, match="damaged"):
        load_archive(path)


def model(*sizes: int, seed: int = 0, **options: Any) -> Sequential:
    return mlp(sizes, np.random.default_rng(seed), **options)


def state_of(model: Layer, optimizer: Any, rng: np.random.Generator) -> Any:
    generators = [g.bit_generator.state for g in (rng, *model.generators)]
    return model_state(model), optimizer.state_dict(), generators


def advance(model: Layer, optimizer: Any, rng: np.random.Generator) -> None:
    """One step of training on made-up numbers."""
    x = rng.standard_normal((6, 4))
    out, cache = model.forward(x)
    optimizer.step(model.backward(out, cache)[1])


@pytest.mark.parametrize("kind", ["PCG64", "MT19937", "Philox", "SFC64"])
def test_everything_comes_back(kind: str, tmp_path: Path) -> None:
    ours = model(4, 5, 3, batch_norm=True, dropout=0.5)
    rng, optimizer = np.random.Generator(getattr(np.random, kind)(1)), Adam(ours.params)
    advance(ours, optimizer, rng)
    save_checkpoint(tmp_path / "c.npz", ours, optimizer, rng, epoch=2)

    other = model(4, 5, 3, batch_norm=True, dropout=0.5, seed=7)
    other_rng = np.random.Generator(getattr(np.random, kind)(2))
    other_optimizer = Adam(other.params, lr=0.5)
    progress = load_checkpoint(tmp_path / "c.npz", other, other_optimizer, other_rng)
    assert progress == {"epoch": 2}
    for _ in range(3):
        now = state_of(ours, optimizer, rng), state_of(other, other_optimizer, other_rng)
        np.testing.assert_equal(*now)
        advance(ours, optimizer, rng)
        advance(other, other_optimizer, other_rng)


def test_a_model_alone_can_be_read(tmp_path: Path) -> None:
    ours = model(4, 5, 3, batch_norm=True, dropout=0.5)
    rng, optimizer = np.random.default_rng(1), SGD(ours.params)
    advance(ours, optimizer, rng)
    save_checkpoint(tmp_path / "c.npz", ours, optimizer, rng)
    other = model(4, 5, 3, batch_norm=True, dropout=0.5, seed=5)
    before = [generator.bit_generator.state for generator in other.generators]
    load_checkpoint(tmp_path / "c.npz", other)
    np.testing.assert_equal(model_state(other), model_state(ours))
    assert [generator.bit_generator.state for generator in other.generators] == before


OTHERS = [
    (model(4, 6, 3), r"0.weight was float64 \(4, 5\) when saved and is float64 \(4, 6\) here"),
    (model(4, 5, 3, batch_norm=True), "2.weight was float64 .* and is not there here"),
    (model(4, 5, 5, 3), r"2.weight was float64 \(5, 3\) when saved and is float64 \(5, 5\) here"),
    (
        Sequential(*model(4, 5, 3).layers, Linear(3, 3, np.random.default_rng(0))),
        "3.weight was not there when saved and is float64",
    ),
    (
        Sequential(*model(4, 5, 3).layers, Dropout(0.5, np.random.default_rng(0))),
        "generator 1 was not there when saved and is PCG64 here",
    ),
    (
        Sequential(Linear(4, 5, weight=np.zeros((4, 5), np.float32))),
        "0.weight was float64 .* and is float32",
    ),
]


@pytest.mark.parametrize(("other", "message"), OTHERS)
def test_a_checkpoint_of_another_model_is_refused(
    other: Layer, message: str, tmp_path: Path
) -> None:
    ours, rng = model(4, 5, 3), np.random.default_rng(1)
    save_checkpoint(tmp_path / "c.npz", ours, SGD(ours.params), rng)
    optimizer = SGD(other.params)
    before = state_of(other, optimizer, rng)
    with pytest.raises(ValueError, match=f"checkpoint of another run: {message}"):
        load_checkpoint(tmp_path / "c.npz", other, optimizer, rng)
    np.testing.assert_equal(state_of(other, optimizer, rng), before)


def test_a_checkpoint_with_other_buffers_is_refused(tmp_path: Path) -> None:
    """Layer norm has the parameters of batch norm, and no running statistics."""
    ours, other = (
        Sequential(Linear(4, 5, np.random.default_rng(0)), norm)
        for norm in (BatchNorm1d(5), LayerNorm(5))
    )
    rng = np.random.default_rng(1)
    save_checkpoint(tmp_path / "c.npz", ours, SGD(ours.params, lr=0.5), rng)
    optimizer = SGD(other.params, lr=0.1)
    before = state_of(other, optimizer, rng)
    with pytest.raises(ValueError, match=r"another run: 1\.running_mean was float64"):
        load_checkpoint(tmp_path / "c.npz", other, optimizer, rng)
    np.testing.assert_equal(state_of(other, optimizer, rng), before)


def test_a_state_that_the_optimizer_refuses_changes_nothing(tmp_path: Path) -> None:
    ours, rng = model(4, 5, 3), np.random.default_rng(1)
    optimizer = Adam(ours.params)
    advance(ours, optimizer, rng)
    save_checkpoint(tmp_path / "c.npz", ours, optimizer, rng)
    contents = load_archive(tmp_path / "c.npz")
    state = contents["optimizer"]["state"]["0.weight"]
    name = next(name for name, value in state.items() if isinstance(value, np.ndarray))
    state[name] = np.ones(2)
    save_archive(tmp_path / "c.npz", contents)
    other, rng = model(4, 5, 3, seed=7), np.random.default_rng(2)
    optimizer = Adam(other.params)
    before = state_of(other, optimizer, rng)
    with pytest.raises(ValueError, match=rf"'{name}' of '0\.weight'"):
        load_checkpoint(tmp_path / "c.npz", other, optimizer, rng)
    np.testing.assert_equal(state_of(other, optimizer, rng), before)


def groups(ours: Layer, name: str) -> MultiOptimizer:
    rest = [key for key in ours.params if key != name]
    return MultiOptimizer(SGD(select(ours.params, name)), Momentum(select(ours.params, rest)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda ours: Adam(ours.params), "0.weight was SGD when saved and is Adam here"),
        (lambda ours: groups(ours, "0.bias"), "0.weight was SGD when saved and is Momentum here"),
        (
            lambda ours: Momentum(select(ours.params, ["0.bias", "2"])),
            "0.weight was SGD .* not there",
        ),
    ],
)
def test_a_checkpoint_of_another_optimizer_is_refused(
    make: Any, message: str, tmp_path: Path
) -> None:
    ours, rng = model(4, 5, 3), np.random.default_rng(1)
    save_checkpoint(tmp_path / "c.npz", ours, groups(ours, "0.weight"), rng)
    with pytest.raises(ValueError, match=message):
        load_checkpoint(tmp_path / "c.npz", ours, make(ours), rng)
    load_checkpoint(tmp_path / "c.npz", ours, groups(ours, "0.weight"), rng)


def test_other_settings_and_another_generator_are_refused(tmp_path: Path) -> None:
    ours, rng = model(4, 5, 3), np.random.default_rng(1)
    save_checkpoint(tmp_path / "c.npz", ours, SGD(ours.params), rng, {"batch_size": 32})
    with pytest.raises(ValueError, match="batch_size was 32 when saved and is 64 here"):
        load_checkpoint(tmp_path / "c.npz", ours, SGD(ours.params), rng, {"batch_size": 64})
    other = np.random.Generator(np.random.MT19937(1))
    with pytest.raises(ValueError, match="generator 0 was PCG64 when saved and is MT19937 here"):
        load_checkpoint(tmp_path / "c.npz", ours, SGD(ours.params), other)


def test_an_archive_of_something_else_is_no_checkpoint(tmp_path: Path) -> None:
    for value in ({"w": np.ones(3)}, [1, 2], None):
        save_archive(tmp_path / "c.npz", value)
        with pytest.raises(ValueError, match="is no checkpoint"):
            load_checkpoint(tmp_path / "c.npz", model(4, 5, 3))
    np.savez(tmp_path / "c.npz", w=np.ones(3))
    with pytest.raises(ValueError, match="damaged, or was not written by this library"):
        load_checkpoint(tmp_path / "c.npz", model(4, 5, 3))
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "nothing.npz", model(4, 5, 3))


def test_a_snapshot_is_a_copy_in_both_directions() -> None:
    ours = model(4, 5, 3, batch_norm=True)
    snapshot = model_state(ours)
    for number in (7.0, 8.0):
        for value in (*ours.params.values(), *ours.buffers.values()):
            value[...] = number
        if number == 7.0:
            load_model_state(ours, snapshot)
    for value in (*snapshot["params"].values(), *snapshot["buffers"].values()):
        assert not np.any(value >= 7.0)
    with pytest.raises(ValueError, match="when saved"):
        load_model_state(model(4, 5, 3), snapshot)
