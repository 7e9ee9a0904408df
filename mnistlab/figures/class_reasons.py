"""Why the digits of a test set are read as they are -> small pictures with one colour scale, and sentences."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations.by_class import strongest_maps
from mnistlab.figures.shares import rgb_sheet
from mnistlab.figures.sheet import Sheet
from mnistlab.pictures.signed import over_digit
from mnistlab.recipes.network import IMAGE_SIZE
from mnistlab.results.class_reasons import ClassReasons
from mnistlab.results.readings import Uses
from mnistlab.wording import class_names, in_a_row, plural, short_names, with_article, with_places, with_sign

# Classes, and digits, per row.
CLASSES_IN_ROW, DIGITS_IN_ROW = 10, 6
# Places of a picture that a sentence names: thirds of its height and width.
DOWN, ACROSS = ("top", "middle", "bottom"), ("left", "middle", "right")
# Maps that a caption and a sentence name, and that are shown of a class.
NAMED, SHOWN = 3, 10
# An unusual reason is one of an unusual shape where at least this share of such digits is also among the most unusual in ink; below the second it is not.
MOSTLY, HARDLY = 0.6, 0.25


def class_sheet(found: ClassReasons, classes: Sequence[str]) -> Sheet:
    """Return the mean digit of each class with the mean relevance of its pixels, all on one scale."""
    names = class_names(classes, len(found.mean))
    pictures = np.concatenate(
        [
            over_digit(ink, mean[None].astype(np.float64), largest(found))
            for ink, mean in zip(found.ink, found.mean, strict=True)
        ]
    )
    labels = [f"{plural(name)}: {place_sentence(mean)}" for name, mean in zip(names, found.mean, strict=True)]
    return rgb_sheet(pictures, range(len(names)), short_names(names), labels, CLASSES_IN_ROW)


def largest(found: ClassReasons) -> float:
    """Return the value with the full colour: the largest mean of a pixel in any class."""
    return float(np.abs(found.mean).max(initial=0))


def place_sentence(mean: NDArray[np.float32]) -> str:
    """Return where on a mean relevance (28, 28) most speaks for its class, and where against it."""
    sums = _sums(mean)
    if not sums.any():
        return "no pixel says anything."
    most, least = int(sums.argmax()), int(sums.argmin())
    against = f", most against it {PLACES[least]} ({with_sign(float(sums[least]))})" if sums[least] < 0 else ""
    return f"most speaks for it {PLACES[most]} ({with_sign(float(sums[most]))}){against}."


def _sums(pixels: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the sum of a picture (28, 28) over each of PLACES, (9,)."""
    thirds = np.array_split(np.arange(IMAGE_SIZE), len(DOWN))
    return np.array([pixels[np.ix_(rows, columns)].sum() for rows in thirds for columns in thirds])


def _place(down: str, across: str) -> str:
    if down == across:
        return "in the middle"
    if across == "middle":
        return f"at the {down}"
    return f"on the {across}" if down == "middle" else f"at the {down} {across}"


PLACES = [_place(down, across) for down in DOWN for across in ACROSS]


def typical_sentence(found: ClassReasons, labels: NDArray[np.uint8], label: int, name: str) -> str:
    """Return how like the reasons of a class are to each other.

    Arguments:
        found: the reasons.
        labels: (digits,) true classes.
        label: the class.
        name: its name.
    """
    own = found.likeness[(labels == label) & np.isfinite(found.likeness)]
    if not len(own):
        return f"There are not two {plural(name)} that are read right, so there is nothing to compare."
    low, middle, high = np.quantile(own, (0.25, 0.5, 0.75))
    return (
        f"Half of the {found.right[label]:,} {plural(name)} that are read right have a picture that is {low:.2f} to {high:.2f} like the mean of the others, "
        f"{middle:.2f} in the middle (1: the same, 0: nothing in common)."
    )


