"""A run that is killed and resumed ends with the bits of one that was not."""

import csv
import json
import os
import random
import resource
import signal
import subprocess
import time
import unittest

from cli import DATA, PROGRAM, ProgramTest, environment

# Long enough that 20 moments lie apart; each iteration is short.
BASE = ["fit", "digits", "--max-lr", "0.05", "--threads", "1", "--quiet", "--log", "jsonl"]
CASES = {
    "accumulation": ["--epochs", "60", "--accumulate", "3", "--clip-norm", "1", "--checkpoint-every", "7"],
    "swa_and_ema": ["--epochs", "60", "--keep", "best,swa,ema", "--optimizer", "adamw", "--max-lr", "0.003", "--checkpoint-every", "11"],
    "cyclical_with_snapshots": ["--epochs", "60", "--policy", "cyclical(step_up=40)", "--keep", "lows,ensemble", "--checkpoint-every", "epoch"],
    "frozen_then_thawed": ["--epochs", "60", "--hidden", "64,32", "--freeze-to", "-1", "--unfreeze-at", "10,30", "--keep", "best,ema", "--checkpoint-every", "9"],
    "fine_tuned": ["--epochs", "40", "--fine-tune", "15", "--keep", "best,swa", "--checkpoint-every", "epoch"],
    "convolutions": ["--epochs", "3", "--model", "lenet", "--optimizer", "adam", "--max-lr", "0.003", "--keep", "ema", "--checkpoint-every", "5"],
}
KILLS = 20


def without_seconds(path):
    with open(path, newline="") as file:
        return [{k: v for k, v in row.items() if "seconds" not in k} for row in csv.DictReader(file)]


class Killed(ProgramTest):
    def whole(self, arguments):
        started = time.monotonic()
        out = json.loads(self.onecycle(*BASE, *arguments, "--out", "whole", "--json").stdout)
        return out, time.monotonic() - started

    def kill_and_resume(self, arguments, longest, chance):
        """Kills it KILLS times at random moments, then lets it end; how often it was hit."""
        subprocess.run(["rm", "-rf", self.folder / "killed"], check=True)
        command = [*BASE, *arguments, "--out", "killed"]
        for hits in range(KILLS):
            process = self.started(*command)
            try:
                _, error = process.communicate(timeout=chance.uniform(0.1, longest))
                self.assertEqual(process.returncode, 0, error)
                return hits
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
            if (self.folder / "killed/run.json").exists():
                return hits + 1  # it had just ended
            if (self.folder / "killed/config.toml").exists():
                command = ["resume", "killed", "--quiet"]
            else:
                command = [*BASE, *arguments, "--out", "killed", "--force"]
        self.onecycle(*command)
        return KILLS

    def described(self, folder):
        run = json.loads((self.folder / folder / "run.json").read_text())
        del run["name"]
        return run

    def test_the_same_bits_from_any_moment(self):
        chance = random.Random(20)
        for name, arguments in CASES.items():
            with self.subTest(name):
                subprocess.run(["rm", "-rf", self.folder / "whole"], check=True)
                _, seconds = self.whole(arguments)
                longest, hits = 0.3 + seconds / 4, 0
                while hits < 2:  # a fast machine ends the run before it is killed, now and then
                    self.assertGreater(longest, 0.1, "the run ends before it can be killed twice")
                    hits = self.kill_and_resume(arguments, longest, chance)
                    longest *= 0.8
                a, b = self.folder / "whole", self.folder / "killed"
                self.assertEqual(self.described("killed"), self.described("whole"))
                self.assertEqual((a / "iterations.csv").read_bytes(), (b / "iterations.csv").read_bytes())
                self.assertEqual(without_seconds(a / "epochs.csv"), without_seconds(b / "epochs.csv"))
                files = sorted(p.name for p in a.glob("*.safetensors"))
                self.assertEqual(files, sorted(p.name for p in b.glob("*.safetensors")))
                for file in files:
                    self.assertEqual((a / file).read_bytes(), (b / file).read_bytes(), file)
                losses = [[json.loads(line).get("loss") for line in (each / "log.jsonl").read_text().splitlines()] for each in (a, b)]
                self.assertEqual(*losses)


