"""`suggest` on curves of ours and of other programs, and `find` in the conventions of its peers."""

import math
import unittest

from cli import ProgramTest

RATES = [10 ** (-6 + i / 10) for i in range(60)]
LOSSES = [2.5 - 1.5 * min(1, max(0, (i - 20) / 25)) + 0.2 * max(0, i - 50) for i in range(60)]


class Curves(ProgramTest):
    def history(self, lr, loss, index=False, losses=None):
        """A table as pandas writes it, with or without its column of row numbers."""
        rows = [f"{lr},{loss}"] + [f"{x!r},{y}" for x, y in zip(RATES, losses or LOSSES)]
        numbers = [""] + [str(i) for i in range(len(RATES))]
        lines = [f"{number},{row}" for number, row in zip(numbers, rows)] if index else rows
        return self.write(f"{lr}.csv", "\n".join(lines) + "\n")

    def test_histories_of_other_programs_need_no_flags(self):
        expected = self.json("suggest", self.history("lr", "loss"))
        for lr, loss in [("lr", "loss"), ("lrs", "losses"), ("learning_rate", "train_loss")]:
            for index in (False, True):
                with self.subTest(lr=lr, index=index):
                    self.assertEqual(self.json("suggest", self.history(lr, loss, index)), expected)
        tensors = [f"tensor({loss!r})" for loss in LOSSES]
        self.assertEqual(self.json("suggest", self.history("lrs", "losses", losses=tensors)), expected)

    def test_columns_may_be_named(self):
        expected = self.json("suggest", self.history("lr", "loss"))
        curve = self.history("rate", "test_loss")
        self.assertEqual(self.json("suggest", curve, "--lr", "rate", "--loss", "test_loss"), expected)

    def test_columns_that_could_not_be_told_are_listed(self):
        self.refused(3, "got none; the columns are rate, loss; name the one to read with --lr COLUMN",
                     "suggest", self.history("rate", "loss"))  # fmt: skip
        self.write("two.csv", "lr,loss,train_loss\n" + "".join(f"{x},1,1\n" for x in RATES))
        self.refused(3, "got several; the columns are lr, loss, train_loss; name the one to read with --loss COLUMN",
                     "suggest", "two.csv")  # fmt: skip

    def test_it_draws_the_curve_with_its_marks_and_explains_every_rule(self):
        curve = self.history("lr", "loss")
        rates = self.json("suggest", curve)
        why = rates.pop("why")
        text = self.onecycle("suggest", curve).stdout
        self.assertNotIn("\x1b", text)
        self.assertIn("Loss against learning rate", text)
        self.assertIn("60 rates from 1e-06 to 0.794, one iteration each.", text)
        picture, table = text.split("\nrule ")
        for rule, rate in rates.items():
            self.assertEqual(rule in picture, rate is not None, rule)
            self.assertRegex(table, rf"(?m)^{rule} +({'-' if rate is None else '[0-9]'})")
        for reason in why.values():
            self.assertIn(reason, table)
        self.assertIn("fastai v2, valley", table)

    def test_quiet_leaves_the_table_only(self):
        text = self.onecycle("suggest", self.history("lr", "loss"), "--quiet").stdout
        self.assertTrue(text.startswith("rule "))
        self.assertEqual(len(text.splitlines()), 11)

    def test_it_draws_into_files(self):
        curve = self.history("lr", "loss")
        self.onecycle("suggest", curve, "--plot", "curve.svg", "--json")
        self.assertIn("valley", (self.folder / "curve.svg").read_text())
        self.onecycle("suggest", curve, "--plot", "curve.png", "--quiet")
        self.assertTrue((self.folder / "curve.png").read_bytes().startswith(b"\x89PNG"))
        self.refused(2, "--plot: expected a file ending in .svg or .png", "suggest", curve, "--plot", "x.gif")

    def test_curves_that_break_off_are_drawn_too(self):
        for bad in ("nan", "inf", "", "-1e308"):
            losses = LOSSES[:30] + [bad] * 30
            text = self.onecycle("suggest", self.history("lr", "loss", losses=losses)).stdout
            self.assertIn("rule ", text)
            self.onecycle("suggest", self.history("lr", "loss", losses=losses), "--plot", "bad.svg")