def unusual_sheet(found: ClassReasons, images: NDArray[np.uint8], label: int) -> Sheet:
    """Return the digits of a class that are right for the most unusual reason, each on its own colour scale.

    Arguments:
        found: the reasons.
        images: (digits, 28, 28) uint8, the test set.
        label: the class; it has such digits.
    """
    numbers = unusual_of(found, label)
    maps = found.unusual_maps[label][: len(numbers)].astype(np.float64)
    pictures = np.concatenate(
        [over_digit(images[number], one[None], _most(one)) for number, one in zip(numbers, maps, strict=True)]
    )
    words = [f"{found.likeness[number]:.2f}".replace("-", "−") for number in numbers]
    labels = [
        f"digit {number}: its reason is {word} like that of its class"
        for number, word in zip(numbers, words, strict=True)
    ]
    return rgb_sheet(pictures, numbers, words, labels, DIGITS_IN_ROW)


def unusual_of(found: ClassReasons, label: int) -> list[int]:
    """Return the numbers of the most unusual digits of a class, the most unusual first."""
    return [int(number) for number in found.unusual[label] if number >= 0]


def unusual_sentence(found: ClassReasons, labels: NDArray[np.uint8], label: int, name: str) -> str:
    """Return how far the most unusual reasons of a class are from its mean, and whether it is the shape that is unusual; arguments as for `typical_sentence`."""
    numbers = unusual_of(found, label)
    if not numbers:
        return f"No two {plural(name)} are read right, so none is right for an unusual reason."
    own = np.flatnonzero((labels == label) & np.isfinite(found.ink_likeness))
    oddest = set(own[np.argsort(found.ink_likeness[own], kind="stable")][: len(numbers)].tolist())
    both = len(oddest & set(numbers))
    ends = " to ".join(with_places(float(found.likeness[number]), 2) for number in (numbers[0], numbers[-1]))
    share = both / len(numbers)
    if share >= MOSTLY:
        why = "it is mostly their shape that is unusual"
    elif share <= HARDLY:
        why = "most of them look like any other, and are read for another reason all the same"
    else:
        why = "some have an unusual shape, others only an unusual reason"
    return (
        f"The reasons of these {len(numbers)} are only {ends} like the mean of their class. {both} of them {'is' if both == 1 else 'are'} also among the {len(numbers)} whose ink is least like "
        f"that of other {plural(name)}: {why}."
    )


def wrong_sheet(
    found: ClassReasons,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    classes: Sequence[str],
    places: NDArray[np.int64],
) -> Sheet:
    """Return digits read wrong: red speaks for what is read, blue for the true class, each on its own colour scale.

    Arguments:
        found: the reasons.
        images: (digits, 28, 28) uint8, the test set.
        labels: (digits,) true classes.
        classes: names of the classes.
        places: (count,) which of `found.wrong`; at least one.
    """
    heads = short_names(class_names(classes, len(found.mean)))
    numbers = found.wrong[places].tolist()
    pictures = np.concatenate(
        [
            over_digit(
                images[found.wrong[place]],
                found.wrong_maps[place][None].astype(np.float64),
                _most(found.wrong_maps[place]),
            )
            for place in places
        ]
    )
    words, tips = [], []
    for place, number in zip(places, numbers, strict=True):
        maps = [str(index) for index in _maps_of(found, int(place))]
        true, read = heads[labels[number]], heads[found.read[place]]
        words.append(f"{true}→{read}: {', '.join(maps)}")
        spoke = f"; the maps that speak most for {read}: {in_a_row(maps)}" if maps else ""
        where = _where(found.wrong_maps[place], read, true)
        tips.append(f"digit {number}: {with_article(true)} read as {read}{where}{spoke}")
    return rgb_sheet(pictures, numbers, words, tips, DIGITS_IN_ROW)


def _where(pixels: NDArray[np.floating], read: str, true: str) -> str:
    """Return where on a digit read wrong most speaks for what is read, and where for its class."""
    sums = _sums(pixels)
    said = [f"for {read} {PLACES[int(sums.argmax())]}"] if sums.max() > 0 else []
    said += [f"for {true} {PLACES[int(sums.argmin())]}"] if sums.min() < 0 else []
    return f"; most speaks {in_a_row(said)}" if said else ""


def wrong_places_sentence(found: ClassReasons) -> str:
    """Return where on the digits read wrong most speaks for the wrong class; nothing where no pixel does."""
    sums = np.array([_sums(pixels) for pixels in found.wrong_maps]).reshape(-1, len(PLACES))
    count = np.bincount(sums[sums.max(axis=1) > 0].argmax(axis=1), minlength=len(PLACES))
    often = [place for place in np.argsort(-count, kind="stable")[:NAMED].tolist() if count[place]]
    if not often:
        return ""
    places = in_a_row([f"{PLACES[place]} ({count[place]})" for place in often])
    return f" On the digit, what speaks most for the wrong class lies most often {places}."


