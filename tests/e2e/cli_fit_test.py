"""`find` and `fit` on real data: what they print, what they leave behind, and that it repeats."""

import csv
import json
import math
import struct
import unittest

from cli import DATA, ProgramTest

FAST = ["--epochs", "3", "--max-lr", "0.1", "--quiet"]


def tensors(path):
    """Names and shapes in a safetensors file, and its texts."""
    raw = path.read_bytes()
    header = json.loads(raw[8 : 8 + struct.unpack("<Q", raw[:8])[0]])
    texts = header.pop("__metadata__")
    return {name: entry["shape"] for name, entry in header.items()}, texts


class Find(ProgramTest):
    def test_it_leaves_the_model_as_it_was(self):
        out = self.json("find", "digits")
        self.assertEqual(out["state_sha256"]["before"], out["state_sha256"]["after"])
        self.assertRegex(out["state_sha256"]["after"], r"\A[0-9a-f]{64}\Z")
        curve = out["curve"]
        self.assertEqual({len(curve[key]) for key in ("lr", "loss", "smoothed")}, {out["iterations"]})
        self.assertAlmostEqual(curve["lr"][0], 1e-7)
        self.assertTrue(1 <= out["iterations"] <= 100 and out["batches"] >= out["iterations"])
        self.assertAlmostEqual(out["epochs"], out["batches"] / math.ceil(1437 / 64), places=1)
        self.assertTrue(out["stopped"])
        for rule in ("valley", "slide", "steep", "minimum"):
            self.assertTrue(1e-7 < out["suggestions"][rule] < 10, rule)
        self.assertEqual(self.files(), [])

    def test_the_sweep_can_be_chosen(self):
        out = self.json("find", "digits", "--iterations", 20, "--start-lr", "1e-4", "--end-lr", "1e-2", "--rule", "slide")
        self.assertEqual(out["iterations"], 20)
        self.assertEqual(list(out["suggestions"]), ["slide"])
        self.assertTrue(1e-4 <= out["curve"]["lr"][0] and out["curve"]["lr"][-1] <= 1e-2)

    def test_it_draws_and_says_what_it_did(self):
        text = self.onecycle("find", "digits").stdout
        for expected in ("valley", "one iteration each", "epochs", "It ended because", "before and after"):
            self.assertIn(expected, text)
        self.assertNotIn("\x1b", text)
        quiet = self.onecycle("find", "digits", "--quiet")
        self.assertEqual(quiet.stderr, "")
        self.assertLess(len(quiet.stdout), len(text) / 2)

    def test_it_saves_a_curve_that_suggest_reads(self):
        out = self.json("find", "digits", "--out", "found", "--plot", "found.svg")
        self.assertIn("<svg", (self.folder / "found.svg").read_text())
        again = self.json("suggest", "found/find.csv")
        # The sweep ends early: suggest must cut what find cut, a part of the whole sweep.
        self.assertLess(out["iterations"], 100)
        self.assertEqual({rule: again[rule] for rule in out["suggestions"]}, out["suggestions"])
        self.assertEqual(self.json("find", "--config", "found/config.toml")["curve"], out["curve"])