class Conventions(ProgramTest):
    def rates(self, *arguments):
        return self.json("find", "digits", *arguments)["curve"]["lr"]

    def assert_close(self, got, expected):
        for k, (a, b) in enumerate(zip(got, expected)):
            self.assertAlmostEqual(a / b if b else a, 1 if b else 0, delta=1e-9, msg=str(k))

    def test_every_convention_has_its_grid(self):
        n = 20
        grids = {
            "onecycle": lambda k: 1e-7 * 1e8 ** (k / n),
            "fastai2": lambda k: 1e-7 * 1e8 ** (k / n),
            "fastai1": lambda k: 1e-7 * 1e8 ** (k / n),
            "fastai07": lambda k: 1e-5 * 1e6 ** (k / n),
            "torch_lr_finder": lambda k: 1e-7 * 1e8 ** (k / (n - 1)),
            "ignite": lambda k: 1e-7 * 1e8 ** ((k + 1) / n),
            "lightning": lambda k: 1e-8 * 1e8 ** ((k + 1) / n if k else 0),
            "notebook": lambda k: 1e-8 * 1e9 ** (k / (n - 1)),
        }
        for name, grid in grids.items():
            with self.subTest(convention=name):
                rates = self.rates("--convention", name, "--iterations", n)
                self.assertGreater(len(rates), 10)
                self.assert_close(rates, [grid(k) for k in range(n + 1)])

    def test_what_is_given_wins(self):
        rates = self.rates("--convention", "lightning", "--iterations", 11, "--start-lr", "1e-4",
                           "--end-lr", "0.1", "--spacing", "linear")  # fmt: skip
        self.assertEqual(len(rates), 11)
        self.assert_close(rates, [1e-4 + ((k + 1) / 11 if k else 0) * (0.1 - 1e-4) for k in range(11)])

    def test_a_linear_sweep_of_fastai_07_starts_at_zero_and_can_be_read_again(self):
        self.onecycle("find", "digits", "--convention", "fastai07", "--spacing", "linear", "--end-lr", "0.1", "--out", "run", "--quiet")
        first = (self.folder / "run/find.csv").read_text().splitlines()[1]
        self.assertEqual(float(first.split(",")[0]), 0.0)
        self.assertIn("Loss against", self.onecycle("suggest", "run/find.csv").stdout)

    def test_the_conventions_own_rule_comes_first(self):
        for convention, rule in [("lightning", "lightning"), ("ignite", "ignite"), ("notebook", "minimum"), ("fastai2", "valley")]:
            out = self.json("find", "digits", "--convention", convention)
            self.assertEqual((out["convention"], next(iter(out["suggestions"]))), (convention, rule))
            self.assertEqual(set(out["suggestions"]), {rule, "valley", "slide", "steep", "minimum"})
        only = self.json("find", "digits", "--convention", "ignite", "--rule", "steep")
        self.assertEqual(list(only["suggestions"]), ["steep"])

    def test_the_configuration_repeats_the_sweep(self):
        first = self.json("find", "digits", "--convention", "torch_lr_finder", "--out", "run")
        config = (self.folder / "run/config.toml").read_text()
        self.assertIn('convention = "torch_lr_finder"', config)
        again = self.json("find", "--config", "run/config.toml")
        self.assertEqual(again, first)

    def test_unknown_names_are_refused(self):
        self.refused(2, "--convention: expected one of onecycle, fastai2", "find", "digits", "--convention", "keras")
        self.refused(2, "--spacing: expected exponential or linear, got 'log'", "find", "digits", "--spacing", "log")

    def test_smoothing_is_the_conventions(self):
        curve = self.json("find", "digits", "--convention", "ignite", "--iterations", 20)["curve"]
        y = curve["loss"][0]
        for raw, smoothed in zip(curve["loss"], curve["smoothed"]):
            y = 0.05 * raw + 0.95 * y
            self.assertTrue(math.isclose(smoothed, y, rel_tol=1e-12))


if __name__ == "__main__":
    unittest.main()