def _maps_of(found: ClassReasons, place: int) -> list[int]:
    """Return the maps that add most to a mistake, the strongest first."""
    order = np.argsort(-found.by_map[place], kind="stable")[:NAMED]
    return [int(index) for index in order if found.by_map[place, index] > 0]


def wrong_sentence(found: ClassReasons, layer: str) -> str:
    """Return which maps speak for mistakes most often, and what is read without the three of each.

    Arguments:
        found: the reasons.
        layer: name of the last convolution.
    """
    count, total = len(found.wrong), int(found.mistakes)
    if not count:
        return "No test digit is read wrong."
    named = strongest_maps(found.by_map, NAMED).sum(axis=0)
    often = [index for index in np.argsort(-named, kind="stable")[:NAMED].tolist() if named[index]]
    maps = in_a_row([f"map {index} ({named[index]} times)" for index in often])
    which = f"{total:,} test digits are read wrong" if total > 1 else "One test digit is read wrong"
    if count < total:
        which += f"; the {count} with the most certain mistakes are looked at"
    own, chance, active = 100 * found.mended
    verdict = (
        "so these maps do carry the mistakes"
        if own > 2 * max(chance, active)
        else "so they carry the mistakes no more than others do, and their names explain little"
        if own <= max(chance, active)
        else "so they carry a part of the mistakes"
    )
    return (
        f"{which}. Among the {NAMED} maps of {layer} that speak most for the wrong class there is most often {maps}. Without its own {NAMED}, "
        f"{own:.0f} % of these digits would be read right; without the {NAMED} most active ones {active:.0f} %, without {NAMED} at random {chance:.0f} %: {verdict}.{wrong_places_sentence(found)}"
    )


def carrying_sentence(uses: Uses, label: int, classes: Sequence[str]) -> str:
    """Return which maps carry a class, how much of all that speaks for it, and which other class each of them carries, too."""
    shares, names = uses.by_class[:, label], class_names(classes, uses.by_class.shape[1])
    order = [index for index in np.argsort(-shares, kind="stable")[:NAMED].tolist() if shares[index] > 0]
    if not order:
        return f"No map adds anything to the answer for {plural(names[label])}."
    others = [_also(uses, index, label, names) for index in order]
    part = shares[order].sum() / shares[shares > 0].sum()
    maps = in_a_row(
        [f"map {index} ({with_sign(shares[index])}{other})" for index, other in zip(order, others, strict=True)]
    )
    return f"{plural(names[label])[0].upper()}{plural(names[label])[1:]} are carried most by {maps}: {100 * part:.0f} % of what speaks for their answer on average."


def _also(uses: Uses, index: int, label: int, names: Sequence[str]) -> str:
    """Return the class for which a map adds more, or nearly as much."""
    row = uses.by_class[index].copy()
    row[label] = -np.inf
    other = int(row.argmax())
    return f"; still more to {plural(names[other])}" if row[other] > uses.by_class[index, label] else ""


def carrying_sheet(uses: Uses, label: int, patterns: dict[int, NDArray[np.uint8]]) -> Sheet:
    """Return the maps that add most to the answers of a class, each with its pattern; grey where none is at hand."""
    order = np.argsort(-uses.by_class[:, label], kind="stable")[:SHOWN].tolist()
    nothing = np.full((IMAGE_SIZE, IMAGE_SIZE), 225, np.uint8)
    pictures = np.stack([np.repeat(patterns.get(index, nothing)[..., None], 3, axis=-1) for index in order])
    shares = uses.by_class[order, label]
    words = [f"{index} {with_sign(share)}" for index, share in zip(order, shares.tolist(), strict=True)]
    labels = [
        f"map {index}: adds {with_sign(share)} on average" for index, share in zip(order, shares.tolist(), strict=True)
    ]
    strengths = (np.abs(shares) / max(float(np.abs(shares).max()), 1e-12)).round(3).tolist()
    return rgb_sheet(pictures, order, words, labels, SHOWN, strengths)


def _most(values: NDArray[np.floating]) -> float:
    return float(np.abs(values).max(initial=0))
