"""Points as CSV text: written and read back, and what is no such file."""

import numpy as np
import pytest

from playground.errors import BadRequest
from playground.formats.point_files import MOST_ROWS, read_points, write_points


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_points_come_back_as_they_were_written(width: int) -> None:
    points = np.random.default_rng(0).normal(0, 2, (7, width)).astype(np.float32)
    text = write_points(points, comment='{"seed": 7}')
    assert text.startswith('# {"seed": 7}\n')
    assert np.allclose(read_points(text.encode(), width), points, rtol=1e-5)


@pytest.mark.parametrize(
    "text",
    ["0.5,-1", "x,y\n0.5,-1\n", "\ufeffx,y\r\n 0.5 , -1 \r\n\r\n", "# a comment\n0.5,-1e0", '"0.5","-1"\n'],
)
def test_names_comments_blanks_and_quotes_do_no_harm(text: str) -> None:
    assert read_points(text.encode(), 2).tolist() == [[0.5, -1.0]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "A file of points needs a row of 2 numbers, got none: add one, such as 0.5,-1."),
        (b"x,y\n", "got none: add one"),
        (b"1,2,3\n", "A row of points has 2 numbers from -1e6 to 1e6 with commas between, got '1,2,3' in line 1"),
        (b"x,y\n1,2\n3 4\n", "got '3 4' in line 3: write it such as 0.5,-1."),
        (b"1,2\nx,y\n", "got 'x,y' in line 2"),
        (b"1,nan\n", "got '1,nan' in line 1"),
        (b"1e7,0\n", "got '1e7,0' in line 1"),
        (b"1,b\n", "got '1,b' in line 1"),
        (bytes(range(200, 240)), "must be CSV text, and this one is no text: choose another file."),
        (b"1,2\n" * (MOST_ROWS + 1), "A file of points may have 10000 rows, got more: send fewer."),
    ],
)
def test_what_is_no_file_of_points_is_told_in_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_points(content, 2)
    sentence = str(refused.value)
    assert words in sentence and sentence.endswith(".") and "\n" not in sentence
