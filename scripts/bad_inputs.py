"""Feed mnistlab with tens of thousands of bad inputs, and hold that it answers each with a result or one sentence.

    python -m scripts.bad_inputs --count 20000

Recipes, links, pictures, drawings, files of networks and whole run folders are made up by Hypothesis or spoilt from good ones. Watched
meanwhile: any exception other than our own, anything written or deleted outside of the store's folder, any process or
connection started, the time of the slowest input and the memory. Ends with a line of JSON, and with status 1 if anything was wrong.
"""

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from mnistlab.carving.dream_files import dream_png, read_dream_png
from mnistlab.carving.photos import KEPT, keep_normalised
from mnistlab.data.drawing import checked_strokes, drawn, from_text, typed
from mnistlab.data.photos import normalised
from mnistlab.data.uploads import digit_on, read_picture
from mnistlab.engine.estimates import estimate, remaining
from mnistlab.errors import MnistlabError
from mnistlab.progress import Result, Snapshot
from mnistlab.recipes import KINDS, DreamRecipe, NetworkRecipe, TrainingRecipe, parse_json, read_recipe, weight_shapes
from mnistlab.recipes.dream_view import DreamLink
from mnistlab.recipes.link import from_link, to_link
from mnistlab.recipes.views import ActivationsLink
from mnistlab.store.durations import Durations
from mnistlab.store.events import last_event
from mnistlab.store.imports import about_import, import_network, imports
from mnistlab.store.models import find_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish, equal_run
from mnistlab.store.visitors import Nicknames

MEMORY_BYTES = 3_000_000_000
SLOWEST_SECONDS = 20.0
SMALL = {"conv": [{"filters": 2}], "pool": [], "dense": []}
# What is often misread: very large, very small, other alphabets, paths, markup, other number signs.
TRICKS = [
    *("", "0", "-1", "1e999", "NaN", "Infinity", "true", "null", "none", "٣", "１", "9" * 5000, "0x10", "1_000"),
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "..\\..\\x",
        "\x00",
        "a\x00b",
        "C:\\x",
        "reference/..",
        "training-0a1b2c3d@99999",
    ),
    *(
        "<script>",
        "${x}",
        "{{x}}",
        "'; DROP",
        "\u202e",
        "\ud800",
        "\U0001f600" * 50,
        "constructor",
        "__class__",
        "x" * 100_001,
    ),
]
WRITES = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod")
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect", "os.fork")


