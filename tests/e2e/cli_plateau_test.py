"""`fit --plateau`: rates cut by the losses seen, and what `policies` says about it."""

import csv
import unittest

from cli import ProgramTest

USAGE = 2
CONSTANT = ["fit", "digits", "--max-lr", "0.1", "--policy", "constant"]


class Plateau(ProgramTest):
    def rates(self, out):
        with open(self.folder / out["run"] / "iterations.csv", newline="") as file:
            return [float(row["lr.head"]) for row in csv.DictReader(file)]

    def test_it_cuts_the_rate_of_the_policy(self):
        # No loss counts as better than the first: every epoch after the second is cut again.
        plateau = "reduce_on_plateau(factor=0.5, patience=0, threshold=0.999)"
        out = self.json(*CONSTANT, "--epochs", "5", "--plateau", plateau)
        rates = self.rates(out)
        for epoch, rate in enumerate([0.1, 0.1, 0.05, 0.025, 0.0125]):
            self.assertEqual(set(rates[epoch * 23 : (epoch + 1) * 23]), {rate})
        again = self.json("fit", "--config", out["run"] + "/config.toml")
        self.assertEqual(out["weights_sha256"], again["weights_sha256"])

    def test_it_watches_a_metric_or_every_training_loss(self):
        for plateau in [
            "reduce_on_plateau(metric=accuracy, mode=max, patience=0, threshold=0.999)",
            "statistical(iterations_without_progress=40, probability=1)",
        ]:
            with self.subTest(plateau=plateau):
                out = self.json(*CONSTANT, "--epochs", "4", "--plateau", plateau)
                rates = self.rates(out)
                self.assertEqual((rates[0], rates), (0.1, sorted(rates, reverse=True)))
                self.assertLess(rates[-1], 0.05)

    def test_options_are_checked(self):
        for plateau, message in [
            ("reduce_on_platau", "did you mean 'reduce_on_plateau'?"),
            ("statistical(facter=0.5)", "did you mean 'factor'?"),
            ("reduce_on_plateau(factor=1)", "factor: expected a number in [0, 1), got 1"),
            ("reduce_on_plateau(metric=acuracy, mode=max)", "did you mean 'accuracy'?"),
            ("reduce_on_plateau(mode=max)", "mode: expected min for the loss, got max"),
            ("reduce_on_plateau(min_lr=0/0/0)", "min_lr: expected 2 (one a group), got 3"),
        ]:
            with self.subTest(plateau=plateau):
                self.refused(USAGE, message, *CONSTANT, "--plateau", plateau)
        self.refused(USAGE, "it is a plateau, driven by losses", "schedule", "statistical")

    def test_policies_lists_them_in_a_table_of_their_own(self):
        plateaus = self.json("policies")["plateaus"]
        self.assertEqual([plateau["name"] for plateau in plateaus], ["reduce_on_plateau", "statistical"])
        text = self.onecycle("policies").stdout
        self.assertLess(text.index("driven by losses"), text.index("reduce_on_plateau"))
        for plateau in plateaus:
            self.assertEqual(self.json("policies", plateau["name"]), plateau)
            self.assertIn(plateau["options"][0]["name"], self.onecycle("policies", plateau["name"]).stdout)


if __name__ == "__main__":
    unittest.main()
