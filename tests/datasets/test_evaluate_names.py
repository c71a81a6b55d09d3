"""What names without skill score: letters drawn one by one."""

import numpy as np

from playground.datasets.names.build import Names
from playground.datasets.names.evaluations import random_names, share_unseen


def test_random_names_have_the_letters_of_their_places_and_end_where_nothing_is_drawn():
    data = Names({"train": ["ab", "ac", "ab"], "valid": [], "test": []})
    names = random_names(data, 2000)
    assert len(names) == 2000 and all(name.isalpha() or name == "" for name in names)
    assert np.mean([name[:1] == "a" for name in names]) > 0.5
    second = [name[1] for name in names if len(name) > 1]
    assert 1.2 < second.count("b") / second.count("c") < 3  # 2.1 : 1.1, a tenth of a name being added to every letter
    assert random_names(data, 2000) == names


def test_the_share_of_unseen_names():
    assert share_unseen(["ann", "bob", "xq"], {"ann"}) == 2 / 3
