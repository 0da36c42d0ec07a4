"""A printing process: reads jobs from its socket, answers each with a PDF, ends when the other side is gone.

Started by `pool` as a fresh interpreter. It is not forked from a warm one: Pango asks fontconfig in a thread of its
own, which would be missing in the child of a process that has already laid out a page.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from lianban.outside.printing.jobs import READY, Job, MissingGlyph, Printed
from lianban.outside.printing.layers import Layers
from lianban.outside.printing.press import Press


def serve(channel: Connection, templates: Path, font_set: Path) -> None:
    """Print until the channel closes."""
    press = Press(templates, font_set)
    layers = Layers(press)
    # A first sheet loads the fonts; what stands then stays for good and need not be looked at by the collector again.
    press.write("<title>·</title><p>联办", press.css("p { font-family: serif }"))
    gc.collect()
    gc.freeze()
    channel.send(READY)
    while True:
        try:
            job: Job = channel.recv()
        except EOFError:
            return
        try:
            pdf = layers.fast(job.template, job.data) if job.fast else press.whole(job.template, job.data, job.variant)
            channel.send(Printed(pdf=pdf))
        except MissingGlyph as refused:
            channel.send(Printed(missing=refused.characters))
        except Exception:
            channel.send(Printed(fault=traceback.format_exc()))


def main() -> None:
    """The process: `python -m lianban.outside.printing.worker FD TEMPLATES FONT_SET`."""
    # Ctrl-C reaches the whole group; the web server decides when printing ends, by closing the socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    descriptor, templates, font_set = sys.argv[1:4]
    try:
        with Connection(int(descriptor)) as channel:
            serve(channel, Path(templates), Path(font_set))
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)


if __name__ == "__main__":
    main()
