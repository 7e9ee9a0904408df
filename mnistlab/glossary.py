"""The words of the field that pages use: one sentence each, and the page that shows it at work."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """`says`: what the word means; `page`: address of the page that shows it, and `there`: what one sees there."""

    says: str
    page: str
    there: str


ACTIVATIONS, TRAIN, OIP = "activations", "train", "oip"
TERMS = {
    "pixel": Term(
        "One point of a picture; to the network it is one number, for how bright it is.",
        ACTIVATIONS,
        "a digit of 28×28 pixels",
    ),
    "weights": Term(
        "The numbers that training changes: by them, what comes in is multiplied before it is added up.",
        f"{ACTIVATIONS}?act.tab=weights",
        "the weights of a map",
    ),
    "bias": Term(
        "One number of each map that is added to every sum: it says how much has to be found until the map reacts.",
        ACTIVATIONS,
        "a sum with its bias",
    ),
    "batch": Term("A few digits, 64 here, after which the weights are changed once.", TRAIN, "the batch size"),
    "learning rate": Term(
        "How far the weights are moved after each batch: too little, and nothing is learnt; too much, and what was learnt is lost.",
        TRAIN,
        "the learning rate of a training",
    ),
    "node": Term(
        "One place of a map, or one unit of a dense layer: it adds up what reaches it, each value times a weight, and passes on one number.",
        ACTIVATIONS,
        "one node's sum",
    ),
    "kernel": Term(
        "A small square of weights, 3×3 here; laid on a place of the picture, each weight is multiplied by the value below it and all are added up.",
        f"{ACTIVATIONS}?act.tab=weights",
        "the weights of a map",
    ),
    "convolution": Term(
        "A layer that lays the same kernels on every place of what comes in, so that a pattern is found wherever it is.",
        ACTIVATIONS,
        "a convolution at work",
    ),
    "map": Term(
        "What one kernel makes of a picture: again a small picture, bright where the kernel's pattern was found.",
        ACTIVATIONS,
        "all maps of a digit",
    ),
    "relu": Term(
        "It keeps what is above zero and makes zero of all below, so that a map says “found” or nothing.",
        ACTIVATIONS,
        "a sum before and after it",
    ),
    "pool": Term(
        "A layer that keeps one value of each 2×2, mostly the largest: what was found stays, where exactly gets lost.",
        f"{ACTIVATIONS}?act.layer=Max_Pool_1",
        "a pool at work",
    ),
    "dense layer": Term(
        "A layer in which each node sees everything before it, each value with a weight of its own.",
        f"{ACTIVATIONS}?act.layer=Dense_1",
        "a dense layer",
    ),
    "receptive field": Term(
        "The pixels of the digit that can change a node's value: 3×3 in the first layer, more in each layer after it.",
        f"{ACTIVATIONS}?act.layer=Conv2D_3",
        "what a node sees",
    ),
    "parameters": Term(
        "All weights and biases of the network, the numbers that training changes.",
        TRAIN,
        "how many each layer has",
    ),
    "loss": Term(
        "How wrong the network's answers are, as one number: 0 if it is sure of the right class of every digit.",
        TRAIN,
        "loss falling in a training",
    ),
    "accuracy": Term("The share of digits that are read right.", TRAIN, "accuracy rising in a training"),
    "validation": Term(
        "Digits kept apart from training: they show whether the network has learnt what digits look like, or only those it was trained on by heart.",
        TRAIN,
        "both curves of a training",
    ),
    "epoch": Term("One pass through all training digits.", TRAIN, "figures after each epoch"),
    "score": Term(
        "How strongly a map reacts to a picture: the mean of all its values.",
        OIP,
        "a score that rises",
    ),
    "OIP": Term(
        "Original input pattern: a picture to which a map reacts far more strongly than to any digit, grown out of a random start.",
        OIP,
        "the OIP of a map",
    ),
    "gradient ascent": Term(
        "Changing all pixels a little, each in the direction that lets the score rise, and again and again.",
        OIP,
        "a pattern as it grows",
    ),
    "fluctuations": Term(
        "Random light and dark, coarse or fine. Coarse spots are needed to wake a map that looks for something large; pixel noise alone averages out.",
        OIP,
        "the start of an ascent",
    ),
    "standardised": Term(
        "Brought to mean 0 and spread 1, so that only the pattern counts, not how bright or strong the picture is.",
        ACTIVATIONS,
        "a digit as the network gets it",
    ),
    "large-scale patterns": Term(
        "All 19,683 pictures that three grey values on 3×3 spots can make; the map is asked which of them wake it before anything is grown.",
        OIP,
        "what wakes a map",
    ),
    "carved": Term(
        "Changed by gradient ascent until a map finds more of what it looks for, while the picture itself stays recognisable.",
        "dream",
        "a dream",
    ),
    "detail correction": Term(
        "What a picture loses when it is made small for the network and large again, kept aside and added back afterwards.",
        "dream",
        "a dream with the details of its photo",
    ),
    "precursor run": Term(
        "A search for starts: thousands of coarse patterns are shown to a map, and those it reacts to begin the ascent.",
        f"{OIP}?target.map_index=57",
        "what wakes a map",
    ),
    "FCP": Term(
        "Filter correlation pattern: the points, across all maps of a layer, that a class of digits makes active. It is a list of places, no picture.",
        "classes?cls.tab=points",
        "the points of a class",
    ),
    "optimiser": Term(
        "The rule by which the weights are moved after each batch, from which way the loss falls.",
        TRAIN,
        "the optimisers",
    ),
    "schedule": Term(
        "How the learning rate changes during a training: mostly from larger steps to smaller ones.",
        TRAIN,
        "a schedule",
    ),
    "regulariser": Term(
        "A price on large weights, added to the loss, so that the network does not learn its digits by heart.",
        TRAIN,
        "the regulariser of a training",
    ),
    "seed": Term(
        "The number that random numbers are made from: the same seed gives the same random numbers again.",
        TRAIN,
        "the seed of a training",
    ),
    "confusion matrix": Term(
        "A table that counts, for the digits of each class, what they were read as; mistakes lie off the diagonal.",
        "classes?cls.tab=mistakes",
        "the network's mistakes",
    ),
    "PCA": Term(
        "Principal component analysis: points with many values each are laid out by the two directions in which they differ most.",
        "classes?cls.tab=plane",
        "all test digits in one plane",
    ),
    "t-SNE": Term(
        "A way to lay out points with many values so that near ones stay near; distances between far ones mean little.",
        "classes?cls.tab=plane&cls.plane=tsne",
        "all test digits in one plane",
    ),
    "points": Term(
        "Single nodes of single maps. One that is active for most 4s and few 9s belongs to what makes a 4 a 4.",
        "classes?cls.tab=points",
        "the points of two classes",
    ),
}
