"""The named endpoints of texts, called as another program would: gradio_client, a served page, tiny checkpoints."""

from collections.abc import Iterator

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from tests.server import running_page
from tests.tiny_text import save_tiny_text

WRITE, CHAT, SENTENCES = "text/shakespeare-transformer", "text/chat-transformer", "text/sentences-vae"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running_page(save_tiny_text(tmp_path_factory.mktemp("checkpoints"))) as page:
        yield Client(page.url, verbose=False)


def test_a_text_is_written_whole_and_the_same_again(client):
    one = client.predict(WRITE, "hello", 3, 12, {"temperature": 1.0}, api_name="/write")
    assert one == {
        **client.predict(WRITE, "hello", 3, 12, {"temperature": 1.0}, api_name="/write"),
        "seconds": one["seconds"],
    }
    assert one["text"] == "".join(token["text"] for token in one["tokens"]) and one["why"] in ("stop", "length")


def test_a_conversation_is_answered_and_steered(client):
    told = client.predict(CHAT, ["hello how are you today"], "", 1, 8, None, [{"name": "happy-sad"}], api_name="/chat")
    assert len(told["tokens"]) <= 8 and told["window"] == 96


def test_texts_are_read(client):
    told = client.predict(WRITE, "hello how are you", api_name="/surprise")
    assert told["nats"] > 0 and "".join(token["text"] for token in told["tokens"]) == "hello how are you"
    steer = {"name": "question-statement"}
    assert len(client.predict(CHAT, steer, ["hello", "i am fine"], api_name="/steer_reading")["readings"]) == 2


def test_sentences_come_as_texts_and_go_there_and_back(client):
    texts = client.predict(SENTENCES, 7, 0, 3, api_name="/sample")["texts"]
    assert len(texts) == 3 and all(isinstance(text, str) for text in texts)
    told = client.predict(SENTENCES, "The cat sleeps here", api_name="/rebuild")
    assert told["read"] == "the cat sleeps here" and len(told["z"]) == 4 and told["edits"] >= 0


def test_the_nearest_training_texts_are_found_whatever_their_characters(client):
    asked = [client.predict("text/names-rbm", 1, 3, api_name="/reference")["texts"][0], "\u00e9\U0001f600"]
    near = client.predict("text/names-rbm", texts=asked, api_name="/nearest")
    (start, end), (there, until) = near["spans"][0], near["near_spans"][0]
    assert len(near["texts"]) == 2 and asked[0][start:end] == near["texts"][0][there:until] != ""
    assert near["distances"][1] > max(0.5, near["distances"][0])
    for texts in ([], [7], "no list"):
        with pytest.raises(AppError, match="must be a (JSON )?list of"):
            client.predict("text/names-rbm", texts=texts, api_name="/nearest")


def test_topics_are_listed(client):
    assert client.predict("text/topics-rbm", api_name="/topics")["topics"]


def test_errors_are_one_sentence(client):
    with pytest.raises(AppError, match="'prompt' may have 8000 characters, got 9000: shorten it."):
        client.predict(WRITE, "x" * 9000, api_name="/write")
    with pytest.raises(AppError, match="choose a chat model"):
        client.predict(WRITE, ["hello"], api_name="/chat")


def test_each_of_thirty_programs_behind_one_address_is_a_visitor_of_its_own(tmp_path):
    """Were they one visitor, all but one would be refused, as the many texts of one program are."""
    with running_page(save_tiny_text(tmp_path), PLAYGROUND_SESSION_JOBS="1") as page:
        programs = [Client(page.url, verbose=False) for _ in range(30)]
        jobs = [one.submit(WRITE, "hello", seed, 40, api_name="/write") for seed, one in enumerate(programs)]
        assert all(job.result()["tokens"] for job in jobs)
        alone = [programs[0].submit(WRITE, "hello", seed, 40, api_name="/write") for seed in range(12)]
        words = [str(job.exception()) for job in alone if job.exception()]
    assert words and {*words} == {"A visitor may have 1 texts written at once and this one has; stop one first."}
