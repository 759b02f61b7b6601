"""Transfer learning as a user does it: photos in folders, pretrained weights, a new head, predictions.

The photos are the digits as JPEG files of 16 x 16 pixels, 0 to 4 for the first network and 5 to 9 for
the second. Skipped where Python has no Pillow, numpy or safetensors.
"""

import csv
import io
import json
import math
import pathlib
import unittest

from cli import ProgramTest

try:
    import numpy
    from PIL import Image
    from safetensors import safe_open
    from safetensors.numpy import load_file, save_file
except ImportError as missing:
    raise unittest.SkipTest(f"{missing.name} is not there") from missing

DIGITS = pathlib.Path(__file__).resolve().parents[2] / "data" / "digits.csv"


def write_photos(folder, classes, most=1000):
    """One folder a class under train/ and valid/, every fifth image for validation."""
    counts = {}
    with open(DIGITS, encoding="utf-8") as file:
        for row in csv.reader(file):
            if not row[0].isdigit() or row[0] not in classes:
                continue
            n = counts[row[0]] = counts.get(row[0], -1) + 1
            if n >= most:
                continue
            pixels = 255 - numpy.array(row[1:], dtype=float).reshape(8, 8) / 16 * 255
            image = Image.fromarray(pixels.astype(numpy.uint8)).resize((16, 16), Image.BICUBIC)
            place = folder / ("valid" if n % 5 == 0 else "train") / f"digit {row[0]}"
            place.mkdir(parents=True, exist_ok=True)
            image.save(place / f"{n:04}.jpg", quality=95)


def body(weights):
    """The tensors of a lenet before its head."""
    return {name: value for name, value in weights.items() if not name.startswith(("head.", "standardize."))}


