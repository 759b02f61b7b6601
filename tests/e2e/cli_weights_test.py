"""Files of weights: what they hold, and converting them. Against PyTorch where it is installed."""

import json
import os
import struct
import unittest

from cli import ProgramTest

try:
    import torch
    from safetensors.torch import load_file, save_file
except ImportError:
    torch = None

USAGE, CHECKPOINT = 2, 4


def safetensors(tensors, metadata):
    """A file of float32 vectors, written by hand."""
    header, at = {"__metadata__": metadata}, 0
    for name, values in tensors.items():
        end = at + 4 * len(values)
        header[name] = {"dtype": "F32", "shape": [len(values)], "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    data = b"".join(struct.pack(f"<{len(v)}f", *v) for v in tensors.values())
    return struct.pack("<Q", len(text)) + text + data


class Info(ProgramTest):
    def setUp(self):
        super().setUp()
        content = safetensors({"a.weight": [1, 2, 3], "a.bias": [0]}, {"origin": "here"})
        (self.folder / "w.safetensors").write_bytes(content)

    def test_lists_tensors_and_metadata(self):
        text = self.onecycle("weights", "info", "w.safetensors").stdout
        self.assertRegex(text, r"(?m)^ *a\.weight +3 +Float$")
        self.assertIn("safetensors, 2 tensors, 4 values\norigin: here\n", text)
        self.assertIn("No model of onecycle", text)
        told = self.json("weights", "info", "w.safetensors")
        self.assertEqual(told["tensors"][0], {"name": "a.weight", "shape": [3], "type": "Float"})
        self.assertEqual(told["metadata"], {"origin": "here"})
        self.assertIsNone(told["model"])

    def test_knows_the_weights_of_a_run(self):
        self.onecycle("fit", "digits", "--model", "lenet", "--epochs", "1", "--max-lr", "0.01",
                      "--out", "run", "--quiet")  # fmt: skip
        told = self.json("weights", "info", "run/model.safetensors")
        self.assertEqual(told["model"]["model"], "lenet")
        self.assertIn("Fits lenet: ", self.onecycle("weights", "info", "run/model.safetensors").stdout)

    def test_refuses_what_it_cannot_do(self):
        self.refused(USAGE, "expected weights info or weights convert, got 'inof'", "weights", "inof", "w.safetensors")
        self.refused(USAGE, "weights info: expected a file of weights, got none", "weights", "info")
        self.refused(USAGE, "expected one file and no --to", "weights", "info", "w.safetensors", "--to", "bf16")
        self.refused(CHECKPOINT, "none.pt: expected a readable file", "weights", "info", "none.pt")
        self.write("notes.txt", "text")
        self.refused(CHECKPOINT, "expected safetensors or a file of torch.save, got another file", "weights", "info", "notes.txt")

    def test_convert_refuses_what_it_cannot_write(self):
        convert = ("weights", "convert", "w.safetensors")
        self.refused(USAGE, "expected a second file that ends in .safetensors, got 'o.pt'", *convert, "o.pt")
        self.refused(USAGE, "--to: expected", *convert, "o.safetensors", "--to", "int8")
        self.refused(USAGE, "--rename: expected FROM=TO", *convert, "o.safetensors", "--rename", "a")
        self.refused(USAGE, "got 'b.', with which none begins", *convert, "o.safetensors", "--rename", "b.=c.")
        self.refused(USAGE, "expected distinct names other than __metadata__, got 'x'", *convert, "o.safetensors", "--rename", "a.weight=x,a.bias=x")


@unittest.skipUnless(torch, "needs torch and safetensors")
class Convert(ProgramTest):
    def converted(self, content, *flags):
        torch.save(content, self.folder / "w.pt")
        self.onecycle("weights", "convert", "w.pt", "o.safetensors", *flags)
        return load_file(self.folder / "o.safetensors")

    def assert_same(self, ours, theirs):
        self.assertEqual(set(ours), set(theirs))
        for name, tensor in theirs.items():
            self.assertEqual(ours[name].dtype, tensor.dtype, name)
            self.assertTrue(torch.equal(ours[name], tensor), name)

    def test_reads_tensors_of_every_type_and_layout(self):
        v = torch.arange(24)
        kinds = (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32,
                 torch.int16, torch.int8, torch.uint8)  # fmt: skip
        tensors = {str(kind).split(".")[1]: (v / 3 if kind.is_floating_point else v).to(kind) for kind in kinds}
        tensors["bool"] = v > 5
        tensors["transposed"] = torch.randn(3, 4).t()
        tensors["channels_last"] = torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)
        tensors["view"] = torch.randn(10, 10)[2:7, 3::2]
        tensors["scalar"] = torch.tensor(2.5)
        tensors["empty"] = torch.empty(0, 3)
        tensors["parameter"] = torch.nn.Parameter(torch.randn(3)).detach()
        self.assert_same(self.converted(tensors), tensors)

    def test_reads_a_checkpoint_of_training(self):
        net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
        optimizer = torch.optim.Adam(net.parameters())
        net(torch.randn(5, 3)).sum().backward()
        optimizer.step()
        content = {"state_dict": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 7,
                   "best": 0.5, "args": ["--lr", "0.1"], "weight": net[0].weight}  # fmt: skip
        ours = self.converted(content)
        states = {f"state_dict.{k}": v for k, v in net.state_dict().items()}
        self.assert_same({k: v for k, v in ours.items() if k.startswith("state_dict.")}, states)
        self.assertTrue(torch.equal(ours["optimizer.state.0.exp_avg"], content["optimizer"]["state"][0]["exp_avg"]))
        self.assertTrue(torch.equal(ours["weight"], net[0].weight))

    def test_changes_types_and_names(self):
        tensors = {"module.linear.weight": torch.randn(2, 3), "module.count": torch.tensor(3)}
        ours = self.converted(tensors, "--to", "bf16", "--rename", "module.=,linear.=fc.")
        self.assert_same(ours, {"fc.weight": tensors["module.linear.weight"].bfloat16(), "count": torch.tensor(3)})

    def test_runs_nothing(self):
        torch.save(torch.nn.Linear(2, 2), self.folder / "whole.pt")
        done = self.onecycle("weights", "info", "whole.pt", code=CHECKPOINT)
        self.assertIn("expected weights only, got a reference to 'torch.nn.modules.linear Linear'", done.stderr)
        self.assertIn('python -c "import torch, safetensors.torch as s;', done.stderr)

    def test_tells_how_to_convert_an_old_file_and_that_works(self):
        tensors = {"w": torch.randn(3), "b": torch.ones(2)}
        torch.save(tensors, self.folder / "old.pt", _use_new_zipfile_serialization=False)
        told = self.onecycle("weights", "info", "old.pt", code=CHECKPOINT).stderr
        self.assertIn("got a pickle, as torch.save wrote before PyTorch 1.6", told)
        program = told.split('python -c "')[1].rsplit('"', 1)[0]
        here = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, here)
        exec(program, {})  # noqa: S102
        self.assertEqual(self.json("weights", "info", "old.safetensors")["values"], 5)

    def test_python_reads_back_what_python_wrote(self):
        tensors = {"w": torch.randn(3, 4), "b": torch.randn(4)}
        save_file(tensors, self.folder / "w.safetensors", {"made": "by Python"})
        self.onecycle("weights", "convert", "w.safetensors", "o.safetensors")
        self.assert_same(load_file(self.folder / "o.safetensors"), tensors)
        self.assertEqual(self.json("weights", "info", "o.safetensors")["metadata"], {"made": "by Python"})


if __name__ == "__main__":
    unittest.main()
