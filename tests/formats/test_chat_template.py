"""Chat templates: found wherever folders keep them, filled in as the library does, and harmless whatever they hold."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

import playground.formats.torchaudio_guard  # noqa: F401  (transformers asks for torchaudio)

# isort: split
from transformers.utils.chat_template_utils import render_jinja_template

from playground.errors import BrokenCheckpoint
from playground.formats.chat_template import capabilities_of, find_template, render
from tests.tiny_foreign import CHATML

SPECIALS: dict[str, Any] = {"bos_token": "<s>", "eos_token": "</s>"}
LLAMA = (
    "{% if messages[0]['role'] == 'system' %}{% set system = '<<SYS>>\n' + messages[0]['content'] + '\n<</SYS>>\n\n' %}"
    "{% set rest = messages[1:] %}{% else %}{% set system = '' %}{% set rest = messages %}{% endif %}"
    "{% for m in rest %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Roles must alternate') }}{% endif %}"
    "{% if m['role'] == 'user' %}{{ bos_token + '[INST] ' + (system if loop.first else '') + m['content'].strip() + ' [/INST]' }}"
    "{% else %}{{ ' ' + m['content'] | trim + ' ' + eos_token }}{% endif %}{% endfor %}"
)
REFUSING = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + CHATML
)
IGNORING = CHATML.replace("{% for message in messages %}", "{% for message in messages if message.role != 'system' %}")
AS_ANSWER = (
    "{% for m in messages %}{% if m['role'] == 'user' %}[INST] {{ m['content'] }} [/INST]{% else %} {{ m['content'] }}</s>"
    "{% endif %}{% endfor %}"
)
FOLDING = "{{ messages | map(attribute='content') | join('\n') }}"
GENERATION = (
    "{%- for m in messages %}\n    {%- if m.role == 'assistant' %}\n{% generation %}{{ m.content }}{% endgeneration %}\n"
    "    {%- else %}{{ m | tojson }}{% continue %}{% endif %}\n{%- endfor %}{{ messages[0].name is defined }}{{ tools }}"
)


@pytest.mark.parametrize("template", [CHATML, LLAMA, REFUSING, IGNORING, AS_ANSWER, FOLDING, GENERATION])
@pytest.mark.parametrize(
    "turns", [["Hello"], ["Hi <b>'\"é", "  Good day \n", " What? "], ["{{ 1 }}", "{% raw %}", "x"]]
)
def test_templates_are_filled_in_as_the_library_does(template, turns):
    messages = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(turns)]
    for system in ([], [{"role": "system", "content": "Be kind."}]):
        if system and template is REFUSING:
            continue
        theirs, _ = render_jinja_template(
            [system + messages], chat_template=template, add_generation_prompt=True, **SPECIALS
        )
        assert render(template, system + messages, SPECIALS) == theirs[0]


@pytest.mark.parametrize(
    ("template", "able"),
    [
        (CHATML, {"chat", "system"}),
        (LLAMA, {"chat", "system"}),
        (REFUSING, {"chat"}),
        (IGNORING, {"chat"}),
        (AS_ANSWER, {"chat"}),  # it would be said to the model as an answer of its own
        (FOLDING, {"chat"}),
        ("{{ messages[0]['content'][0]['text'] }}", set()),  # of a model that wants parts, such as pictures
        ("{{ raise_exception('never') }}", set()),
        ("{% for", set()),
        ("the same whatever is said", set()),
        ("", set()),
    ],
)
def test_a_card_offers_what_the_template_can_do(template, able):
    assert capabilities_of(template, SPECIALS) == able


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 3000000000 }}",
        "{{ [1] * 3000000000 }}",
        "{{ 3000000000 * 'a' }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
        "{{ messages.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{{ range(10 ** 9) | list }}",
        "{{ undefined.attribute }}",
        "{% break %}",
    ],
)
def test_a_hostile_template_is_refused_within_seconds(template):
    started = time.monotonic()
    with pytest.raises(BrokenCheckpoint, match=r"^The chat template of this model failed: [^\n]*\.$"):
        render(template, [{"role": "user", "content": "Hello"}], SPECIALS)
    assert time.monotonic() - started < 5


def test_a_template_is_found_wherever_it_is_kept(tmp_path: Path):
    def put(name: str, content: object) -> None:
        (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")

    assert find_template(tmp_path) == ""
    put("chat_template.json", {"chat_template": "of a processor"})
    assert find_template(tmp_path) == "of a processor"
    put(
        "tokenizer_config.json",
        {"chat_template": [{"name": "tool_use", "template": "a"}, {"name": "rag", "template": "b"}]},
    )
    assert find_template(tmp_path) == "of a processor"
    put(
        "tokenizer_config.json",
        {"chat_template": [{"name": "rag", "template": "b"}, {"name": "default", "template": "c"}]},
    )
    assert find_template(tmp_path) == "c"
    put("tokenizer_config.json", {"chat_template": {"default": "d"}})
    assert find_template(tmp_path) == "d"
    put("tokenizer_config.json", {"chat_template": "e"})
    assert find_template(tmp_path) == "e"
    put("chat_template.jinja", "f")
    assert find_template(tmp_path) == "f"
    put("tokenizer_config.json", {"chat_template": [7, {"name": "default"}]})
    (tmp_path / "chat_template.jinja").unlink()
    assert find_template(tmp_path) == "of a processor"
