"""Methods that hand the score down from layer to layer, so that nothing is lost on the way."""

from mnistlab.explanations.chain import AlphaBetaRule, EpsilonRule, Through
from mnistlab.explanations.methods import Found, Method, Task, without_sum


class LrpEpsilon(Method):
    """Shares as they stand in each node's sum."""

    title = "Relevance (epsilon)"
    formula = "Rᵢ = Σⱼ xᵢ wᵢⱼ / (zⱼ ± ε) · Rⱼ, zⱼ = Σᵢ xᵢ wᵢⱼ + bⱼ, from layer to layer; at a pool all to the largest, or to all alike where it takes the mean"
    source = "Bach, Binder, Montavon, Klauschen, Müller and Samek 2015, “On pixel-wise explanations”, PLoS ONE 10(7)"
    does_not_show = (
        "What the biases carry: they take a share of the score, which is named beside the picture and stands on no pixel. Where positive and "
        "negative parts of a sum nearly cancel, both get large shares, and the picture becomes noisy."
    )

    def find(self, task: Task) -> Found:  # noqa: D102
        return Found(*task.chain.relevance(task.pictures, task.questions, EpsilonRule(task.choices.epsilon)))


class LrpAlphaBeta(Method):
    """What speaks for a node and what speaks against it, shared out apart.

    Published for nodes above zero, as relu leaves them. Here the side that won in a node's sum gets α, so that for an output below zero, too, what raises it counts for it.
    """

    title = "Relevance (alpha, beta)"
    formula = (
        "Rᵢ = Σⱼ (α · (xᵢ wᵢⱼ)⁺ / zⱼ⁺ − (α − 1) · (xᵢ wᵢⱼ)⁻ / zⱼ⁻) · Rⱼ, from layer to layer (+ and − change places where zⱼ is below zero); "
        "at a pool all to the largest, or to all alike where it takes the mean"
    )
    source = LrpEpsilon.source
    does_not_show = (
        "How much speaks for and against in truth: the weights α and α − 1 are set, not found. Close relatives of it hardly change if the "
        "last layers are made random, and so show the picture more than the network."
    )

    def find(self, task: Task) -> Found:  # noqa: D102
        return Found(*task.chain.relevance(task.pictures, task.questions, AlphaBetaRule(task.choices.alpha)))


class ConceptRelevance(Method):
    """The part of relevance that passes one chosen map."""

    title = "Relevance through one map"
    formula = "as relevance (epsilon), with Rⱼ = 0 at the chosen layer for all maps but one"
    source = "Achtibat, Dreyer, Eisenbraun, Bosse, Wiegand, Samek and Lapuschkin 2023, Nature Machine Intelligence 5"
    does_not_show = (
        "The answer: only the part of it that this map carries. Whether the map stands for something that has a name is not said by its picture; "
        "look at its pattern and at the digits that excite it."
    )

    def find(self, task: Task) -> Found:  # noqa: D102
        concept = task.choices.concept
        through = Through(concept.layer, concept.map_index)
        maps, _ = task.chain.relevance(task.pictures, task.questions, EpsilonRule(task.choices.epsilon), through)
        return without_sum(maps)
