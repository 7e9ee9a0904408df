"""A class on the page Learn: opened, joined, followed live, held and let go, ended; and nobody but its teacher sees who said what."""

import html
import re

import pytest
from support.hostile import WORDS, is_live
from support.recipes import small_training
from support.set_files import NAMES, made
from support.tables import tables

from mnistlab.engine.admission import roughly
from mnistlab.engine.estimates import estimate
from mnistlab.engine.outlooks import last_of_many
from mnistlab.errors import BusyError, RightsError
from mnistlab.lessons.shelf import shelf
from mnistlab.recipes import TrainingRecipe
from mnistlab.settings import settings
from mnistlab.store import classroom
from mnistlab.store.class_roll import Said
from mnistlab.store.classroom import Classroom
from mnistlab.store.classrooms import Classrooms
from mnistlab.store.doors import Door, door_of
from mnistlab.store.files import write_json
from mnistlab.store.learning import Learning, Learnt
from mnistlab.store.runs import Store
from mnistlab.store.sets import BroughtSet, keep_set
from mnistlab.store.sharing import Wish
from mnistlab.store.visitors import visitor_id
from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.pages.lab import all_jobs
from mnistlab.ui.pages.learn.together import door, teacher
from mnistlab.ui.shell import services, visitors

LEARN = "pages/learn.py"
TEACHER, ANN, BOB = (visitor_id("browser", name) for name in ("teacher", "ann", "bob"))


def become(monkeypatch, name: str) -> None:
    monkeypatch.setattr(visitors, "_proof", lambda: ("browser", name))


@pytest.fixture
def lab(store: Store, monkeypatch):
    monkeypatch.setenv("MNISTLAB_LAB", "1")
    settings.cache_clear()
    become(monkeypatch, "teacher")
    monkeypatch.setattr(type(visitors.st.context), "ip_address", property(lambda _: "192.0.2.1"))
    for name, most in (("_tries", 10), ("_tries_of_network", 1_000), ("_openings", 20)):
        monkeypatch.setattr(door, name, Allowances(most, 3600.0))
    return store


@pytest.fixture
def room(lab: Store) -> Classroom:
    return Classrooms(lab.home).open(TEACHER, "8b", ["numbers", "filter"])


def words_on(test) -> str:
    bodies = [html.unescape(re.sub(r"<[^>]+>", " ", element.proto.body)) for element in test.get("html")]
    elements = [*test.title, *test.header, *test.markdown, *test.caption, *test.info, *test.warning]
    words = [*bodies, *(element.value.replace("\\", "").replace("**", "") for element in elements)]
    return " ".join("\n".join(word for word in words if ".lab-prose" not in word).split())


def keys(test) -> set[str]:
    return {str(button.key) for button in test.button}


def bars_on(test) -> dict[str, int]:
    """The bars under what is asked, by their labels."""
    bodies = [element.proto.body for element in test.get("html") if "lab-spread" in element.proto.body]
    found = re.findall(r"<li><span>(.*?)</span><i .*?></i><b>(\d+)</b>", bodies[0]) if bodies else []
    return {html.unescape(label): int(count) for label, count in found}


def join(visit, monkeypatch, room: Classroom, name: str, called: str = ""):
    become(monkeypatch, name)
    test = visit(LEARN, **{"class": room.path.name})
    test.text_input(key="learn.class.name").set_value(called)
    test.button(key="learn.class.join").click().run()
    assert not test.exception
    return test


def say(test, value) -> None:
    """Answer the first question of the first lesson."""
    next(one for one in test.select_slider if one.key.endswith(".answer")).set_value(value)
    next(button for button in test.button if button.key.endswith(".give")).click().run()
    assert not test.exception


def test_whoever_opens_a_class_is_its_teacher_and_students_join_with_its_code(visit, lab, monkeypatch) -> None:
    test = visit(LEARN)
    test.text_input(key="learn.class.title").set_value("8b")
    test.multiselect(key="learn.class.lessons").set_value(["filter"])
    test.button(key="learn.class.open").click().run()
    assert not test.exception
    (about,) = Classrooms(lab.home).all()
    assert (about.teacher, about.title, about.lessons) == (TEACHER, "8b", ("filter",))
    shown = words_on(test)
    assert f"{about.code[:3]} {about.code[3:]}" in shown
    assert f"learn?class={about.code}" in shown
    assert test.query_params["teach"] == about.code
    become(monkeypatch, "ann")
    test = visit(LEARN)
    test.text_input(key="learn.class.code").set_value(about.code.lower())
    test.button(key="learn.class.find").click().run()
    assert "Join the class" in words_on(test)
    assert Classrooms(lab.home).of(ANN) is None, "a link alone takes nobody in"
    test.button(key="learn.class.join").click().run()
    assert "You are in the class" in words_on(test)
    assert "Of your class" in words_on(test)
    assert "class" not in test.query_params


