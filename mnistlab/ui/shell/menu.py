"""Every page there is, in the menu in this order; and the ways that lead on from Home."""

from dataclasses import dataclass

HOME = "app.py"


@dataclass(frozen=True)
class Page:
    """A page. `title`, `icon`: in the menu; `way`, `what`: what it is for, as something to do and in a sentence."""

    title: str
    icon: str
    way: str = ""
    what: str = ""


# By the script of each.
PAGES = {
    HOME: Page("Home", ":material/home:"),
    "pages/learn.py": Page(
        "Learn",
        ":material/school:",
        "Begin with the lessons",
        "From a first digit to what a map looks for: predict, look, and find out why.",
    ),
    "pages/train.py": Page(
        "Train",
        ":material/model_training:",
        "Train a network",
        "Choose layers and optimiser, press Start, and watch loss and accuracy move.",
    ),
    "pages/activations.py": Page(
        "Activations",
        ":material/grid_on:",
        "Look inside",
        "Pick or draw a digit and see what every map of every layer makes of it.",
    ),
    "pages/explain.py": Page(
        "Explain",
        ":material/help_center:",
        "Ask why it answers so",
        "Which nodes, maps and pixels an answer rests on, and what the network would read without them.",
    ),
    "pages/classes.py": Page(
        "Classes",
        ":material/category:",
        "Compare classes",
        "What all 4s share that 9s do not, and which digits the network is unsure of.",
    ),
    "pages/oip.py": Page(
        "OIP",
        ":material/blur_on:",
        "Find what a map looks for",
        "Grow the pattern it reacts to most out of random fluctuations, step by step.",
    ),
    "pages/atlas.py": Page(
        "Atlas",
        ":material/grid_view:",
        "Open the atlas",
        "The patterns of all maps of a layer side by side, each with its story.",
    ),
    "pages/dream.py": Page(
        "Dream",
        ":material/bedtime:",
        "Let it dream",
        "Carve the network's patterns into a photo of yours: the whole of it, its quarters, and their quarters.",
    ),
    "pages/lab.py": Page("Lab", ":material/science:"),
}
# Where to begin.
WAY_IN = "pages/learn.py"
# The ways on from Home: what one does there, in a word and a sentence, and the pages for it.
WAYS = (
    (
        "Look",
        "What becomes of a digit on its way through the layers, and which digits are mistaken for which.",
        ("pages/activations.py", "pages/classes.py"),
    ),
    (
        "Understand",
        "What an answer rests on, what each map looks for, and how a network comes to look for it.",
        ("pages/explain.py", "pages/oip.py", "pages/atlas.py", "pages/train.py"),
    ),
    ("Dream", "What the network sees in a photo, carved into it.", ("pages/dream.py",)),
)
