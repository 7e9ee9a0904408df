"""What a class is asked at the present step, in words that anybody sees before answering."""

from dataclasses import dataclass

from mnistlab.analysis.reading import is_known
from mnistlab.lessons.case import Case, NotHereError
from mnistlab.lessons.judging import Answer, in_words
from mnistlab.lessons.lesson import Lesson, Step
from mnistlab.lessons.spread import Bar, answers_to, spread
from mnistlab.lessons.words import TERM, filled, without_names
from mnistlab.recipes.data_sets import is_brought
from mnistlab.store.class_roll import Place, Roll
from mnistlab.ui.answers.asking import Unanswered
from mnistlab.ui.answers.first_digits import first_tests
from mnistlab.ui.pages.learn.live import live_of
from mnistlab.ui.pages.learn.live.moment import Moment
from mnistlab.ui.shell.frame import data_in_use, model_in_use, network_in_use


@dataclass(frozen=True)
class Asked:
    """`place`: the step; `title`: of lesson and step; `words`: the question; `step`: what it is; `classes`: of the network in use."""

    place: Place
    title: str
    words: str
    step: Step
    classes: tuple[str, ...]

    def answers(self, roll: Roll) -> dict[str, str]:
        """Return the answers of those who gave one, in words, by the ids of visitors."""
        question = self.step.question
        found: dict[str, str] = {}
        for visitor, member in roll.items():
            said = member.said.get(self.place)
            fitting = [] if said is None else answers_to(question, [said.answer], self.classes)
            if fitting:
                found[visitor] = in_words(question, fitting[0])
        return found

    def given(self, roll: Roll) -> list[Answer]:
        """Return the answers as they are."""
        said = (member.said[self.place].answer for member in roll.values() if self.place in member.said)
        return answers_to(self.step.question, said, self.classes)

    def bars(self, roll: Roll) -> list[Bar]:
        """Return how the answers are spread."""
        return spread(self.step.question, self.given(roll), self.classes)


def asked(lesson: Lesson, place: Place) -> Asked:
    """Return what is asked at a step of a lesson, with the facts that stand in the question, where the lesson has them."""
    step, network = lesson.places[lesson.ids.index(place[1])], network_in_use()
    data, facts = first_tests(data_in_use())[0], None
    can_follow = is_known(network.recipe) and network.recipe.scaling == "standardised" and not is_brought(data)
    if not step.part.SLOW and can_follow:
        moment = Moment(Case(network, data), model_in_use(), "learn.asked")
        try:
            moment.case.must_fit(step.part)
            facts = live_of(step.part).facts(step.part, moment)
        except NotHereError:
            facts = None
    known = {} if facts is None or isinstance(facts, Unanswered) else facts
    written = {name: step.part.FACTS[name].written(fact) for name, fact in known.items()}
    words = TERM.sub(lambda found: found[2] or found[1], without_names(filled(step.question.asks, written)))
    return Asked(place, f"{lesson.title}: {step.title}", words, step, tuple(network.classes))