def test_answers_are_counted_and_only_the_teacher_sees_whose_they_are(visit, room, monkeypatch) -> None:
    ann, bob = (join(visit, monkeypatch, room, name, called) for name, called in (("ann", "Ann of 8b"), ("bob", "")))
    become(monkeypatch, "ann")
    ann.button(key="learn.open.numbers").click().run()
    say(ann, 7)
    become(monkeypatch, "bob")
    bob.button(key="learn.open.numbers").click().run()
    assert "Ann of 8b" not in words_on(bob)
    code = f"{room.path.name[:3]} {room.path.name[3:]}"
    assert f"You are in the class {code} 8b as Ann of 8b. Your answers" in words_on(ann)
    assert f"You are in the class {code} 8b. Your answers" in words_on(bob)
    become(monkeypatch, "teacher")
    test = visit(LEARN, teach=room.path.name)
    shown = words_on(test)
    assert "1 of 2 have answered" in shown
    assert bars_on(test) == {"7": 1}
    assert "Step 1 2" in shown
    assert "Ann of 8b" not in shown, "this may be on the wall"
    test.toggle(key="learn.teach.names").set_value(True).run()
    shown = words_on(test)
    assert "Ann of 8b 7 ✗" in shown or "Ann of 8b 7 ✓" in shown
    assert f"without a name ({BOB[:4]}) –" in shown
    become(monkeypatch, "bob")
    say(bob, 9)
    become(monkeypatch, "teacher")
    assert bars_on(test.run()) == {"7": 1, "9": 1}
    become(monkeypatch, "bob")
    for stranger in (visit(LEARN, teach=room.path.name), visit(LEARN, project=room.path.name)):
        assert "Ann of 8b" not in words_on(stranger)
        assert bars_on(stranger) == {}
    assert "opened by somebody else" in words_on(visit(LEARN, teach=room.path.name))
    bob.button(key="learn.anew.0").click().run()
    assert room.member(BOB).said == {}


def test_bars_are_on_the_projector_once_they_are_shown(visit, room, monkeypatch) -> None:
    say_at = join(visit, monkeypatch, room, "ann", "Ann of 8b")
    say_at.button(key="learn.open.numbers").click().run()
    say(say_at, 7)
    become(monkeypatch, "teacher")
    controls, projector = visit(LEARN, teach=room.path.name), visit(LEARN, project=room.path.name)
    assert "1 of 1 have answered" in words_on(projector)
    assert bars_on(projector) == {}
    controls.button(key="learn.teach.show").click().run()
    assert bars_on(projector.run()) == {"7": 1}
    assert "Ann" not in words_on(projector)
    controls.button_group(key="learn.teach.step.numbers").set_value(1).run()
    assert not controls.exception
    assert room.about().present == ("numbers", "standardised")
    assert bars_on(projector.run()) == {}, "another question is hidden again"
    assert shelf(settings().home).find("numbers").steps[1].title in words_on(projector)


def test_one_answer_stands_on_the_projector_without_its_name(visit, room, monkeypatch) -> None:
    for visitor, name, number in ((ANN, "Ann of 8b", 7), (BOB, "", 9)):
        room.join(visitor, name)
        room.bring(visitor, "numbers", Learnt({"pixel": number}))
    controls, projector = visit(LEARN, teach=room.path.name), visit(LEARN, project=room.path.name)
    assert "One of you said" not in words_on(projector)
    controls.toggle(key="learn.teach.names").set_value(True).run()
    controls.selectbox(key="learn.teach.picked").set_value(ANN).run()
    assert not controls.exception
    shown = words_on(projector.run())
    assert "One of you said: 7" in shown
    assert "Ann" not in shown
    assert bars_on(projector) == {}
    controls.button_group(key="learn.teach.step.numbers").set_value(1).run()
    assert "One of you said" not in words_on(projector.run())


def pictures_on(test) -> list[str]:
    """What stands beside the pictures of a page, for who does not see them."""
    bodies = " ".join(element.proto.body for element in test.get("html"))
    charts = [chart.proto.alt for chart in test.get("plotly_chart")]
    return [html.unescape(alt) for alt in re.findall(r"alt='(.*?)'", bodies) if "QR" not in alt] + charts


