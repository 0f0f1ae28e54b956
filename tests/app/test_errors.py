from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.errors import show_error
from model.errors import UserError


def boxes() -> list[QMessageBox]:
    shown = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
    return [each for each in shown if isinstance(each, QMessageBox)]


def test_that_an_error_of_the_user_is_told_in_its_own_words(qtbot: QtBot) -> None:
    show_error(UserError("The disk is full. Make room."))
    (box,) = boxes()
    assert box.text() == "The disk is full. Make room."
    box.close()


def test_that_a_fault_of_the_program_comes_with_details(qtbot: QtBot) -> None:
    show_error(ZeroDivisionError("by zero"))
    (box,) = boxes()
    assert "ZeroDivisionError: by zero" in box.detailedText()
    box.close()


def test_that_the_same_fault_is_told_once_until_it_was_read(qtbot: QtBot) -> None:
    for _ in range(3):
        show_error(UserError("The graph is damaged."))
    (box,) = boxes()
    box.close()
    show_error(UserError("The graph is damaged."))
    (box,) = boxes()
    box.close()
