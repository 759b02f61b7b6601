"""A newcomer's first quarter of an hour, at a terminal: every command is one that the program has named."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time
import unittest

from cli import PROGRAM, ProgramTest, environment

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A window of 100 columns in which the program runs, and what it shows."""

    def __init__(self, folder, arguments):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.process = subprocess.Popen([PROGRAM, *arguments], cwd=folder, env=environment(), stdin=slave, stdout=slave,
                                        stderr=slave, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))  # fmt: skip
        os.close(slave)
        self.seen = ""

    def read(self):
        """False if the window is closed."""
        try:
            piece = os.read(self.master, 65536)
        except OSError:
            return False
        self.seen += piece.decode("utf-8", "replace")
        return bool(piece)

    def until(self, pattern):
        """Looks at lines without control characters: a live line may have stood where one begins."""
        deadline = time.monotonic() + 60

        def there():
            return re.search(pattern, CONTROL.sub("", self.seen[:10_000]).replace("\r", "\n"), re.MULTILINE)

        while not there() and time.monotonic() < deadline and self.read():
            pass
        assert there(), f"expected {pattern!r} on the screen, got at last:\n{self.seen[-500:]}"

    def press_control_c(self):
        os.write(self.master, b"\x03")

    def end(self):
        """What was shown, without control characters, and the exit code."""
        while self.read():
            pass
        os.close(self.master)
        return CONTROL.sub("", self.seen).replace("\r\n", "\n"), self.process.wait(timeout=60)


class Newcomer(ProgramTest):
    def run_here(self, *arguments, code=0):
        text, got = Terminal(self.folder, arguments).end()
        self.assertEqual(got, code, text)
        return text

    def commands_in(self, text):
        """The commands that a text tells people to give."""
        return re.findall(r"onecycle ((?:find|fit|explain|resume|report|compare)\b[^\n;,:]*?)(?:  |;|:|,|\n|$)", text)

    def test_the_path(self):
        # "What is this?"
        overview = self.run_here()
        named = self.commands_in(overview)
        for command in ("find digits", "explain fit digits", "fit digits", "compare digits"):
            self.assertIn(command, named)

        # "Which learning rate?" Iterations, batches and epochs are told apart, and what is plotted.
        found = self.run_here("find", "digits")
        self.assertIn("Loss against learning rate", found)
        self.assertRegex(found, r"\d+ rates from 1e-07 to [\d.]+, one iteration each \(\d+ batches, [\d.]+ epochs\)")
        self.assertRegex(found, r"(?m)^valley +[\d.e-]+")
        self.assertIn("The model is as it was", found)
        self.assertLessEqual(max(len(line) for line in found.split("\n")), 100)
        self.assertEqual(self.files(), [])

        # "What would a training do?"
        plan = self.run_here("explain", "fit", "digits")
        self.assertIn("30 epochs, 690 iterations (weight updates; 23 an epoch, each of 1 batch)", plan)
        self.assertIn("time: about ", plan)
        self.assertEqual(self.files(), [])

        # "Train. No, stop!"
        window = Terminal(self.folder, ["fit", "digits", "--epochs", "100000", "--max-lr", "0.01"])
        window.until("epoch")
        window.until(r"^ +3 +\d")
        window.press_control_c()
        text, code = window.end()
        self.assertEqual(code, 130, text)
        (resume,) = [command for command in self.commands_in(text) if command.startswith("resume")]
        self.assertEqual(resume, "resume runs/digits-mlp-001")

        # "Go on. No, that takes too long."
        window = Terminal(self.folder, resume.split())
        window.until("epoch")
        time.sleep(0.5)
        window.press_control_c()
        text, code = window.end()
        self.assertEqual(code, 130, text)
        self.assertIn("Report: runs/digits-mlp-001/report.html", text)

        # "A shorter one, then." It says how it went, which weights to take and where the report is.
        text = self.run_here("fit", "digits")
        self.assertIn("30 epochs, 690 iterations (weight updates, one batch each)", text)
        self.assertRegex(text, r"Weights: runs/digits-mlp-002/\w+\.safetensors \(.+\)")
        self.assertTrue((self.folder / "runs/digits-mlp-002/report.html").is_file())

        # "Side by side?"
        text = self.run_here("report", "digits-mlp-001", "digits-mlp-002")
        self.assertRegex(text, r"(?m)^epochs +100000 +30")
        self.assertTrue((self.folder / "comparison.html").is_file())

        # "Was 1cycle the right choice?"
        text = self.run_here("compare", "digits", "--policies", "one_cycle,constant", "--seeds", "2", "--epochs", "10")
        self.assertRegex(text, r"Best median of accuracy at the end: (one_cycle|constant)\.")
        self.assertTrue((self.folder / "runs/digits-mlp-compare-001/comparison.html").is_file())


if __name__ == "__main__":
    unittest.main()
