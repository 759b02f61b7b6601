"""`compare`: several policies and seeds, the table that its run folders give, and going on after an end."""

import csv
import json
import signal
import statistics
import unittest

from cli import ProgramTest, table

FLAGS = ["--epochs", 3, "--max-lr", 0.1, "--hidden", 32]


class Compare(ProgramTest):
    def rows(self, path):
        with open(self.folder / path, newline="") as file:
            return list(csv.DictReader(file))

    def timeless(self, folder):
        return [{k: v for k, v in row.items() if "seconds" not in k} for row in self.rows(f"{folder}/comparison.csv")]

    def highest_rate(self, folder, name):
        found = (self.folder / folder).glob(f"{name}-seed-*/iterations.csv")
        return max(float(row["lr.head"]) for path in found for row in self.rows(path.relative_to(self.folder)))

    def recomputed(self, folder, policies, seeds, target):
        """Of each policy, from the run folders alone: median, lowest, highest of what is compared."""
        found = []
        for name in policies:
            ends, losses, reached = [], [], []
            for seed in range(seeds):
                epochs = self.rows(f"{folder}/{name}-seed-{seed}/epochs.csv")
                ends.append(float(epochs[-1]["accuracy"]))
                losses.append(float(epochs[-1]["valid_loss"]))
                hits = [int(e["iterations"]) for e in epochs if float(e["accuracy"]) >= target]
                reached.append(hits[0] if hits else float("inf"))
            found.append([(statistics.median(x), min(x), max(x)) for x in (ends, losses, reached)])
        return found

    def test_the_table_is_what_the_run_folders_give(self):
        policies = ["one_cycle", "cosine", "step"]
        said = self.json("compare", "digits", "--policies", ",".join(policies), "--out", "c", *FLAGS)
        expected = self.recomputed("c", policies, 3, said["target"])
        for name, entry, (ends, losses, reached) in zip(policies, said["policies"], expected):
            self.assertEqual(entry["policy"], name)
            self.assertEqual((entry["runs"], entry["diverged"]), (3, 0))
            self.assertEqual(entry["highest_lr"], self.highest_rate("c", name))
            for got, wanted in [(entry["metrics"]["accuracy"], ends), (entry["loss"], losses),
                                (entry["iterations_to_target"], reached)]:  # fmt: skip
                numbers = [float("inf") if got[k] is None else got[k] for k in ("median", "low", "high")]
                self.assertEqual(numbers, list(wanted), name)
        best = max(range(3), key=lambda i: (expected[i][0][0], -expected[i][1][0]))  # equals: by loss
        self.assertEqual(said["winner"], policies[best])
        self.assertEqual(said["target"], min(ends[0] for ends, _, _ in expected))
        for i, entry in enumerate(said["policies"]):
            overlaps = expected[i][0][2] >= expected[best][0][1]
            standing = "winner" if i == best else "level" if overlaps else "behind"
            self.assertEqual(entry["standing"], standing)
        self.assertEqual(json.loads((self.folder / "c/comparison.json").read_text()), said)

    def test_budgets_and_splits_are_equal_and_only_policy_and_seed_differ(self):
        self.onecycle("compare", "digits", "--policies", "constant,wsd", "--seeds", 2, "--out", "c", *FLAGS)
        rows = self.rows("c/comparison.csv")
        self.assertEqual(len(rows), 4)
        self.assertEqual({(row["epochs"], row["iterations"]) for row in rows}, {("3", "69")})
        runs = sorted(str(path) for path in (self.folder / "c").glob("*-seed-*"))
        differing = {row["setting"] for row in self.json("report", *runs)["differences"]}
        self.assertEqual(differing, {"policy", "seed"})

    def test_words_and_page_name_the_winner(self):
        done = self.onecycle("compare", "digits", "--policies", "one_cycle, sgdr(cycles=2, cycle_mult=1)",
                             "--seeds", 2, *FLAGS)  # fmt: skip
        self.assertIn("1 of 4: one_cycle, seed 0, rate 0.1: loss ", done.stderr)
        self.assertRegex(done.stdout, r"(?m)^policy +highest rate +last loss +last accuracy +iterations to accuracy >= ")
        self.assertRegex(done.stdout, r"Best median of accuracy at the end: (one_cycle|sgdr)")
        self.assertIn("Report: runs/digits-mlp-compare-001/comparison.html", done.stdout)
        page = (self.folder / "runs/digits-mlp-compare-001/comparison.html").read_text()
        self.assertIn("sgdr(cycles=2, cycle_mult=1)", page)
        self.assertIn('"low":[', page)

    def test_interrupted_it_resumes(self):
        arguments = ["compare", "digits", "--policies", "one_cycle,cosine", "--seeds", 2, "--epochs", 40, "--max-lr", 0.1]
        self.onecycle(*arguments, "--out", "whole", "--quiet")
        for signal_, code in [(signal.SIGINT, 130), (signal.SIGKILL, -9)]:
            with self.subTest(signal=signal_):
                out = f"cut-{signal_}"
                process = self.started(*arguments, "--out", out)
                self.assertIn("1 of 4", process.stderr.readline())
                process.send_signal(signal_)
                rest = process.communicate(timeout=60)[1]
                self.assertEqual(process.returncode, code)
                if code == 130:
                    self.assertIn(f"to go on: onecycle resume {out}", rest)
                self.assertFalse((self.folder / out / "comparison.csv").exists())
                done = self.onecycle("resume", out)
                self.assertNotIn("1 of 4", done.stderr)
                self.assertIn("4 of 4", done.stderr)
                self.assertEqual(self.timeless(out), self.timeless("whole"))
        again = self.onecycle("resume", "whole")
        self.assertEqual(again.stderr, "")
        self.assertIn("Best median", again.stdout)

    def test_a_found_rate_holds_for_all_seeds_of_a_policy(self):
        self.onecycle("compare", "digits", "--policies", "one_cycle,constant", "--seeds", 2, "--epochs", 4, "--out", "c",
                      "--quiet")  # fmt: skip
        rates = {}
        for row in self.rows("c/comparison.csv"):
            rates.setdefault(row["policy"], set()).add(row["highest_lr"])
        self.assertEqual([len(each) for each in rates.values()], [1, 1])

    def test_divergence_is_part_of_the_result(self):
        self.write("t.csv", table(f"{i % 7},{i % 5},{float(i % 7 * 2 - i % 5)}" for i in range(200)))
        said = self.json("compare", "t.csv", "--task", "regression", "--policies", "constant,constant(factor=1e-12)",
                         "--seeds", 2, "--epochs", 3, "--max-lr", "1e9", "--out", "c")  # fmt: skip
        wild, tame = said["policies"]
        self.assertEqual((wild["diverged"], tame["diverged"]), (2, 0))
        self.assertEqual(said["winner"], "constant(factor=1e-12)")
        self.assertEqual((said["metric"], wild["standing"]), ("loss", "behind"))
        self.assertIsNone(wild["loss"]["median"])

    def test_other_data_is_refused_on_resume(self):
        def data(factor):
            return table(f"{i % 7},{i % 5},{float(factor * (i % 7) - i % 5)}" for i in range(200))

        self.write("t.csv", data(2))
        self.onecycle("compare", "t.csv", "--task", "regression", "--policies", "constant,cosine", "--seeds", 1,
                      "--epochs", 2, "--max-lr", "0.01", "--out", "c")  # fmt: skip
        self.write("t.csv", data(3))
        done = self.onecycle("resume", "c", code=3)
        self.assertIn("c/constant-seed-0: expected a run on the data of", done.stderr)

    def test_refusals(self):
        self.refused(2, "unknown policy 'onecycle'; did you mean 'one_cycle'?", "compare", "digits", "--policies",
                     "onecycle,cosine")  # fmt: skip
        self.refused(2, "--policies: expected each policy once, got 'cosine()' twice", "compare", "digits", "--policies",
                     "cosine,cosine()")  # fmt: skip
        self.refused(2, "--metric: unknown metric 'acuracy'; did you mean 'accuracy'?", "compare", "digits", "--metric",
                     "acuracy")  # fmt: skip
        self.refused(2, "--seeds: expected an integer >= 1, got '0'", "compare", "digits", "--seeds", "0")
        self.refused(3, "nosuch.csv", "compare", "nosuch.csv")
        (self.folder / "taken").mkdir()
        self.refused(2, "taken: expected a folder that does not exist yet", "compare", "digits", "--out", "taken")

    def test_force_replaces_a_comparison_and_leaves_other_files(self):
        self.onecycle("compare", "digits", "--policies", "cosine,linear", "--seeds", 1, "--out", "c", "--quiet", *FLAGS)
        self.write("c/notes.txt", "mine")
        self.onecycle("compare", "digits", "--policies", "wsd", "--seeds", 1, "--out", "c", "--quiet", "--force", *FLAGS)
        self.assertEqual((self.folder / "c/notes.txt").read_text(), "mine")
        self.assertEqual([row["policy"] for row in self.rows("c/comparison.csv")], ["wsd"])
        self.assertEqual([path.name for path in (self.folder / "c").glob("*-seed-*")], ["wsd-seed-0"])


if __name__ == "__main__":
    unittest.main()