class Watch:
    """Notes every write outside of `inside`, and everything started."""

    def __init__(self, inside: Path) -> None:
        self.escapes: Counter[str] = Counter()
        self._inside = str(inside.resolve()) + os.sep
        self._is_on = False
        sys.addaudithook(self._see)

    def __enter__(self) -> None:
        self._is_on = True

    def __exit__(self, *_: object) -> None:
        self._is_on = False

    def _see(self, event: str, given: tuple[Any, ...]) -> None:
        if not self._is_on or (event not in WRITES and event not in STARTS):
            return
        if event == "open" and not (given[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
            return
        if event in STARTS:
            self.escapes[f"{event} {given[:1]!r}"[:120]] += 1
            return
        # What a symbolic link points to is only text; a rename has a second place.
        paths = given[1:2] if event in ("os.symlink", "os.link") else given[:2] if event == "os.rename" else given[:1]
        for path in paths:
            # (`shutil.rmtree` names files by an open folder's descriptor and a bare name.)
            if isinstance(path, str | bytes | os.PathLike) and Path(os.fsdecode(path)).parent != Path():
                place = self._place(Path(os.fsdecode(path)), follow=event == "open")
                if not f"{place}{os.sep}".startswith(self._inside):
                    self.escapes[f"{event} {place}"[:160]] += 1

    def _place(self, path: Path, follow: bool) -> str:
        # Opening follows a link at the end of a path; removing and renaming do not.
        return os.path.realpath(path) if follow else str(Path(os.path.realpath(path.parent)) / path.name)


@st.composite
def spoilt(draw: st.DrawFn, good: bytes) -> bytes:
    """Return `good` with a few bytes changed, cut, doubled, or replaced by something tricky."""
    content = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(0, 40))
        kind = draw(st.integers(0, 5))
        if kind == 0 and content:
            content[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == 1:
            del content[place : place + length]
        elif kind == 2:
            del content[place:]
        elif kind == 3:
            content[place:place] = content[place : place + length]
        elif kind == 4:
            content[place : place + length] = draw(st.sampled_from(TRICKS)).encode("utf-8", "surrogatepass")
        else:
            content[place : place + length] = draw(st.binary(max_size=length))
    return bytes(content)


def json_values() -> st.SearchStrategy[Any]:
    """Return what JSON can hold, tricks included."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(TRICKS)
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    )


@st.composite
def recipes(draw: st.DrawFn) -> bytes:
    """Return the JSON of a good recipe with some values replaced, keys added, or bytes spoilt."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    content = KINDS[kind]().model_dump(mode="json")
    for _ in range(draw(st.integers(0, 3))):
        holder: Any = content
        while True:
            key = draw(st.sampled_from(sorted(holder))) if isinstance(holder, dict) and holder else None
            if key is None or not isinstance(holder[key], dict) or draw(st.booleans()):
                break
            holder = holder[key]
        if isinstance(holder, dict):
            holder[key or draw(st.text(max_size=8))] = draw(json_values())
    text = json.dumps(content).encode()
    return draw(spoilt(text)) if draw(st.integers(0, 2)) == 0 else text


def links() -> st.SearchStrategy[dict[str, str]]:
    """Return query parameters: true paths with odd values, odd paths, odd lengths."""
    kinds = [*KINDS.values(), ActivationsLink, DreamLink]
    names = sorted({name for kind in kinds for name in kind.model_fields})
    parts = st.sampled_from([*names, *SMALL, "length", "source", "0", "1", "99", "-1", "filters", "units", "index", ""])
    paths = st.lists(parts, min_size=1, max_size=4).map(".".join)
    values = st.sampled_from(TRICKS) | st.text(max_size=12) | st.integers(-5, 300).map(str) | st.floats().map(str)
    return st.dictionaries(paths | st.text(max_size=12), values, max_size=6)


def pictures() -> list[bytes]:
    """Return small good pictures in every form that is read."""
    grey = np.zeros((40, 40), np.uint8)
    grey[8:32, 18:22] = 255
    found = []
    forms = [("PNG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("JPEG", "RGB"), ("WEBP", "RGB")]
    for form, mode in [*forms, ("GIF", "P"), ("BMP", "RGB"), ("TIFF", "L"), ("AVIF", "RGB")]:
        buffer = BytesIO()
        Image.fromarray(255 - grey).convert(mode).save(buffer, form)
        found.append(buffer.getvalue())
    return found


def dreams() -> list[bytes]:
    """Return small dreams as PNGs: with a recipe, with a recipe and a photo, and with neither."""
    picture, photo = np.arange(900, dtype=np.uint8).reshape(30, 30), normalised(pictures()[0])
    return [dream_png(DreamRecipe(), picture, None), dream_png(DreamRecipe(), picture, photo), pictures()[2]]


class Targets:
    """What is fed: name -> a strategy and what is done with its values."""

    def __init__(self, home: Path) -> None:
        self.home, self.store = home, Store(home)
        self._pattern = self._good_run()
        self._number = 0

    def all(self) -> dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], None], float]]:
        """Return name -> (inputs, what is done with one, its share of the count)."""
        files = sorted(
            str(path.relative_to(self._pattern))
            for path in self._pattern.rglob("*")
            if path.is_file() and path.name != ".lock"
        )
        network = (self._pattern / "model" / "network.json").read_bytes()
        weights = (self._pattern / "model" / "weights.safetensors").read_bytes()
        damages = st.tuples(st.sampled_from(files), st.integers(0, 9), st.data())
        return {
            "recipes": (st.one_of(recipes(), recipes(), recipes(), st.binary(max_size=200)), self._recipe, 0.3),
            "links": (links(), self._link, 0.2),
            "pictures": (st.sampled_from(pictures()).flatmap(spoilt) | st.binary(max_size=200), self._picture, 0.15),
            "dreams": (st.sampled_from(dreams()).flatmap(spoilt), self._dream, 0.1),
            "drawings": (
                json_values() | st.lists(st.lists(st.integers(-9, 1009), max_size=9), max_size=5),
                self._drawing,
                0.1,
            ),
            "networks": (
                st.tuples(spoilt(network), st.just(weights)) | st.tuples(st.just(network), spoilt(weights)),
                self._network,
                0.1,
            ),
            "run folders": (st.lists(damages, min_size=1, max_size=3), self._run_folder, 0.1),
            "other files": (
                st.tuples(st.integers(0, 2), st.binary(max_size=300) | json_values()),
                self._other_file,
                0.05,
            ),
        }

    def _good_run(self) -> Path:
        recipe = TrainingRecipe.read({"network": SMALL, "data": "embedded", "epochs": 1})
        run = self.store.create(recipe, "good", "a" * 16, Wish.of(recipe, self.store).key)
        weights = {name: np.ones(shape, np.float32) for name, shape in weight_shapes(recipe.network).items()}
        run.append_event({"time": 1.0, "done": 1, "total": 2, "stage": "training"})
        run.write_checkpoint({"done": 1})
        run.write_snapshot(Snapshot(0, weights))
        run.write_pictures({"images": np.zeros((2, 28, 28))})
        run.write_result(Result({"confusion": np.eye(10)}, {"complete": True}), StoredNetwork(recipe.network, weights))
        run.request("resume")
        run.set_state("finished")
        kept = self.home.parent / "good"
        shutil.move(run.path, kept)
        return kept

    def _recipe(self, content: bytes) -> None:
        recipe = read_recipe(parse_json(content))
        assert read_recipe(parse_json(recipe.to_json())).digest == recipe.digest
        from_link(type(recipe), to_link(recipe))
        wish = Wish.of(recipe, self.store)
        assert len(wish.key) == 64
        estimate(wish, self.store.home)
        for name in (getattr(recipe, "model", None), getattr(recipe, "initial", None)):
            if name is not None:
                find_network(name, self.store)

    def _link(self, parameters: dict[str, str]) -> None:
        for kind in (*KINDS.values(), ActivationsLink, DreamLink, NetworkRecipe):
            recipe, complaints = from_link(kind, parameters)
            assert all(isinstance(sentence, str) for sentence in complaints)
            assert kind.read(recipe.model_dump(mode="json")) == recipe

    def _picture(self, content: bytes) -> None:
        assert digit_on(read_picture(content)).shape == (28, 28)

    def _dream(self, content: bytes) -> None:
        found = read_dream_png(content)
        if found is None:
            normalised(content)
        elif found[1] is not None:
            assert KEPT.fullmatch(keep_normalised(found[1], self.home))

    def _drawing(self, value: Any) -> None:
        if isinstance(value, str):
            for read in (from_text, typed):
                try:
                    assert read(value).shape == (28, 28)
                except MnistlabError:
                    continue
        assert drawn(checked_strokes(value)).shape == (28, 28)

    def _network(self, files: tuple[bytes, bytes]) -> None:
        known = import_network(self.home, *files, "\x00../../name", "b" * 16)
        find_network(known, self.store)
        if len(imports(self.home)) > 20:
            shutil.rmtree(self.home / "networks")

    def _run_folder(self, damages: list[tuple[str, int, Any]]) -> None:
        self._number += 1
        folder = self.store.runs_folder / f"training-{self._number:08x}"
        shutil.copytree(self._pattern, folder)
        try:
            for name, kind, data in damages:
                self._damage(folder / name, kind, data)
            self._look_at(folder.name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _damage(self, path: Path, kind: int, data: Any) -> None:
        good = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        if kind == 1:
            path.mkdir()
        elif kind == 2:
            path.symlink_to("/etc/passwd")
        elif kind == 3:
            path.symlink_to(path)
        elif kind > 3:
            path.write_bytes(data.draw(spoilt(good)))

    def _look_at(self, run_id: str) -> None:
        run = self.store.get(run_id)
        shown = [run.name(), run.owner(), run.key(), *run.joined(), run.state().reason]
        assert all(text.isprintable() for text in shown[:1])
        looks: list[Callable[[], Any]] = [
            run.recipe,
            run.result,
            run.network,
            lambda: run.network(0),
            lambda: find_network(run_id, self.store),
            lambda: find_network(f"{run_id}@0", self.store),
            lambda: remaining(run, estimate(Wish.of(run.recipe(), self.store), self.store.home)),
            lambda: equal_run(Wish.of(run.recipe(), self.store), self.store),
            lambda: run.change(owner="c" * 16, joined=[]),
            lambda: run.rename("again"),
            lambda: run.rewind_events(1),
        ]
        run.created(), run.epochs(), run.size(), run.summary(), run.pictures(), run.read_checkpoint(), run.requested()
        run.event_log().read(), last_event(run.path / "events.jsonl"), run.last_beat(), run.should_make_way()
        self.store.state(run)
        for look in looks:
            try:
                look()
            except MnistlabError:
                continue
        self.store.delete(run)

    def _other_file(self, damage: tuple[int, Any]) -> None:
        which, value = damage
        content = value if isinstance(value, bytes) else json.dumps(value).encode("utf-8", "surrogatepass")
        path = [self.home / "durations.jsonl", self.home / "visitors" / f"{'d' * 16}.json", self._about()][which]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        Durations(self.home).rate("training", 1.0)
        assert Nicknames(self.home).of("d" * 16).isprintable()
        assert about_import(self.home, self._about().parent.name)[0].isprintable()

    def _about(self) -> Path:
        return self.home / "networks" / f"network-{'0' * 16}" / "about.json"


def feed(target: tuple[Any, Callable[[Any], None], float], count: int, first: int, watch: Watch) -> dict[str, Any]:
    """Feed one target; return how it went."""
    inputs, use, _ = target
    figures: dict[str, Any] = {"inputs": 0, "refused": 0, "slowest_seconds": 0.0, "failures": {}}

    @seed(first)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def one(value: Any) -> None:
        began = time.perf_counter()
        try:
            with watch:
                use(value)
        except MnistlabError as error:
            figures["refused"] += 1
            if not str(error).isprintable():
                figures["failures"].setdefault(f"a sentence that tears the page: {error!r}"[:200], repr(value)[:400])
        except Exception as error:
            if type(error).__module__.startswith("hypothesis"):
                raise
            last = traceback.extract_tb(error.__traceback__)[-1]
            known = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {error}"[:200]
            figures["failures"].setdefault(known, repr(value)[:400])
        figures["inputs"] += 1
        figures["slowest_seconds"] = max(figures["slowest_seconds"], round(time.perf_counter() - began, 3))

    one()
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    given_ = parser.parse_args()
    # What needs more memory than this ends as an error of its own.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with tempfile.TemporaryDirectory() as name:
        home = Path(name).resolve() / "home"
        targets, watch = Targets(home), Watch(home)
        before = sorted(path.name for path in Path(name).iterdir())
        found = {}
        for kind, target in targets.all().items():
            # Hypothesis leaves out inputs it has made already, so a few more are asked for.
            found[kind] = feed(target, 1 + int(1.15 * given_.count * target[2]), given_.seed, watch)
        strange = sorted(set(before) ^ {path.name for path in Path(name).iterdir()})
    failures = {
        f"{kind}: {error}": value for kind, each in found.items() for error, value in each.pop("failures").items()
    }
    slowest = max(each["slowest_seconds"] for each in found.values())
    figures = {
        "inputs": sum(each["inputs"] for each in found.values()),
        "by_kind": found,
        "slowest_seconds": slowest,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "escapes": dict(watch.escapes) | dict.fromkeys(strange, 1),
        "failures": failures,
    }
    print(json.dumps(figures, ensure_ascii=True))
    return 1 if failures or figures["escapes"] or slowest > SLOWEST_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
