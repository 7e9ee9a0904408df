"""The command line: `python -m mnistlab run | evaluate | import | export | data | serve | bench | doctor | lesson`.

Each command ends with one line of JSON on standard output. After an error that the user can correct, it ends with status 2 and one
sentence on standard error.
"""

import argparse
import json
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from mnistlab.commands import Printed, bench, serve
from mnistlab.errors import MnistlabError
from mnistlab.recipes.data_sets import DATA_SETS

A_NETWORK = "“reference”, the id of a run, the name of an imported network, or a folder with network.json and weights.safetensors"

# These import NumPy and more, which `serve` should not wait for: the app imports them while it starts.


def _run(options: argparse.Namespace) -> Printed:
    from mnistlab.commands.run import run

    return run(options.recipe, options.out)


def _evaluate(options: argparse.Namespace) -> Printed:
    from mnistlab.commands.evaluate import evaluate

    return evaluate(options.model, options.data)


def _import(options: argparse.Namespace) -> Printed:
    from mnistlab.commands.import_network import import_network

    return import_network(options.file, options.name)


def _export(options: argparse.Namespace) -> Printed:
    from mnistlab.commands.export import export

    return export(options.model, options.form, options.to)


def _add_data(options: argparse.Namespace) -> Printed:
    from mnistlab.commands.data import add

    return add(options.file, options.name, options.classes, options.invert, options.transpose)


def _fetch_data(options: argparse.Namespace) -> Printed:
    from mnistlab.commands.data import fetch

    return fetch(options.name)


def _doctor(options: argparse.Namespace) -> Printed:
    from mnistlab.commands.doctor import doctor

    return doctor()


def _check_lesson(given: argparse.Namespace) -> Printed:
    from mnistlab.commands.lesson import check

    return check(given.file)


def _declare_data(commands: Any) -> None:
    """Declare the commands for sets of digits."""
    command = commands.add_parser("data", help="bring a set of digits")
    acts = command.add_subparsers(dest="act", required=True)
    act = acts.add_parser("add", help="read a set of 28×28 grey pictures in 2 to 62 classes, and keep it")
    act.add_argument(
        "file",
        type=Path,
        help=".npz, .npy with labels beside it, IDX, CSV as Kaggle has it, a zip, or a folder of these or of pictures",
    )
    act.add_argument("--name", default="", help="what pages call it")
    act.add_argument("--classes", default="", help="names of the classes, with commas between them")
    act.add_argument("--invert", action="store_true", help="make dark bright, for digits that are dark on white")
    act.add_argument("--transpose", action="store_true", help="make rows columns, for digits that lie on their side")
    act.set_defaults(call=_add_data)
    act = acts.add_parser("fetch", help="fetch a published set from where it is published, checked by its SHA-256")
    act.add_argument("name", choices=["fashion-mnist", "kmnist", "emnist"])
    act.set_defaults(call=_fetch_data)


def _declare_lesson(commands: Any) -> None:
    """Declare the command for lessons."""
    command = commands.add_parser("lesson", help="look over a lesson of your own; see docs/lessons.md")
    acts = command.add_subparsers(dest="act", required=True)
    act = acts.add_parser("check", help="name every fault of a lesson file with its line")
    act.add_argument("file", type=Path, help="the lesson, a file in TOML")
    act.set_defaults(call=_check_lesson)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mnistlab", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    _add_recipes_and_networks(commands)
    _add_app_and_machine(commands)
    return parser


def _add_recipes_and_networks(commands: Any) -> None:
    command = commands.add_parser("run", help="carry out a recipe without a browser")
    command.add_argument("recipe", type=Path, help="a recipe as JSON")
    command.add_argument(
        "--out", type=Path, required=True, help="folder for what comes out; run again to go on after a crash"
    )
    command.set_defaults(call=_run)

    command = commands.add_parser("evaluate", help="how a network reads the test digits")
    command.add_argument("model", help=A_NETWORK)
    command.add_argument(
        "--data",
        help=f"which digits: {', '.join(candidate.name for candidate in DATA_SETS)}, or the name or title of a set that was brought; "
        "default: MNIST if it is at hand",
    )
    command.set_defaults(call=_evaluate)

    command = commands.add_parser("import", help="bring a network from elsewhere")
    command.add_argument(
        "file",
        type=Path,
        help="a network as .keras or .h5; or network.json and weights.safetensors, in a folder or in one .zip",
    )
    command.add_argument("--name", default="", help="what pages call it")
    command.set_defaults(call=_import)

    _declare_data(commands)

    command = commands.add_parser("export", help="a network, or a run as a script, to take elsewhere")
    command.add_argument("model", help=A_NETWORK)
    command.add_argument(
        "--as",
        dest="form",
        choices=["files", "keras", "onnx", "script", "report"],
        default="files",
        help="files (default): a zip of network.json and weights.safetensors, which “import” takes; keras, onnx: a file of these; script: of a run, by its id or folder, what does the same in plain Keras, as script and notebook; report: of a run, a file of HTML",
    )
    command.add_argument("--to", type=Path, required=True, help="the file to write")
    command.set_defaults(call=_export)


def _add_app_and_machine(commands: Any) -> None:
    command = commands.add_parser("serve", help="open the app")
    command.add_argument("--port", type=int, help="default: 8501, or the next that is free")
    command.add_argument("--lab", action="store_true", help="let other machines in; see docs/deploy.md first")
    command.add_argument("--address", help="IP address to listen on; default: 127.0.0.1, with --lab all")
    command.set_defaults(call=lambda options: serve.serve(options.port, options.lab, options.address))

    command = commands.add_parser("bench", help="measure speed beside what it is compared with")
    command.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(bench.FIGURES)}; default: all")
    command.set_defaults(call=lambda options: bench.bench(options.names))

    command = commands.add_parser("doctor", help="what is installed, found and reachable")
    command.set_defaults(call=_doctor)

    _declare_lesson(commands)


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command and return its exit status."""
    if isinstance(sys.stdout, TextIOWrapper):
        # Names of files, and our own quotation marks, on a terminal or in a file of another code page.
        sys.stdout.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        summary = options.call(options)
    except MnistlabError as error:
        print(f"mnistlab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(json.dumps(summary))
    return 0


if __name__ == "__main__":
    sys.exit(main())
