"""Search tokens of Chinese and mixed text: pairs of neighbouring characters, and whole Latin words.

Two-character words are the commonest Chinese words; pairs find them without a dictionary. The last
character of a run stands alone too, so that one character can be looked for by the start of a token.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+|[a-z0-9]+")

_SMALL = re.compile(
    r"怎么样|怎么办|怎样|怎么|如何|什么|为什么|哪些|有没有|的|了|和|与|或|吗|呢|吧|是|在|我|你|们|请|想要|应该|应当"
)


def tokens_of(text: str) -> Iterator[str]:
    """Tokens to index, repeats included.

    Examples
    --------
    >>> list(tokens_of("AI备课"))
    ['ai', '备课', '课']
    """
    for run in _runs(text):
        if run.isascii():
            yield run
        else:
            yield from (run[at : at + 2] for at in range(len(run)))


def query_tokens(words: str) -> tuple[str, ...]:
    """Tokens a query asks for, each once: pairs and Latin words, without the small words of a question.

    A single character counts only when nothing longer is asked.

    Examples
    --------
    >>> query_tokens("家校沟通 ai")
    ('家校', '校沟', '沟通', 'ai')
    >>> query_tokens("怎样和家长谈作业")
    ('家长', '长谈', '谈作', '作业')
    >>> query_tokens("课")
    ('课',)
    """
    found: dict[str, None] = {}
    parts = [part for run in _runs(words) for part in (_SMALL.split(run) if len(run) > 2 else [run]) if part]
    for part in parts:
        pairs = [part] if part.isascii() or len(part) == 1 else [part[at : at + 2] for at in range(len(part) - 1)]
        found.update(dict.fromkeys(pairs))
    longer = tuple(token for token in found if len(token) > 1)
    return longer or tuple(found)


def n_needed(n_tokens: int) -> int:
    """How many of a query's tokens a text must hold: all of one or two, half of a longer query.

    Examples
    --------
    >>> [n_needed(n) for n in (1, 2, 3, 5, 10)]
    [1, 2, 2, 3, 5]
    """
    return n_tokens if n_tokens <= 2 else math.ceil(n_tokens / 2)


def weigh(parts: Iterable[tuple[str, int]], *, most: int = 40) -> dict[str, int]:
    """Weight of each token over the parts of a text, given as (text, weight); repeats add up to a bound.

    Examples
    --------
    >>> weigh([("课堂", 8), ("课堂反馈", 3)])["课堂"]
    11
    """
    weights: dict[str, int] = {}
    for text, weight in parts:
        for token in set(tokens_of(text)):
            weights[token] = min(most, weights.get(token, 0) + weight)
    return weights


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).lower())