def test_what_a_question_is_about_is_on_the_projector_and_nothing_that_answers_it(visit, lab) -> None:
    lessons = shelf(lab.home).own
    room = Classrooms(lab.home).open(TEACHER, "", [])
    for name in ("numbers", "filter", "maps", "matters"):
        lesson = lessons[name]
        for place, step in enumerate(lesson.places):
            room.change(TEACHER, present=(name, lesson.ids[place]))
            projector = visit(LEARN, project=room.path.name)
            assert not projector.exception
            assert any("digit" in alt for alt in pictures_on(projector)), step.title
            told = max(re.split(r"\{\w+\}|\[\[|\]\]|\n", step.explain.why), key=len).strip()
            assert told not in words_on(projector)


def test_a_square_and_a_curve_that_one_has_drawn_are_pictures_on_the_projector(visit, lab) -> None:
    room = Classrooms(lab.home).open(TEACHER, "", ["maps", "training"])
    room.join(ANN, "Ann of 8b")
    room.bring(ANN, "maps", Learnt({"second-layer": 11}))
    room.bring(ANN, "training", Learnt({"curve": [10.0, 50.0, 70.0, 80.0]}))
    room.change(TEACHER, present=("maps", "second-layer"))
    projector = visit(LEARN, project=room.path.name)
    square = "the digit with a square of 11×11 of its 28×28 pixels"
    assert square not in pictures_on(projector)
    room.change(TEACHER, picked=ANN)
    assert square in pictures_on(projector.run())
    room.change(TEACHER, present=("training", "curve"), picked=ANN)
    projector.run()
    assert "This curve: 10, 50, 70, 80 per cent." in pictures_on(projector)
    assert "Ann" not in words_on(projector)


def test_curves_lie_over_one_another_and_trainings_are_begun_in_advance(visit, lab, monkeypatch) -> None:
    room = Classrooms(lab.home).open(TEACHER, "", ["training"])
    for visitor, heights in ((ANN, [10.0, 50.0, 70.0, 80.0]), (BOB, [90.0] * 4)):
        room.join(visitor)
        room.bring(visitor, "training", Learnt({"curve": heights}))
    test = visit(LEARN, teach=room.path.name)
    (chart,) = test.get("plotly_chart")
    assert chart.proto.alt == "The curves of 2 people. They end between 80 and 90 per cent."
    assert "0 of 4 done, 0 at work or waiting" in words_on(test)
    test.button(key="learn.teach.ahead").click().run()
    assert not test.exception
    assert "0 of 4 done, 4 at work or waiting" in words_on(test)
    assert len({run.recipe().digest for run in lab.runs()}) == 4
    assert test.button(key="learn.teach.ahead").disabled


def test_trainings_that_broke_off_go_on_in_advance(visit, lab, monkeypatch) -> None:
    room = Classrooms(lab.home).open(TEACHER, "", ["training"])
    test = visit(LEARN, teach=room.path.name)
    test.button(key="learn.teach.ahead").click().run()
    for run in lab.runs()[:2]:
        run.set_state("failed", "a power cut")
    test.run()
    assert "0 of 4 done, 2 at work or waiting" in words_on(test)
    test.button(key="learn.teach.ahead").click().run()
    assert not test.exception
    assert "0 of 4 done, 4 at work or waiting" in words_on(test)
    assert [lab.state(run).name for run in lab.runs()] == ["queued"] * 4


def test_nothing_is_computed_of_other_digits_than_those_in_use(visit, lab, room, monkeypatch) -> None:
    clothes = keep_set(BroughtSet(made(10), NAMES[:10]), "Clothes", TEACHER)
    room.change(TEACHER, present=("numbers", "standardised"))
    asks = shelf(settings().home).find("numbers").steps[1].question.asks
    (before, after) = asks.split("{value}")
    controls, projector = (visit(LEARN, **{view: room.path.name, "digits": clothes}) for view in ("teach", "project"))
    assert all(f"{before}…{after}" in words_on(test) for test in (controls, projector))
    (link,) = [one.proto.url for one in controls.get("link_button") if one.proto.label == "Projector view"]
    assert link == f"?project={room.path.name}&digits={clothes}"
    training = Classrooms(lab.home).open(TEACHER, "", ["training"])
    test = visit(LEARN, teach=training.path.name, digits=clothes)
    assert "learn.teach.ahead" not in keys(test), "no student meets trainings on clothes"


