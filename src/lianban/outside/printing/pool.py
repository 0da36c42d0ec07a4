"""The printing processes of one server process.

Jobs wait in line and go to the first process that is free. Nothing is laid out in the event loop and no thread is used:
the loop is told when a socket has an answer. A process that dies is replaced and its job given to another one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

from lianban.outside.printing.jobs import READY, Job, Printed

TRIES = 3
PATIENCE = 60.0
"""Seconds after which a job that does not end is given up and its process replaced."""

Answer: TypeAlias = "asyncio.Future[Printed]"

log = logging.getLogger("lianban.printing")


class Died(Exception):
    """The process that had the job is gone."""


class Unprinted(RuntimeError):
    """No process could print it."""


class Process:
    """One printing process and the job it has in hand. `freed` is called when it has none any more."""

    def __init__(self, templates: Path, font_set: Path, freed: Callable[[], None]) -> None:
        here, there = socket.socketpair()
        with there:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "lianban.outside.printing.worker", str(there.fileno()), templates, font_set],
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self.channel = Connection(here.detach())
        self.freed = freed
        self.answer: Answer | None = None
        self.overdue: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.running.pid

    @property
    def lost(self) -> bool:
        """Whether it is of no use any more: ended, or its answer belongs to an event loop that is closed."""
        if self.answer is not None:
            return self.answer.get_loop().is_closed()
        return self.channel.closed or self.running.poll() is not None

    def take(self, job: Job, answer: Answer) -> None:
        """Hand the job over; `answer` gets what comes back, or Died."""
        loop, self.answer = answer.get_loop(), answer
        self.overdue = loop.call_later(PATIENCE, self._give_up)
        loop.add_reader(self.channel.fileno(), self._read)
        try:
            self._whole_messages()
            self.channel.send(job)
        except OSError:
            self._settle(Died())

    def _read(self) -> None:
        try:
            self._whole_messages()
            said = self.channel.recv()
        except (EOFError, OSError):
            said = Died()
        if said != READY:
            self._settle(said)

    def _whole_messages(self) -> None:
        """Wait for the rest of a message that has begun: uvloop makes what it watches refuse to wait."""
        os.set_blocking(self.channel.fileno(), True)

    def _give_up(self) -> None:
        self._settle(Unprinted(f"not printed within {PATIENCE:.0f} s"))

    def _settle(self, said: Printed | Exception) -> None:
        answer, self.answer = self.answer, None
        assert answer is not None and self.overdue is not None
        self.overdue.cancel()
        answer.get_loop().remove_reader(self.channel.fileno())
        if isinstance(said, Exception):
            self.end()
            log.warning("printing process %d ended with %d: %s", self.pid, self.running.returncode, repr(said))
        if not answer.done():
            answer.set_exception(said) if isinstance(said, Exception) else answer.set_result(said)
        self.freed()

    def end(self) -> None:
        """Close the socket and see the process out. A job in hand is lost."""
        self.channel.close()
        self.running.kill()
        self.running.wait()


class Pool:
    """At most `size` printing processes, each started when it is first needed, or all by `start`."""

    def __init__(self, templates: Path, font_set: Path, size: int) -> None:
        self.templates, self.font_set, self.size = templates, font_set, size
        self.processes: list[Process] = []
        self.waiting: deque[tuple[Job, Answer]] = deque()

    def start(self) -> None:
        """Start every process now, so that the first paper finds them warm. Does not wait for them."""
        while len(self.processes) < self.size:
            self._add()

    def stop(self) -> None:
        """End every process; jobs in hand are lost."""
        while self.processes:
            self.processes.pop().end()

    async def run(self, job: Job) -> Printed:
        """Have one of the processes print it. Raises Unprinted when none can."""
        for _ in range(TRIES):
            answer: Answer = asyncio.get_running_loop().create_future()
            self._line_up(job, answer)
            self._hand_out()
            try:
                return await answer
            except Died:
                continue
        raise Unprinted(f"{job.template} ended its printing process {TRIES} times")

    def _line_up(self, job: Job, answer: Answer) -> None:
        """At the end of the line, but before everything that can wait."""
        place = len(self.waiting)
        if not job.later:
            place = next((n for n, (other, _) in enumerate(self.waiting) if other.later), place)
        self.waiting.insert(place, (job, answer))

    def _add(self) -> Process:
        process = Process(self.templates, self.font_set, self._hand_out)
        self.processes.append(process)
        return process

    def _hand_out(self) -> None:
        """Give waiting jobs to free processes; a job whose asker has gone is dropped."""
        for gone in [p for p in self.processes if p.lost]:
            self.processes.remove(gone)
            gone.end()
        while self.waiting:
            job, answer = self.waiting[0]
            if answer.done() or answer.get_loop().is_closed():
                self.waiting.popleft()
                continue
            process = self._free()
            if process is None:
                return
            # Out of the line before it is handed over: a process found dead calls back at once.
            self.waiting.popleft()
            process.take(job, answer)

    def _free(self) -> Process | None:
        idle = next((p for p in self.processes if p.answer is None), None)
        return idle or (self._add() if len(self.processes) < self.size else None)
