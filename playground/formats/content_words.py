"""The words of a text that tell its topic: function words are left out."""

import re

VOCABULARY = 2000  # most frequent words that a topic model counts
MOST_WORDS = 32  # of the vocabulary, in a document
WORD = re.compile(r"[a-z]{2,}")
STOP_WORDS = frozenset(
    "about above according across after again against all along also although am an and another any anything are around as at "
    "away be because been before being below beneath between beyond both but by can cannot certain could did do does doing done "
    "down due during each either else especially etc even ever every except few for from further get give given gives giving "
    "had has have having he hence her here hers herself him himself his how however if in instead into involving is it its "
    "itself just less like made make makes making many may me merely might mine more most much must my myself near neither no "
    "none nor not now of off often on once one ones only onto or other others otherwise our out over own per quite rather "
    "relating same she should so some someone something somewhat sometimes somebody such than that the their them themselves "
    "then there these they this those though through throughout thus to together too toward towards under until unto up upon "
    "us use used uses using usually various very was we were what when where whereas whether which while who whom whose why "
    "will with within without would yet you your yourself".split()
)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, function words left out."""
    return [word for word in WORD.findall(text.lower()) if word not in STOP_WORDS]