def test_a_class_is_held_at_a_step_and_let_go(visit, room, monkeypatch) -> None:
    ann = join(visit, monkeypatch, room, "ann")
    become(monkeypatch, "teacher")
    controls = visit(LEARN, teach=room.path.name)
    controls.selectbox(key="learn.teach.lesson").set_value("filter").run()
    controls.button(key="learn.teach.hold").click().run()
    assert not controls.exception
    assert room.about().held == ("filter", "nine-weights")
    become(monkeypatch, "ann")
    ann.run()
    assert "The class is held at this step" in words_on(ann)
    assert shelf(settings().home).find("filter").steps[0].title in words_on(ann)
    assert not {"learn.next", "learn.back", "learn.all"} & keys(ann)
    elsewhere = visit(LEARN, lesson="numbers", step="3")
    assert "The class is held at this step" in words_on(elsewhere)
    assert elsewhere.query_params["lesson"] == "filter"
    become(monkeypatch, "teacher")
    controls.button(key="learn.teach.hold").click().run()
    become(monkeypatch, "ann")
    ann.run()
    assert "held" not in words_on(ann)
    assert "learn.next" in keys(ann)


def test_a_restart_loses_no_answer_and_no_place(visit, lab, room, monkeypatch) -> None:
    ann = join(visit, monkeypatch, room, "ann", "Ann")
    # Given while the class could not be written, or by a server that was killed between the two files.
    Learning(lab.home).keep(ANN, "numbers", "pixel", 7)
    Learning(lab.home).keep(ANN, "maps", "second-layer", 8)
    again = visit(LEARN, lesson="numbers")
    assert "You are in the class" in words_on(again)
    assert room.member(ANN).said == {
        ("numbers", "pixel"): Said(7, Learning(lab.home).of(ANN)["numbers"].right.get("pixel"))
    }
    assert room.member(ANN).at == ("numbers", "pixel")
    again.button(key="learn.again").click().run()
    assert room.member(ANN).said == {}, "an answer of another lesson was none of the class's"
    become(monkeypatch, "teacher")
    test = visit(LEARN, teach=room.path.name)
    test.toggle(key="learn.teach.names").set_value(True).run()
    assert "Ann –" in words_on(test)
    become(monkeypatch, "ann")
    ann.button(key="learn.class.leave").click().run()
    assert "You are in the class" not in words_on(ann)
    assert room.member(ANN) is None


def test_who_has_said_all_a_class_can_keep_is_told_and_may_leave(visit, lab, room, monkeypatch) -> None:
    ann = join(visit, monkeypatch, room, "ann")
    assert "as much of you as it can" not in words_on(ann)
    monkeypatch.setattr(classroom, "MOST_OF_A_MEMBER", 1)
    ann.button(key="learn.open.numbers").click().run()
    assert "This class has kept as much of you as it can; your answers are still kept for you." in words_on(ann)
    ann.button(key="learn.class.leave").click().run()
    assert not ann.exception
    assert room.member(ANN) is None
    assert "as much of you as it can" not in words_on(ann)


def test_a_class_is_ended_by_its_teacher_and_its_answers_are_gone(visit, lab, room, monkeypatch) -> None:
    ann = join(visit, monkeypatch, room, "ann")
    ann.button(key="learn.open.numbers").click().run()
    say(ann, 7)
    become(monkeypatch, "teacher")
    test = visit(LEARN)
    test.button(key=f"learn.class.teach.{room.path.name}").click().run()
    test.button(key="learn.teach.end").click().run()
    assert not test.exception
    assert not room.path.exists()
    assert "teach" not in test.query_params
    become(monkeypatch, "ann")
    ann.run()
    assert "has ended. Your answers are still yours." in words_on(ann)
    assert "You said: 7" in words_on(ann)
    say_again = visit(LEARN, **{"class": room.path.name})
    assert "There is no open class with the code" in words_on(say_again)


def test_who_left_a_class_in_another_tab_is_not_told_that_it_has_ended(visit, room, monkeypatch) -> None:
    ann = join(visit, monkeypatch, room, "ann")
    room.leave(ANN)
    ann.run()
    assert f"You are no longer in the class {room.path.name[:3]} {room.path.name[3:]}." in words_on(ann)
    assert "has ended" not in words_on(ann)


def test_a_class_that_ends_while_it_is_looked_for_is_said(visit, room, monkeypatch) -> None:
    find = Classrooms.find

    def ends_then(rooms, code):
        found = find(rooms, code)
        rooms.end(room.path.name)
        return found

    monkeypatch.setattr(Classrooms, "find", ends_then)
    assert "This class has ended." in words_on(visit(LEARN, teach=room.path.name))


