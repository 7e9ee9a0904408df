"""What a class is asked at the present step, in words that anybody sees before answering."""

from dataclasses import dataclass

from mnistlab.lessons.case import Case, NotHereError, why_not
from mnistlab.lessons.judging import Answer, in_words
from mnistlab.lessons.lesson import Lesson, Step
from mnistlab.lessons.spread import Bar, answers_to, spread
from mnistlab.lessons.words import TERM, filled, without_names
from mnistlab.store.class_roll import Place, Roll
from mnistlab.ui.answers.first_digits import first_tests
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.pages.learn.live import live_of
from mnistlab.ui.pages.learn.live.moment import Moment
from mnistlab.ui.shell.frame import data_in_use, model_in_use, network_in_use


@dataclass(frozen=True)
class Asked:
    """What is asked.

    Attributes:
        place: the step.
        title: of lesson and step.
        words: the question.
        step: what it is.
        classes: of the network in use.
        moment: what its live part is drawn with; None where the network in use has not what it is about.
    """

    place: Place
    title: str
    words: str
    step: Step
    classes: tuple[str, ...]
    moment: Moment | None

    def each(self, roll: Roll) -> dict[str, Answer]:
        """Return the answers of those who gave one, by the ids of visitors."""
        found: dict[str, Answer] = {}
        for visitor, member in roll.items():
            said = member.said.get(self.place)
            fitting = [] if said is None else answers_to(self.step.question, [said.answer], self.classes)
            if fitting:
                found[visitor] = fitting[0]
        return found

    def answers(self, roll: Roll) -> dict[str, str]:
        """Return the same in words."""
        return {visitor: in_words(self.step.question, answer) for visitor, answer in self.each(roll).items()}

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
    data, facts, moment = first_tests(data_in_use())[0], None, None
    if not why_not(network.recipe, data):
        moment = Moment(Case(network, data), model_in_use(), "learn.asked")
        try:
            moment.case.must_fit(step.part)
            facts = None if step.part.SLOW else live_of(step.part).facts(step.part, moment)
        except NotHereError:
            moment = None
    known = {} if facts is None or isinstance(facts, Unanswered) else facts
    written = {name: step.part.FACTS[name].written(fact) for name, fact in known.items()}
    words = TERM.sub(lambda found: found[2] or found[1], without_names(filled(step.question.asks, written)))
    return Asked(place, f"{lesson.title}: {step.title}", words, step, tuple(network.classes), moment)