class Fit(ProgramTest):
    def test_the_run_folder_is_complete(self):
        out = self.json("fit", "digits", "--epochs", "4")
        run = self.folder / out["run"]
        self.assertEqual(out["run"], "runs/digits-mlp-001")
        self.assertEqual(
            sorted(p.name for p in run.iterdir()),
            ["best.safetensors", "config.toml", "epochs.csv", "find.csv", "iterations.csv", "last.safetensors", "model.safetensors", "report.html", "run.json"],
        )
        self.assertEqual((out["epochs"], out["iterations"]), (4, 4 * 23))
        with open(run / "iterations.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), out["iterations"])
        peak = max(float(row["lr.head"]) for row in rows)
        self.assertAlmostEqual(peak / out["max_lr"], 1.0, places=9)
        with open(run / "epochs.csv", newline="") as file:
            epochs = list(csv.DictReader(file))
        self.assertAlmostEqual(float(epochs[-1]["valid_loss"]), out["valid"]["loss"], places=6)
        self.assertEqual(min(float(epoch["valid_loss"]) for epoch in epochs), out["best"]["loss"])
        self.assertGreater(out["valid"]["accuracy"], 0.9)
        self.assertGreater(out["train"]["accuracy"], 0.9)
        self.assertTrue(out["seconds"] > 0)
        self.assertIn("<canvas", (run / "report.html").read_text().lower())

    def test_weights_come_with_what_predicting_needs(self):
        out = self.json("fit", DATA / "breast_cancer.csv", *FAST, "--out", "run", "--hidden", "8")
        for name in ("last.safetensors", "best.safetensors"):
            shapes, texts = tensors(self.folder / out["run"] / name)
            self.assertIn([8, 30], shapes.values())
            self.assertIn("standardize.inputs.mean", shapes)
            self.assertEqual(texts["model.hidden"], "8")
            self.assertEqual(texts["task.kind"], "classification")
            self.assertEqual(len(json.loads(texts["task.classes"])), 2)
            self.assertEqual(len(json.loads(texts["task.features"])), 30)

    def test_a_regression_reports_its_errors_in_the_targets_unit(self):
        out = self.json("fit", DATA / "diabetes.csv", "--epochs", "20", "--max-lr", "0.01")
        self.assertEqual(list(out["valid"]), ["loss", "mse", "mae"])
        self.assertTrue(20 < out["valid"]["mae"] < 77)

    def test_a_part_of_a_table_is_read_as_the_whole_was(self):
        rows = [f"{i},{'red' if i % 2 else 'blue'},{'a' if i % 2 else 'b'}" for i in range(40)]
        write = lambda name, some: (self.folder / name).write_text("\n".join(["size,colour,kind", *some]) + "\n")
        write("all.csv", rows)
        write("part.csv", rows[1:9:2])
        write("new.csv", ["1,green,a"])
        write("other.csv", ["1,red,c"])
        self.onecycle("fit", "all.csv", "--epochs", "20", "--max-lr", "0.1", "--out", "run")
        measured = self.json("validate", "run", "part.csv")
        self.assertEqual((measured["examples"], measured["accuracy"]), (4, 1.0))
        self.assertEqual(measured["confusion"], [4, 0, 0, 0])
        self.refused(3, "new.csv:2: column 'colour': expected a category that the model was trained on", "validate", "run", "new.csv")
        self.refused(3, "other.csv:2: column 'kind': expected a class that the model knows, got 'c'", "validate", "run", "other.csv")

    def test_rates_from_the_first_layers_to_the_last(self):
        out = self.json("fit", "digits", "--epochs", "1", "--max-lr", "0.01:0.1", "--hidden", "16,16")
        for got, rate in zip(out["group_lr"], [0.01, math.sqrt(0.001), 0.1], strict=True):
            self.assertAlmostEqual(got, rate)
        self.assertEqual(out["max_lr"], 0.1)

    def test_without_validation(self):
        out = self.json("fit", "digits", *FAST, "--valid", "0")
        self.assertIsNone(out["valid"])
        self.assertEqual(out["best"]["loss"], min(float(e) for e in self.column(out, "epochs.csv", "train_loss")))

    def column(self, out, name, column):
        with open(self.folder / out["run"] / name, newline="") as file:
            return [row[column] for row in csv.DictReader(file)]

    def test_the_lenet_and_every_optimizer(self):
        for more in (["--model", "lenet"], ["--optimizer", "adam"], ["--optimizer", "adamw", "--max-lr", "0.01"]):
            with self.subTest(more=more):
                out = self.json("fit", "digits", "--epochs", "2", "--max-lr", "0.02", *more)
                self.assertGreater(out["valid"]["accuracy"], 0.8)

    def test_text_ends_with_the_report(self):
        done = self.onecycle("fit", "digits", *FAST, "--out", "run")
        self.assertEqual(done.stdout.splitlines()[-1], "Report: run/report.html")
        self.assertEqual(done.stderr, "")

    def test_a_run_is_replaced_by_force(self):
        first = self.json("fit", "digits", "--epochs", "1", "--out", "run")
        self.assertIn("run/find.csv", self.files())
        self.write("run/notes.txt", "mine")
        second = self.json("fit", "digits", "--epochs", "1", "--max-lr", "0.01", "--out", "run", "--force")
        self.assertNotEqual(first["weights_sha256"], second["weights_sha256"])
        self.assertNotIn("run/find.csv", self.files())
        self.assertEqual((self.folder / "run/notes.txt").read_text(), "mine")

    def test_a_loss_that_is_not_finite_ends_the_run(self):
        done = self.onecycle("fit", DATA / "diabetes.csv", "--epochs", "30", "--max-lr", "1e6", "--out", "run", "--json", code=5)
        self.assertRegex(done.stderr, r"onecycle fit: error: the loss is -?(nan|inf) at iteration \d+")
        out = json.loads(done.stdout)
        self.assertEqual(out["end"], "diverged")
        self.assertIn("run/iterations.csv", self.files())
        self.assertIn("run/report.html", self.files())


class Repeats(ProgramTest):
    def test_a_seed_gives_the_same_bits(self):
        one, same, other = (self.json("fit", "digits", *FAST, "--seed", seed) for seed in (1, 1, 2))
        self.assertEqual(one["weights_sha256"], same["weights_sha256"])
        self.assertNotEqual(one["weights_sha256"], other["weights_sha256"])

    def test_looking_for_a_rate_changes_nothing(self):
        found = self.json("fit", "digits", "--epochs", "5")
        given = self.json("fit", "digits", "--epochs", "5", "--max-lr", repr(found["max_lr"]))
        self.assertEqual(found["weights_sha256"], given["weights_sha256"])

    def test_the_configuration_repeats_the_run(self):
        self.write("in.toml", 'epochs = 3\nhidden = [16, 8]  # two layers\noptimizer = "adamw"\nseed = 7\n')
        data = self.folder / "a #1, b.csv"
        data.write_bytes((DATA / "breast_cancer.csv").read_bytes())
        first = self.json("fit", data.name, "--config", "in.toml", "--epochs", "2")
        self.assertEqual(first["epochs"], 2)
        config = first["run"] + "/config.toml"
        again = self.json("fit", "--config", config)
        self.assertEqual(first["weights_sha256"], again["weights_sha256"])
        self.assertNotEqual(first["run"], again["run"])
        self.assertEqual((self.folder / config).read_text(), (self.folder / again["run"] / "config.toml").read_text())
        changed = self.json("fit", "--config", config, "--seed", "8")
        self.assertNotEqual(first["weights_sha256"], changed["weights_sha256"])

    def test_configurations_are_checked(self):
        for text, message in [
            ("epochs = 3\nepoch = 4\n", "c.toml:2: unknown key 'epoch'; did you mean 'epochs'?"),
            ("epochs = 0\n", "c.toml:1: epochs: expected an integer >= 1, got '0'"),
            ("\nepochs 3\n", "c.toml:2: expected '=' after 'epochs'"),
            ("epochs = three\n", "c.toml:1: expected a number, true, false or a string in quotes"),
            ('policy = "one_cycle\n', "c.toml:1: a string is not closed"),
            ("[fit]\nepochs = 3\n", "c.toml:1: tables are not used here"),
            ("seed = 1\nseed = 2\n", "c.toml:2: 'seed' is set already on line 1"),
            ('max_lr = "0"\n', "--max-lr: expected"),
        ]:
            with self.subTest(text=text):
                self.write("c.toml", text)
                self.refused(2, message, "fit", "digits", "--config", "c.toml")
        self.refused(3, "none.toml", "fit", "digits", "--config", "none.toml")


if __name__ == "__main__":
    unittest.main()
