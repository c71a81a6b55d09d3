"""Pairs of sentences that differ in one respect only: the directions that the page offers, as examples and not as numbers.

Written for this playground. Every model finds its own direction in them, so that one list serves all.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contrast:
    """What plus and minus have more of, and their examples, pair by pair."""

    name: str
    title: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]


CONTRASTS = {
    one.name: one
    for one in (
        Contrast(
            "formal-casual",
            "Formal or casual",
            (
                "Good evening, sir. I hope you are well today.",
                "I would be grateful for your assistance in this matter.",
                "It is my opinion that the lecture was most informative.",
                "I am afraid I shall not be able to attend.",
                "Please accept my sincere apologies for the delay.",
                "We would be delighted to receive you at our home.",
                "I do not believe that this is correct.",
                "Thank you very much for your kind letter.",
            ),
            (
                "hey man whats up, hope youre good haha",
                "can u help me out with this real quick",
                "lol that class was actually pretty cool",
                "yeah i cant make it sorry dude",
                "oh my bad im super late haha",
                "you should totally come hang out at our place",
                "nah i dont think thats right",
                "thanks so much for the text haha",
            ),
        ),
        Contrast(
            "happy-sad",
            "Happy or sad",
            (
                "I am so happy today, everything is wonderful!",
                "What a beautiful morning, I love it!",
                "We laughed and danced and had the best time.",
                "That is great news, I am so excited for you!",
                "My friends made me a lovely surprise and I was full of joy.",
                "I love my life and I feel great.",
                "This is the best day of the year!",
                "She smiled and sang all the way home.",
            ),
            (
                "I am so sad today, everything is terrible.",
                "What a miserable morning, I hate it.",
                "We wept and mourned and had the worst time.",
                "That is awful news, I am so sorry for you.",
                "My friends forgot me and I was full of sorrow.",
                "I hate my life and I feel alone.",
                "This is the worst day of the year.",
                "She cried and grieved all the way home.",
            ),
        ),
        Contrast(
            "question-statement",
            "Questions or statements",
            (
                "What do you like to do on the weekend?",
                "Where are you from?",
                "Have you seen that movie yet?",
                "Why would anybody say that?",
                "Do you have any brothers or sisters?",
                "How long have you been working there?",
                "Is it true that you play the piano?",
                "Who told you about the party?",
            ),
            (
                "I like to go hiking on the weekend.",
                "I am from a small town in the north.",
                "I have not seen that movie yet.",
                "Nobody would ever say that.",
                "I have two brothers and a sister.",
                "I have been working there for a year.",
                "It is true that I play the piano.",
                "My sister told me about the party.",
            ),
        ),
    )
}