class Resume(ProgramTest):
    def interrupted(self, *more):
        """A run in `run`, ended by Ctrl-C in the middle; what it said."""
        return self.interrupt(self.started("fit", "digits", "--epochs", "2000", "--max-lr", "0.01", "--out", "run", *more), epochs=40)

    def interrupt(self, process, epochs):
        self.wait_for_epochs(process, epochs)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, error)
        return error

    def resume_for_a_moment(self):
        self.interrupt(self.started("resume", "run"), epochs=2)

    def killed_after_the_first_checkpoint(self, *arguments):
        process = self.started("fit", *arguments, "--out", "run", "--quiet")
        self.wait_until(lambda: list((self.folder / "run/checkpoints").glob("*.safetensors")))
        process.kill()
        process.communicate()

    def iterations(self):
        return len((self.folder / "run/iterations.csv").read_text().splitlines()) - 1

    def test_ctrl_c_leaves_what_resume_goes_on_from(self):
        error = self.interrupted("--time-budget", "1h")
        self.assertIn("to go on: onecycle resume run", error)
        self.assertEqual(len(list((self.folder / "run/checkpoints").iterdir())), 1)
        before = self.iterations()
        config = (self.folder / "run/config.toml").read_text()
        (self.folder / "run/config.toml").write_text(config.replace("epochs = 2000", "epochs = 2001"))
        self.refused(4, "got one of another configuration", "resume", "run")
        (self.folder / "run/config.toml").write_text(config)
        self.resume_for_a_moment()
        self.assertGreater(self.iterations(), before)

    def test_a_damaged_checkpoint_is_refused_and_the_one_before_it_offered(self):
        self.interrupted("--checkpoint-every", "20", "--keep-checkpoints", "3")
        files = sorted((self.folder / "run/checkpoints").iterdir())
        self.assertEqual(len(files), 3)
        newest, before = files[-1], files[-2]
        data = newest.read_bytes()
        offer = f"the one before it: onecycle resume run --checkpoint {before.name}"
        newest.write_bytes(data[: len(data) // 2])
        self.refused(4, offer, "resume", "run")
        altered = bytearray(data)
        altered[-100] ^= 1
        newest.write_bytes(bytes(altered))
        self.refused(4, "the file was altered; " + offer, "resume", "run")
        newest.write_bytes((self.folder / "run/last.safetensors").read_bytes())
        self.refused(4, "got another file of tensors; " + offer, "resume", "run")
        self.refused(4, "none.safetensors", "resume", "run", "--checkpoint", "none.safetensors")

    def test_ctrl_c_with_a_checkpoint_each_epoch_is_no_end(self):
        """The part of the epoch that is cut short must not be what resume finds."""
        self.interrupted("--checkpoint-every", "epoch", "--batch-size", "8")
        before = self.iterations()
        self.resume_for_a_moment()
        self.assertGreater(self.iterations(), before)

    def test_a_kill_after_the_finder_keeps_what_it_found(self):
        self.killed_after_the_first_checkpoint("digits", "--epochs", "200", "--checkpoint-every", "1h")
        self.onecycle("resume", "run", "--quiet")
        self.assertTrue((self.folder / "run/find.csv").exists())
        self.assertIn("learning rate", (self.folder / "run/run.json").read_text())

    def test_weights_that_an_earlier_part_left_go(self):
        """A resume that ends differently would leave files that its table does not name."""
        self.interrupted("--keep", "best,ensemble", "--policy", "cyclical(step_up=10)")
        folder = self.folder / "run"
        left = folder / "ensemble-9.safetensors"
        left.write_bytes((folder / "last.safetensors").read_bytes())
        self.resume_for_a_moment()
        self.assertFalse(left.exists())
        self.assertTrue((folder / "ensemble-5.safetensors").exists())

    def test_an_end_that_cannot_be_written_says_how_to_go_on(self):
        self.killed_after_the_first_checkpoint("digits", "--epochs", "60", "--max-lr", "0.01", "--checkpoint-every", "epoch")
        in_the_way = self.folder / "run/report.html/file"
        in_the_way.parent.mkdir()
        in_the_way.touch()
        done = self.onecycle("resume", "run", "--quiet", code=2)
        self.assertRegex(done.stderr, r"report\.html: .*; once that is mended: onecycle resume run\n\Z")
        in_the_way.unlink()
        in_the_way.parent.rmdir()
        self.onecycle("resume", "run", "--quiet")
        self.assertTrue((self.folder / "run/report.html").is_file())

    def test_data_that_changed_is_refused(self):
        data = self.folder / "data.csv"
        data.write_bytes((DATA / "diabetes.csv").read_bytes())
        self.killed_after_the_first_checkpoint("data.csv", "--epochs", "100000", "--max-lr", "0.01", "--checkpoint-every", "50")
        lines = data.read_text().splitlines()
        data.write_text("\n".join(lines[:-1]) + "\n")
        self.refused(4, "expected the data that the run began with", "resume", "run")

    def test_a_complete_run_is_refused(self):
        self.onecycle("fit", "digits", "--epochs", "2", "--max-lr", "0.01", "--out", "run", "--checkpoint-every", "epoch", "--quiet")
        self.refused(2, "expected a run that was interrupted, got one that is complete", "resume", "run")
        self.refused(2, "expected the folder of a run, got 'nowhere', which is none", "resume", "nowhere")
        (self.folder / "empty").mkdir()
        self.refused(2, "expected the folder of a run, got 'empty', which has no config.toml", "resume", "empty")
        for name in ("config.toml", "comparison.toml"):  # here, but not named
            self.write(name, "")
        self.refused(2, "expected the folder of a run, got ''", "resume")

    def test_the_finder_looks_from_where_a_run_is(self):
        self.interrupted()
        out = self.json("find", "--from", "run")
        self.assertEqual(out["state_sha256"]["before"], out["state_sha256"]["after"])
        self.assertLess(out["curve"]["loss"][0], 1.0, "the run has learnt something by then")
        self.refused(2, "--from: expected no DATA", "find", "digits", "--from", "run")
        self.refused(4, "expected a checkpoint in checkpoints/, got none", *self.without_checkpoints())

    def without_checkpoints(self):
        for file in (self.folder / "run/checkpoints").iterdir():
            file.unlink()
        return "find", "--from", "run"


@unittest.skipIf(os.environ.get("ONECYCLE_SANITIZE") == "thread", "the thread sanitizer itself needs larger files")
class FullDisk(ProgramTest):
    """A limit on the size of files stands for a disk that is full: writing fails in the middle."""

    ARGUMENTS = ["fit", "digits", "--epochs", "6", "--max-lr", "0.01", "--hidden", "256", "--checkpoint-every", "30", "--quiet", "--out", "run"]

    def with_limit(self, limit, *arguments):
        def restrict():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        return subprocess.run(
            [PROGRAM, *arguments], cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=120, check=False, preexec_fn=restrict
        )

    def sizes(self):
        """Of the checkpoints of a run that has room, in order: each is larger than the one before."""
        self.onecycle(*self.ARGUMENTS, "--keep-checkpoints", "99", "--json")
        sizes = [p.stat().st_size for p in sorted((self.folder / "run/checkpoints").iterdir())]
        subprocess.run(["rm", "-rf", self.folder / "run"], check=True)
        self.assertEqual(sizes, sorted(sizes))
        return sizes

    def test_the_run_says_so_and_goes_on_or_stops_as_asked(self):
        sizes = self.sizes()
        # Those at 0, 30 and 60 fit, the next does not. Times are in them, whose digits vary.
        limit = (sizes[2] + sizes[3]) // 2
        stopped = self.with_limit(limit, *self.ARGUMENTS, "--on-checkpoint-failure", "stop")
        self.assertEqual(stopped.returncode, 1, stopped.stderr)
        self.assertIn("no checkpoint was written", stopped.stderr)
        self.assertIn("iteration-0000060.safetensors", stopped.stderr)
        left = sorted(p.name for p in (self.folder / "run/checkpoints").iterdir())
        self.assertEqual(left, ["iteration-0000030.safetensors", "iteration-0000060.safetensors"])
        resumed = json.loads(self.onecycle("resume", "run", "--quiet", "--json").stdout)
        subprocess.run(["rm", "-rf", self.folder / "run"], check=True)
        went_on = self.with_limit(limit, *self.ARGUMENTS, "--json")
        self.assertEqual(went_on.returncode, 0, went_on.stderr)
        self.assertIn("no checkpoint was written", went_on.stderr)
        out = json.loads(went_on.stdout)
        self.assertEqual(out["end"], "completed")
        self.assertEqual(out["weights_sha256"], resumed["weights_sha256"])


if __name__ == "__main__":
    unittest.main()
