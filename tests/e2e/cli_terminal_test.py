"""Ctrl-C, and what a terminal sees that a file does not."""

import json
import os
import pty
import signal
import subprocess
import time
import unittest

from cli import PROGRAM, ProgramTest, environment

LONG = ["fit", "digits", "--epochs", "100000", "--max-lr", "0.01", "--out", "run"]


class Interrupt(ProgramTest):
    def test_the_first_one_saves_and_says_how_to_go_on(self):
        process = self.started(*LONG, "--json")
        self.wait_for_epochs(process, 2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        self.assertIn("to go on: onecycle resume run", err)
        result = json.loads(out)
        self.assertEqual(result["end"], "interrupted")
        self.assertGreaterEqual(result["epochs"], 2)
        names = sorted(p.name for p in (self.folder / "run").iterdir())
        for name in ("config.toml", "iterations.csv", "epochs.csv", "last.safetensors", "best.safetensors", "report.html"):
            self.assertIn(name, names)
        rows = (self.folder / "run/iterations.csv").read_text().splitlines()
        self.assertEqual(len(rows) - 1, result["iterations"])

    def test_while_looking_for_a_rate_nothing_is_written(self):
        process = self.started("find", "digits", "--iterations", "1000000", "--end-lr", "1e-6", "--out", "found")
        self.wait_until(lambda: (self.folder / "found").exists())
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (130, ""), err)
        self.assertIn("nothing was written", err)
        self.assertEqual(self.files(), [])


class Output(ProgramTest):
    def in_terminal(self, *arguments, **extra):
        """What a terminal of 100 columns gets on standard error."""
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [PROGRAM, *arguments], cwd=self.folder, env=environment(COLUMNS="100", **extra), stdout=subprocess.PIPE, stderr=slave
        )
        os.close(slave)
        seen = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            seen += piece
        process.communicate(timeout=60)
        os.close(master)
        self.assertEqual(process.returncode, 0, seen)
        return seen.decode()

    def test_a_terminal_gets_a_live_line_and_a_line_an_epoch(self):
        # Long enough for several live lines: the pace stands in all but the first.
        seen = self.in_terminal("fit", "digits", "--epochs", "400", "--max-lr", "0.01")
        self.assertIn("\r\x1b[K", seen)
        self.assertRegex(seen, r"epoch +\d+/400 ")
        self.assertRegex(seen, r"it/s")
        self.assertRegex(seen, r"(?m)^(.*\x1b\[K)? *400 +\d\.\d+ +\d\.\d+ +\d\.\d+")

    def test_no_color_takes_colours_away(self):
        arguments = ["fit", "digits", "--epochs", "2", "--max-lr", "0.01"]
        self.assertIn("\x1b[1m", self.in_terminal(*arguments))
        plain = self.in_terminal(*arguments, NO_COLOR="1")
        self.assertNotIn("\x1b[1m", plain)
        self.assertNotIn("\x1b[3", plain)

    def test_a_file_gets_plain_lines(self):
        done = self.onecycle("fit", "digits", "--epochs", "3", "--max-lr", "0.01")
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertNotIn("\r", done.stdout + done.stderr)
        lines = done.stderr.splitlines()
        self.assertEqual(lines[0].split(), ["epoch", "train", "loss", "valid", "loss", "accuracy", "time"])
        self.assertEqual([line.split()[0] for line in lines[1:]], ["1", "2", "3"])


if __name__ == "__main__":
    unittest.main()