class Transfer(ProgramTest):
    def setUp(self):
        super().setUp()
        write_photos(self.folder / "low", "01234")
        write_photos(self.folder / "high", "56789", most=100)
        self.fit("fit", "low", "--epochs", 5, "--max-lr", 0.1, "--out", "first")
        self.weights = ["--model", "lenet", "--weights", "first/model.safetensors"]

    def fit(self, verb, *arguments):
        return self.json(verb, *arguments, "--model", "lenet", "--seed", 1, "--threads", 1, "--quiet")

    def tensors(self, name):
        return load_file(self.folder / name)

    def test_the_first_network_learns_from_files(self):
        run = json.loads((self.folder / "first" / "run.json").read_text())
        self.assertGreater(run["weights"][0]["metrics"][0], 0.95)
        self.assertEqual(run["predictions"]["classes"], [f"digit {d}" for d in range(5)])
        with safe_open(self.folder / "first" / "model.safetensors", "np") as file:
            self.assertEqual(json.loads(file.metadata()["task.input_shape"]), [1, 16, 16])

    def test_the_head_phase_leaves_every_bit_of_the_body(self):
        self.fit("fit", "high", *self.weights, "--epochs", 2, "--max-lr", 0.1, "--freeze-to", -1,
                 "--frozen-norms", "stay", "--out", "head")
        before, after = self.tensors("first/model.safetensors"), self.tensors("head/last.safetensors")
        self.assertEqual(body(before).keys(), body(after).keys())
        for name, value in body(before).items():
            self.assertEqual(value.tobytes(), body(after)[name].tobytes(), name)
        # Norms that go on training are those of fastai, and the default.
        self.fit("fit", "high", *self.weights, "--epochs", 1, "--max-lr", 0.1, "--freeze-to", -1, "--out", "norms")
        moved = {name for name, value in body(self.tensors("norms/last.safetensors")).items()
                 if value.tobytes() != before[name].tobytes()}
        self.assertTrue(moved and all(".norm." in name for name in moved), moved)

    def test_fine_tuning_moves_every_group_at_its_own_rate(self):
        out = self.fit("fine-tune", "high", *self.weights, "--epochs", 4, "--max-lr", 0.1, "--out", "tuned")
        with open(self.folder / "tuned" / "iterations.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        per_epoch = len([row for row in rows if row["epoch"] == "0"])
        head, all_groups = rows[:per_epoch], rows[per_epoch:]
        peaks = {group: max(float(row[f"lr.{group}"]) for row in all_groups) for group in ("stem", "body", "head")}
        # fastai's fine_tune: base_lr / 2, a hundredth of it for the first group, equal ratios between.
        self.assertTrue(math.isclose(peaks["head"], 0.05, rel_tol=0.01), peaks)
        self.assertTrue(math.isclose(peaks["stem"], 0.0005, rel_tol=0.01), peaks)
        self.assertTrue(math.isclose(peaks["body"], 0.005, rel_tol=0.01), peaks)
        self.assertTrue(math.isclose(max(float(row["lr.head"]) for row in head), 0.1, rel_tol=0.05))
        with open(self.folder / "tuned" / "epochs.csv", encoding="utf-8") as file:
            self.assertEqual([row["frozen"] for row in csv.DictReader(file)], ["2", "0", "0", "0", "0"])
        before, after = self.tensors("first/model.safetensors"), self.tensors("tuned/last.safetensors")
        for group in ("stem.conv.weight", "body.0.conv.weight"):
            self.assertFalse((before[group] == after[group]).all(), group)
        self.assertGreater(out["valid"]["accuracy"], 0.8)

    def test_rates_that_are_found_are_found_for_each_stage(self):
        out = self.fit("fine-tune", "high", *self.weights, "--epochs", 4, "--out", "found")
        config = (self.folder / "found" / "config.toml").read_text()
        self.assertRegex(config, r'(?m)^head_lr = "?[0-9.e-]+"?$')
        self.assertRegex(config, r'(?m)^max_lr = "[0-9.e-]+:[0-9.e-]+"$')
        again = self.json("fit", "--config", "found/config.toml", "--out", "again", "--quiet")
        self.assertEqual(again["weights_sha256"], out["weights_sha256"])
        self.assertGreater(out["valid"]["accuracy"], 0.9)

    def test_a_new_process_predicts_and_measures_the_same(self):
        out = self.fit("fine-tune", "high", *self.weights, "--epochs", 2, "--max-lr", 0.1, "--keep", "none",
                       "--out", "tuned")
        measured = self.json("validate", "tuned", "high")
        self.assertAlmostEqual(measured["accuracy"], out["valid"]["accuracy"], places=12)
        self.assertAlmostEqual(measured["loss"], out["valid"]["loss"], places=5)
        self.assertEqual(measured["classes"], [f"digit {d}" for d in range(5, 10)])
        files = sorted((self.folder / "high" / "valid").rglob("*.jpg"))
        self.assertEqual(measured["examples"], len(files))
        names = [str(file.relative_to(self.folder)) for file in files]
        table = list(csv.DictReader(io.StringIO(self.onecycle("predict", "tuned", *names, "--top", 5).stdout)))
        self.assertEqual([row["input"] for row in table], names)
        right = [row["class"] == file.parent.name for row, file in zip(table, files)]
        self.assertAlmostEqual(sum(right) / len(right), measured["accuracy"], places=12)
        for row in table:
            self.assertAlmostEqual(
                sum(float(row[f"probability{n}"]) for n in ("", "_2", "_3", "_4", "_5")), 1.0, places=5)
        folder = self.onecycle("predict", "tuned", "high/valid", "--top", 5).stdout
        self.assertEqual(list(csv.DictReader(io.StringIO(folder))), table)
        answers = self.json("predict", "tuned/model.safetensors", names[0])["predictions"]
        self.assertEqual(answers[0]["classes"][0]["class"], table[0]["class"])
        flipped = self.json("validate", "tuned", "high", "--flip")
        self.assertNotEqual(flipped["loss"], measured["loss"])
        self.onecycle("validate", "tuned", "high", "--out", "page.html")
        self.assertIn("confusion", (self.folder / "page.html").read_text().lower())

    def test_what_does_not_fit_is_said(self):
        self.refused(4, "no.safetensors", "fit", "high", "--model", "lenet", "--weights", "no.safetensors")
        self.refused(4, "expected", "fit", "high", "--model", "resnet20", "--weights", "first/model.safetensors")
        self.refused(2, "--allow-partial: expected --weights beside it, got none", "fit", "high", "--allow-partial")
        (self.folder / "high" / "train" / "digit 5" / "0001.jpg").write_bytes(b"no picture")
        self.refused(3, "digit 5/0001.jpg", "fit", "high", "--epochs", 1, "--model", "lenet", "--check")
        self.refused(3, "digit 5/0001.jpg", "predict", "first", "high/train/digit 5/0001.jpg")
        self.onecycle("fit", "high", "--epochs", 1, "--model", "lenet", "--max-lr", 0.1, "--bad-images", "skip")
        (self.folder / "high" / "empty").mkdir()
        self.refused(3, "high/empty: expected images (.jpg, .jpeg, .png)", "predict", "first", "high/empty")
        self.refused(3, "expected the classes that the model knows", "validate", "first", "high")
        self.refused(2, "expected a run and files to predict", "predict", "first")
        self.refused(3, "digits: expected images in files", "validate", "first", "digits")

    def test_predicting_passes_over_bad_images_where_it_is_told_to(self):
        write_photos(self.folder / "new", "5", most=3)
        bad = self.folder / "new" / "train" / "digit 5" / "0000.jpg"
        bad.write_bytes(b"no picture")
        self.refused(3, "0000.jpg", "predict", "first", "new")
        done = self.onecycle("predict", "first", "new", "--bad-images", "skip")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        images = sorted(str(path.relative_to(self.folder)) for path in (self.folder / "new").rglob("*.jpg"))
        self.assertEqual([row["input"] for row in rows],
                         [image for image in images if not image.endswith("/train/digit 5/0000.jpg")])
        self.assertIn("onecycle predict: passed over: new/train/digit 5/0000.jpg: ", done.stderr)
        none = self.onecycle("predict", "first", "new/train/digit 5/0000.jpg", "--bad-images", "skip", code=3)
        self.assertEqual(none.stdout, "")
        self.assertTrue(none.stderr.endswith("error: expected at least one image that can be read, got none\n"))

    def test_few_photos_are_one_batch(self):
        write_photos(self.folder / "few", "56", most=10)
        out = self.fit("fine-tune", "few", "--weights", "first/model.safetensors", "--epochs", 2, "--fine-tune", 1, "--max-lr", 0.01)
        self.assertEqual(out["iterations"], 3)
        self.assertIn("batch_size = 16\n", (pathlib.Path(self.folder) / out["run"] / "config.toml").read_text())

    def test_a_bare_model_answers_to_a_tensor(self):
        save_file({"x": numpy.zeros((2, 1, 16, 16), numpy.float32)}, self.folder / "x.safetensors")
        self.onecycle("predict", *self.weights, "--tensor", "x.safetensors", "--logits", "y.safetensors")
        logits = load_file(self.folder / "y.safetensors")["logits"]
        self.assertEqual(logits.shape, (2, 5))
        self.assertEqual(logits[0].tobytes(), logits[1].tobytes())


if __name__ == "__main__":
    unittest.main()
