import threading
import time

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import Deliver, JobRunner
from model.errors import UserError
from model.progress import Cancelled, Report


def test_that_a_result_arrives_in_the_gui_thread(qtbot: QtBot, runner: JobRunner) -> None:
    threads = []
    job = runner.start(lambda _report: threading.current_thread())
    job.succeeded.connect(lambda worker: threads.extend((worker, threading.current_thread())))
    with qtbot.waitSignal(job.ended):
        pass
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()


def test_that_a_cancelled_job_ends_at_its_next_report(qtbot: QtBot, runner: JobRunner) -> None:
    def endless(report: Report) -> None:
        while True:
            report(0, 0, "")
            time.sleep(0.001)

    job = runner.start(endless)
    with qtbot.waitSignal(job.cancelled):
        job.cancel()
    qtbot.waitUntil(lambda: not runner.busy)


def test_that_a_fault_does_not_end_the_runner(qtbot: QtBot, runner: JobRunner) -> None:
    def fail(_report: Report) -> None:
        raise UserError("The disk is full.")

    with qtbot.waitSignal(runner.start(fail).failed) as failure:
        pass
    assert str(failure.args[0]) == "The disk is full."
    with qtbot.waitSignal(runner.start(lambda _report: 7).succeeded) as success:
        pass
    assert success.args == [7]


def test_that_parts_arrive_before_the_end_and_in_order(qtbot: QtBot, runner: JobRunner) -> None:
    def count(deliver: Deliver, report: Report) -> str:
        for number in range(5):
            report(number, 5, "")
            deliver(number)
        return "done"

    parts: list[object] = []
    job = runner.stream(count)
    job.delivered.connect(parts.append)
    job.succeeded.connect(parts.append)
    with qtbot.waitSignal(job.ended):
        pass
    assert parts == [0, 1, 2, 3, 4, "done"]


def test_that_only_titled_jobs_are_announced(qtbot: QtBot, runner: JobRunner) -> None:
    announced: list[str] = []
    runner.started.connect(lambda job: announced.append(job.title))
    runner.start(lambda _report: None)
    with qtbot.waitSignal(runner.start(lambda _report: None, "Reading").ended):
        pass
    assert announced == ["Reading"]


def test_that_a_task_waits_until_its_part_was_taken(qtbot: QtBot, runner: JobRunner) -> None:
    handed_over: list[int] = []

    def hand_over(deliver: Deliver, _report: Report) -> None:
        for number in range(3):
            deliver(number)
            handed_over.append(number)

    job = runner.stream(hand_over)
    taken: list[int] = []
    job.delivered.connect(lambda _part: taken.append(len(handed_over)))
    with qtbot.waitSignal(job.ended):
        pass
    assert taken == [0, 1, 2]


@pytest.mark.usefixtures("qapp")
def test_that_a_task_whose_parts_nobody_takes_can_be_stopped() -> None:
    runner, begun, stopped = JobRunner(), threading.Event(), []

    def hand_over(deliver: Deliver, _report: Report) -> None:
        begun.set()
        try:
            for number in range(100):
                deliver(number)
        except Cancelled:
            stopped.append(True)
            raise

    runner.stream(hand_over)
    assert begun.wait(10)
    runner.shut_down()
    assert stopped == [True]
