"""Runs the program for the tests: each in a folder of its own."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["ONECYCLE"]
DATA = pathlib.Path(__file__).resolve().parent.parent / "data"


def environment(**extra):
    """Ours without what would change the output."""
    kept = {k: v for k, v in os.environ.items()
            if k not in ("NO_COLOR", "COLUMNS", "LINES") and not k.lower().endswith("_proxy")}  # fmt: skip
    return {**kept, "LC_ALL": "C.UTF-8", "TERM": "xterm", **extra}


class ProgramTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def onecycle(self, *arguments, code=0):
        """Runs it; what it printed, after the exit code was checked."""
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)],
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def started(self, *arguments):
        """It runs on, to be sent a signal; `communicate` waits for it."""
        return subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until(self, condition):
        deadline = time.monotonic() + 60
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.01)

    def wait_for_epochs(self, process, count):
        """Of a fit that is not quiet: until it has told of so many."""
        for _ in range(count + 1):  # with the header
            self.assertTrue(process.stderr.readline())

    def json(self, *arguments):
        """The one object on standard output."""
        return json.loads(self.onecycle(*arguments, "--json").stdout)

    def refused(self, code, message, *arguments):
        """One line on standard error that says `message`, nothing else, and nothing left behind."""
        before = self.files()
        done = self.onecycle(*arguments, code=code)
        self.assertEqual(done.stdout, "")
        self.assertIn(message, done.stderr)
        self.assertRegex(done.stderr, r"\Aonecycle( [a-z]+){0,2}: error: [^\n]+\n\Z")
        self.assertEqual(self.files(), before)

    def files(self):
        return sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob("*"))

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name


def table(rows, header="a,b,target"):
    return header + "\n" + "".join(f"{row}\n" for row in rows)