def test_a_button_that_is_not_drawn_is_refused_all_the_same(lab, room, monkeypatch) -> None:
    become(monkeypatch, "ann")
    for act in (lambda: teacher._change(room, shelf(room.path).own, {"is_shown": True}), lambda: door.end_class(room)):
        with pytest.raises(RightsError, match="Only the teacher"):
            act()
    assert room.about().is_shown is False


def test_names_titles_and_answers_of_strangers_are_letters(visit, lab, monkeypatch) -> None:
    rooms = [Classrooms(lab.home).open(TEACHER, words, []) for words in WORDS[:3]]
    room = rooms[0]
    for words in WORDS:
        room.join(visitor_id("browser", words), words)
        room.bring(visitor_id("browser", words), "numbers", Learnt({"pixel": words}))
    pages = [visit(LEARN), visit(LEARN, teach=room.path.name), visit(LEARN, project=room.path.name)]
    pages[1].toggle(key="learn.teach.names").set_value(True).run()
    become(monkeypatch, WORDS[0])
    pages.append(visit(LEARN))
    become(monkeypatch, "bob")
    pages += [visit(LEARN, **{"class": code}) for code in (rooms[1].path.name, WORDS[0])]
    assert all("evil" in words_on(pages[number]) for number in (0, 1, 3, 4, 5))
    for page in pages:
        for element in page.get("html"):
            assert "<img src=//evil" not in element.proto.body
            assert "<b>evil" not in element.proto.body
        for element in [*page.title, *page.markdown, *page.warning, *page.caption]:
            assert "evil" not in element.value or not is_live(element.value), element.value


def test_whoever_guesses_codes_has_to_wait_and_others_have_not(visit, lab, room, monkeypatch) -> None:
    become(monkeypatch, "bob")
    test = visit(LEARN)
    for _ in range(11):
        test.text_input(key="learn.class.code").set_value("BBBBBB")
        test.button(key="learn.class.find").click().run()
    assert "Many wrong codes" in words_on(test)
    test.text_input(key="learn.class.code").set_value(room.path.name)
    test.button(key="learn.class.find").click().run()
    assert "Join the class" not in words_on(test)
    ann = join(visit, monkeypatch, room, "ann")
    assert "You are in the class" in words_on(ann)
    become(monkeypatch, "teacher")
    assert "Your class" in words_on(visit(LEARN, teach=room.path.name))


def test_a_crowd_of_guessers_keeps_out_newcomers_at_its_own_address_only(visit, lab, room, monkeypatch) -> None:
    ann = join(visit, monkeypatch, room, "ann")
    monkeypatch.setattr(door, "_tries_of_network", Allowances(20, 3600.0))
    test = visit(LEARN)

    def look(name: str, code: str) -> str:
        become(monkeypatch, name)
        test.text_input(key="learn.class.code").set_value(code)
        test.button(key="learn.class.find").click().run()
        return words_on(test)

    for number in range(20):
        assert "There is no open class" in look(f"made up {number % 4}", "BBBBBB")
    assert "Many wrong codes" in look("bob", room.path.name), "a right code would tell itself from the wrong ones"
    become(monkeypatch, "ann")
    assert "You are in the class" in words_on(ann.run())
    become(monkeypatch, "teacher")
    assert "Your class" in words_on(visit(LEARN, teach=room.path.name))
    monkeypatch.setattr(type(visitors.st.context), "ip_address", property(lambda _: "192.0.2.2"))
    assert "Join the class" in look("bob", room.path.name)


def test_outside_of_a_lab_there_are_no_classes(visit, store) -> None:
    room = Classrooms(store.home).open(TEACHER, "", [])
    for view in ("class", "teach", "project"):
        test = visit(LEARN, **{view: room.path.name})
        assert not {key for key in keys(test) if key.startswith(("learn.class", "learn.teach", "learn.project"))}
        assert not [field for field in test.text_input if field.key.startswith("learn.class")]
        assert "learn.open.numbers" in keys(test), "the lessons are there as ever"


def trained(lab: Store, owner: str, accuracy: float, **choices):
    run = lab.create(small_training(**choices), f"with {choices}", owner)
    write_json(run.path / "summary.json", {"val_accuracy": accuracy, "epochs": 1})
    run.set_state("finished")
    return run


