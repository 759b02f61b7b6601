"""Flags about groups, gradients, weights and stopping: what they promise is what is recorded."""

import csv
import json
import unittest

from cli import ProgramTest

FIT = ["fit", "digits", "--max-lr", "0.02"]


class Plan(ProgramTest):
    def rows(self, name):
        with open(self.folder / "run" / name, newline="") as file:
            return list(csv.DictReader(file))

    def test_explain_is_what_is_then_recorded(self):
        flags = ["--epochs", "5", "--hidden", "32,16", "--accumulate", "4", "--max-lr", "0.001:0.1", "--freeze-to", "2", "--unfreeze-at", "1,3"]
        flags += ["--weight-decay", "0.01", "--policy", "cyclical(step_up=4)"]
        plan = self.json("fit", "digits", *flags, "--explain")
        self.assertEqual(self.files(), [], "explaining writes nothing")
        self.assertEqual(plan["rates"], "absolute")
        (fit,) = plan["fits"]
        self.json("fit", "digits", *flags, "--out", "run")
        iterations, epochs = self.rows("iterations.csv"), self.rows("epochs.csv")
        self.assertEqual(fit["iterations"], len(iterations))
        self.assertEqual(fit["epochs"], len(epochs))
        for what in ("batches", "examples"):
            self.assertEqual(fit[what], sum(int(row[what]) for row in iterations))
        for g, group in enumerate(fit["groups"]):
            for what in ("lr", "momentum", "weight_decay"):
                self.assertEqual(group[what], [float(row[f"{what}.{group['name']}"]) for row in iterations])
            frozen = [e for first, last in group["frozen"] for e in range(first, last + 1)]
            self.assertEqual(frozen, [e for e, row in enumerate(epochs) if g < int(row["frozen"])])
        text = self.onecycle("fit", "digits", *flags, "--explain").stdout
        self.assertIn("30 iterations (weight updates; 6 an epoch, each of 4 batches, the last of 3), 115 batches, ", text)
        self.assertRegex(text, r"(?m)^policy: cyclical\(.*step_up=4")
        self.assertIn("Learning rate", text)
        self.assertRegex(text, r"time: about .+, 30 iterations of .+ ms \(three were timed\) and 5 validations of .+ ms")
        self.assertRegex(text, r"memory: weights [\d.]+ kB; with gradients and what the optimizer remembers [\d.]+ [kM]B")
        cost = plan["cost"]
        self.assertAlmostEqual(cost["seconds"], 30 * cost["iteration_seconds"] + 5 * cost["validation_seconds"])
        self.assertGreater(cost["state_bytes"], cost["weights_bytes"])

    def test_explaining_rates_that_are_to_be_found_gives_multiples(self):
        plan = self.json("fit", "digits", "--explain", "--epochs", "2")
        self.assertEqual(plan["rates"], "multiples of max-lr")
        self.assertAlmostEqual(max(plan["fits"][0]["groups"][-1]["lr"]), 1.0, places=2)

    def test_find_explains_what_it_tries(self):
        plan = self.json("find", "digits", "--iterations", "40", "--accumulate", "2", "--group", "head", "--explain")
        # 3 epochs of 12 iterations and 23 batches, and 4 iterations of 2 batches.
        self.assertEqual((plan["iterations"], plan["batches"], plan["examples"]), (40, 77, 3 * 1438 + 8 * 64))
        self.assertEqual(plan["epochs"], 77 / 23)
        self.assertEqual([g["last"] > 0 for g in plan["groups"]], [False, True])
        found = self.json("find", "digits", "--iterations", "40", "--accumulate", "2", "--group", "head")
        self.assertEqual(found["curve"]["lr"], plan["lr"][: len(found["curve"]["lr"])])
        # The last window of an epoch of 23 batches has one.
        self.assertEqual(found["batches"], 2 * found["iterations"] - found["iterations"] // 12)


    def test_the_verb_explain_is_the_flag(self):
        for what, flags in [("find", ["--iterations", "40"]), ("fit", ["--max-lr", "0.1", "--epochs", "3"])]:
            with self.subTest(what=what):
                flag = self.json(what, "digits", *flags, "--explain")
                verb = self.json("explain", what, "digits", *flags)
                for plan in (flag, verb):
                    plan.pop("cost")
                self.assertEqual(verb, flag)
        plan = self.json("explain", "fine-tune", "digits", "--model", "lenet", "--max-lr", "0.01", "--epochs", "2")
        self.assertEqual([fit["epochs"] for fit in plan["fits"]], [1, 2])
        self.assertEqual(self.files(), [])
        self.refused(2, "expected find, fit or fine-tune, got 'fitt'; did you mean 'fit'?", "explain", "fitt", "digits")
        self.refused(2, "expected find, fit or fine-tune and its options", "explain")

    def test_explaining_one_says_what_the_finder_is_to_the_fit(self):
        text = self.onecycle("explain", "fit", "digits").stdout
        self.assertIn("multiples of the one that is to be found (--max-lr auto)", text)
        text = self.onecycle("explain", "find", "digits").stdout
        self.assertIn("at most 100 iterations (weight updates, each of 1 batch), one rate each: 100 batches, ", text)
        self.assertIn("What is plotted is the training loss before each update, smoothed.", text)


class Modes(ProgramTest):
    def test_every_mode_of_the_finder_leaves_the_state_as_it_was(self):
        for more in (
            ["--accumulate", "3"],
            ["--precision", "bf16"],
            ["--group", "head"],
            ["--ratio", "0.01:1"],
            ["--freeze-to", "-1"],
            ["--valid-loss", "1"],
            ["--valid-loss", "0"],
            ["--snapshot", "disk"],
            ["--optimizer", "rmsprop(momentum=0.9)"],
        ):
            with self.subTest(more=more):
                out = self.json("find", "digits", "--iterations", "30", *more)
                self.assertEqual(out["state_sha256"]["before"], out["state_sha256"]["after"])
                self.assertEqual(len(out["state_sha256"]["before"]), 64)

    def test_every_flag_trains(self):
        for more in (
            ["--optimizer", "rmsprop", "--max-lr", "0.002"],
            ["--optimizer", "lamb"],
            ["--optimizer", "lars(trust=0.02)", "--max-lr", "1"],
            ["--optimizer", "adam(amsgrad=true, decoupled=true)", "--max-lr", "0.005"],
            ["--precision", "bf16"],
            ["--clip-norm", "0.5", "--clip-value", "0.1"],
            ["--wd-exclude", "none", "--weight-decay", "0.001"],
            ["--wd-exclude", "bias_norm,head.*", "--weight-decay", "0.001"],
            ["--fine-tune", "2"],
            ["--rollback"],
        ):
            with self.subTest(more=more):
                out = self.json(*FIT, "--epochs", "5", *more)
                self.assertGreater(out["valid"]["accuracy"], 0.8)

    def test_half_precision_on_a_small_net(self):
        out = self.json(*FIT, "--epochs", "3", "--precision", "fp16")
        self.assertGreater(out["valid"]["accuracy"], 0.8)
        self.assertEqual(out["iterations"] + out["overflows"], 3 * 23)


class Weights(ProgramTest):
    def test_all_are_compared_and_the_best_exported(self):
        out = self.json(*FIT, "--epochs", "8", "--policy", "sgdr(cycle_len=46, cycle_mult=1)", "--keep", "best,swa,ema,lows,ensemble", "--out", "run")
        names = [each["name"] for each in out["weights"]]
        self.assertEqual(names, ["last", "best", "swa", "ema", "lows", "ensemble"])
        losses = {each["name"]: each["valid"]["loss"] for each in out["weights"]}
        self.assertEqual(out["chosen"], min(losses, key=losses.get))
        self.assertEqual(losses["last"], out["valid"]["loss"])
        for each in out["weights"]:
            for file in each["files"]:
                self.assertTrue((self.folder / "run" / file).exists(), file)
        self.assertEqual(len(out["weights"][-1]["files"]), 4, "a member for each cycle")
        text = self.onecycle(*FIT, "--epochs", "3", "--keep", "best,ema", "--quiet").stdout
        self.assertIn("valid loss", text)
        self.assertRegex(text, r"\n\*? *ema ")

    def test_a_schedule_without_lows_says_so(self):
        out = self.json(*FIT, "--epochs", "2", "--policy", "constant", "--keep", "lows")
        self.assertEqual([each["name"] for each in out["weights"]], ["last"])

    def test_early_stopping_is_no_failure(self):
        out = self.json(*FIT, "--epochs", "300", "--early-stop", "2", "--metric", "accuracy", "--out", "run")
        self.assertEqual(out["end"], "stopped")
        self.assertLess(out["epochs"], 300)
        self.assertIn("the accuracy has not been better than", out["why"])
        self.assertEqual(json.loads((self.folder / "run/run.json").read_text())["end"], "stopped")

    def test_a_time_budget_ends_the_fit(self):
        out = self.json(*FIT, "--epochs", "100000", "--time-budget", "1s")
        self.assertEqual(out["end"], "stopped")
        self.assertLess(out["seconds"], 20)

    def test_logs_hold_every_iteration(self):
        self.json(*FIT, "--epochs", "2", "--log", "jsonl,tensorboard", "--out", "run")
        with open(self.folder / "run/log.jsonl") as file:
            events = [json.loads(line) for line in file]
        self.assertEqual(sum(each["event"] == "iteration" for each in events), 2 * 23)
        self.assertEqual(sum(each["event"] == "epoch" for each in events), 2)
        self.assertEqual(len(list((self.folder / "run/tensorboard").iterdir())), 1)
        self.json(*FIT, "--epochs", "1", "--out", "run", "--force")
        self.assertFalse((self.folder / "run/log.jsonl").exists())
        self.assertFalse((self.folder / "run/tensorboard").exists())


class Errors(ProgramTest):
    def test_what_cannot_be_meant(self):
        for message, *flags in [
            ("--accumulate: expected an integer >= 1, got '0'", "--accumulate", "0"),
            ("--clip-norm: expected a number > 0, got '0'", "--clip-norm", "0"),
            ("--precision: expected float32, bf16 or fp16, got 'int8'", "--precision", "int8"),
            ("freeze to: expected a group in -2 .. 1", "--freeze-to", "2"),
            ("--unfreeze-at: expected epochs with commas between them", "--unfreeze-at", "1;2"),
            ("unfreeze at: expected at most one epoch for each of the 1 frozen groups, got 2", "--unfreeze-at", "1,2"),
            ("--keep: unknown name 'emma'; did you mean 'ema'?", "--keep", "emma"),
            ("--keep: expected each name once, got 'ema' twice", "--keep", "ema,ema"),
            ("unknown metric 'acuracy'; did you mean 'accuracy'?", "--early-stop", "3", "--metric", "acuracy"),
            ("--swa-from: expected iterations, or a share such as 10%", "--swa-from", "half"),
            ("--checkpoint-every: expected a number of iterations", "--checkpoint-every", "often"),
            ("--time-budget: expected a time such as 90s", "--time-budget", "9"),
            ("--log: unknown name 'tensorbord'; did you mean 'tensorboard'?", "--log", "tensorbord"),
            ("--on-checkpoint-failure: expected go-on or stop", "--on-checkpoint-failure", "cry"),
            ("--frozen-norms: expected train or stay, got 'go'", "--frozen-norms", "go"),
            ("--fine-tune: expected no --policy, --freeze-to or --unfreeze-at", "--fine-tune", "1", "--policy", "wsd"),
            ("--metric: unknown metric 'acc'", "--metric", "acc"),
            ("--metric: expected loss, got 'accuracy' without a validation set", "--metric", "accuracy", "--valid", "0"),
            ("--swa-from: expected less than the 23 iterations of a fit", "--keep", "swa", "--swa-from", "30", "--fine-tune", "5", "--epochs", "1"),
            ("unknown optimizer 'adan'; did you mean 'adam'?", "--optimizer", "adan"),
        ]:
            with self.subTest(flags=flags):
                self.refused(2, message, *FIT, *flags)

    def test_what_the_finder_cannot_be_asked(self):
        for message, *flags in [
            ("--group: unknown group 'heads'; did you mean 'head'?", "--group", "heads"),
            ("expected one that is trained, got one of the 1 that are frozen", "--group", "body.0", "--freeze-to", "-1"),
            ("expected a group or multipliers, got both", "--group", "head", "--ratio", "0.1:1"),
            ("--snapshot: expected memory or disk, got 'tape'", "--snapshot", "tape"),
            ("expected a validation set to measure the loss on", "--valid", "0", "--valid-loss", "1"),
        ]:
            with self.subTest(flags=flags):
                self.refused(2, message, "find", "digits", *flags)


if __name__ == "__main__":
    unittest.main()
