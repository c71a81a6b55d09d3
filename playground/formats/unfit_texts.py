"""Texts that no model of ours is trained on or reads: they swear or give away who somebody is."""

import re

PERSONAL = re.compile(
    r"\d[\d\-. ()]{6,}\d|\S@\S|https?:|www\.|\.(?:com|org|net|edu)\b|"
    r"\bmy (?:full |last |first )?name(?:'?s| is)\b|\bi'?m called\b",
    re.IGNORECASE,
)
PROFANE = re.compile(
    r"f+u+c+k|\bf\*+|\bfck|\bwtf\b|\bstfu\b|sh[i1]t+|\bcrap|\ba[s$]{2}(?:es|hole|holes)?\b|\bdumba|bitch|bastard|\bdamn|\bdammit|"
    r"\bhell\b|\bpiss|\bdick|\bcock\b|\bpussy|\bcunt|\bwhore|\bslut|\bfag|nigg|\bretard|\bporn|\bsex|\brape|\bboob|\btits?\b|"
    r"\bpenis|\bvagina|\bnud(?:e|es|ity)\b|\bhorny|\bkill (?:my|your)self|\bsuicid",
    re.IGNORECASE,
)


def is_unfit(text: str) -> bool:
    """Whether a message swears or gives away who somebody is."""
    return bool(PERSONAL.search(text) or PROFANE.search(text))