def test_trainings_of_a_class_stand_beside_each_other_by_what_they_differ_in(visit, lab, room, monkeypatch) -> None:
    room.join(ANN, "<b>Ann</b>")
    room.join(BOB)
    trained(lab, ANN, 0.91, seed=1)
    trained(lab, BOB, 0.95, seed=2)
    trained(lab, visitor_id("browser", "a stranger"), 0.99, seed=3)
    test = visit(LEARN, teach=room.path.name)
    test.toggle(key="learn.teach.compare").set_value(True).run()
    assert not test.exception
    (table,) = tables(test)
    assert list(table) == ["Training", "Who", "Seed", "Accuracy"]
    _, *columns = table.values()
    assert list(zip(*columns, strict=True)) == [("without a name", "2", "95.00 %"), ("<b>Ann</b>", "1", "91.00 %")]
    assert not [element for element in test.get("html") if "<b>Ann" in element.proto.body]
    assert "2 trainings, from 91.00 to 95.00 %" in words_on(test)


def test_before_start_it_is_said_what_a_class_means(visit, lab, room, monkeypatch) -> None:
    become(monkeypatch, "ann")
    assert "in your class" not in words_on(visit("pages/train.py"))
    for number in range(29):
        room.join(visitor_id("browser", str(number)))
    room.join(ANN)
    services.engine().start(small_training(seed=7), "", BOB)
    shown = words_on(visit("pages/train.py"))
    assert "30 people are in your class: all who start this very job share one" in shown
    wish = Wish.of(TrainingRecipe(data="embedded"), lab)
    seconds = 29 * estimate(wish, lab.home).seconds + estimate(Wish.of(small_training(seed=7), lab), lab.home).seconds
    assert last_of_many(wish, 30, 1, lab) == pytest.approx(seconds), (
        "the last of them waits for the others, and for what waits already"
    )
    assert f"the last begins probably after {roughly(seconds)}" in shown
    become(monkeypatch, "teacher")
    assert "30 people are in your class" in words_on(visit("pages/train.py"))


def test_one_link_gives_everybody_a_seed_of_their_own(visit, lab, monkeypatch) -> None:
    seeds = []
    for name in ("ann", "bob", "ann"):
        become(monkeypatch, name)
        test = visit("pages/train.py", seed="mine", epochs="2")
        seeds.append(test.query_params["seed"])
        assert test.query_params["epochs"] == "2"
        assert not test.warning
    assert seeds[0] == seeds[2] != seeds[1]
    assert all(seed.isdecimal() for seed in seeds)


def test_an_administrator_closes_the_door_limits_jobs_and_ends_them_all(visit, lab, room, monkeypatch) -> None:
    for seed in (1, 2):
        services.engine().start(small_training(seed=seed), "", visitor_id("browser", str(seed)))
    test = visit("pages/lab.py")
    test.session_state["visitor.admin"] = True
    test.run()
    test.button(key="admin.door").click().run()
    assert door_of(lab.home) == Door(is_closed=True)
    with pytest.raises(BusyError, match="takes no new jobs"):
        services.engine().start(small_training(seed=3), "", ANN)
    test.number_input(key="admin.longest").set_value(5)
    test.button(key="admin.limit").click().run()
    assert door_of(lab.home) == Door(True, 300.0)
    test.button(key="admin.end_all").click().run()
    assert not test.exception
    assert {run.requested() for run in lab.runs()} == {"cancel"}
    test.button(key="admin.door").click().run()
    assert door_of(lab.home) == Door(False, 300.0)
    assert "0 at work or waiting; new ones are taken, none longer than 5 minutes" in words_on(test)
    test.button(key=f"admin.class.{room.path.name}").click().run()
    assert Classrooms(lab.home).all() == []


def test_what_an_administrator_does_to_all_is_refused_to_others(lab, monkeypatch) -> None:
    become(monkeypatch, "ann")
    for act in (all_jobs._end_all, all_jobs._resume_all, all_jobs._limit, lambda: all_jobs._close(True)):
        with pytest.raises(RightsError, match="Only an administrator"):
            act()
    assert door_of(lab.home) == Door()


def test_all_failed_jobs_go_on(visit, lab) -> None:
    runs = [lab.create(small_training(seed=seed), "", visitor_id("browser", str(seed))) for seed in (1, 2)]
    for run in runs:
        run.set_state("failed", "a power cut")
    test = visit("pages/lab.py")
    test.session_state["visitor.admin"] = True
    test.run()
    test.button(key="admin.resume_all").click().run()
    assert not test.exception
    assert {lab.state(run).name for run in runs} == {"queued"}
