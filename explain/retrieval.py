"""Lexical search over sections of documents: Okapi BM25, the same answer for the same words every time.  Pure.

Source: S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final, NamedTuple

K1: Final = 1.2
B: Final = 0.75
# A word of a heading counts as often as this many of the text.
HEADING_WEIGHT: Final = 3
# Names of the field stay whole: Black-76, F&O, M&M, risk_score, VaR.
WORD: Final = re.compile(r"[a-z0-9]+(?:[&_-][a-z0-9]+)*")
COMMON: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "has",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "that",
        "the",
        "there",
        "this",
        "to",
        "was",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
    ]
)


class Section(NamedTuple):
    """A part of a document under one heading."""

    document: str
    heading: str
    anchor: str
    text: str


class Hit(NamedTuple):
    """A section and how well it fits, above 0."""

    section: Section
    score: float


@dataclass(frozen=True)
class Index:
    """Sections with their words counted once."""

    sections: tuple[Section, ...]
    counts: tuple[Counter[str], ...]
    holders: Counter[str]  # word -> in how many sections it stands
    mean_length: float

    @classmethod
    def of(cls, sections: Sequence[Section]) -> "Index":
        """Return the index of `sections`; of none, one that never finds anything."""
        counts = tuple(Counter(words(one.heading) * HEADING_WEIGHT + words(one.text)) for one in sections)
        holders = Counter(word for count in counts for word in count)
        length = sum(count.total() for count in counts) / len(counts) if counts else 0.0
        return cls(tuple(sections), counts, holders, length)

    def search(self, query: str, *, most: int) -> list[Hit]:
        """Return up to `most` sections that hold a word of the query, best first, equals in their own order.

        A query without a word that counts finds nothing.  Raises ValueError for `most` below 1.
        """
        if most < 1:
            raise ValueError(f"most must be at least 1, was {most}")
        asked = sorted(set(words(query)) & set(self.holders))
        scores = [self._score(count, asked) for count in self.counts]
        found = [Hit(section, score) for section, score in zip(self.sections, scores, strict=True) if score > 0]
        return sorted(found, key=lambda hit: -hit.score)[:most]

    def _score(self, count: Counter[str], asked: Sequence[str]) -> float:
        norm = K1 * (1 - B + B * count.total() / self.mean_length) if self.mean_length else K1
        return sum(self._rarity(word) * count[word] * (K1 + 1) / (count[word] + norm) for word in asked)

    def _rarity(self, word: str) -> float:
        holders, size = self.holders[word], len(self.sections)
        return log(1 + (size - holders + 0.5) / (holders + 0.5))


def words(text: str) -> list[str]:
    """Return the words that count, in lower case; a hyphenated one also in its parts."""
    found: list[str] = []
    for word in WORD.findall(text.lower()):
        parts = re.split(r"[_-]", word)
        found += [one for one in ([word, *parts] if len(parts) > 1 else [word]) if one not in COMMON]
    return found


def sections_of(document: str, text: str) -> list[Section]:
    """Split Markdown at its headings (outside code fences); what stands before the first has the document's name."""
    sections: list[Section] = []
    heading, lines, fenced = document, list[str](), False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if not fenced and (found := re.match(r"#{1,4} +(.+)", line)):
            sections += _section(document, heading, lines)
            heading, lines = found.group(1).strip(), []
        else:
            lines.append(line)
    return sections + _section(document, heading, lines)


def excerpt(section: Section, query: str, *, longest: int = 300) -> str:
    """Return the paragraph of a section that holds most words of the query, cut at a word where it is too long."""
    asked = set(words(query))
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", section.text)]
    best = max(paragraphs, key=lambda part: len(asked & set(words(part))), default="")
    return best if len(best) <= longest else best[:longest].rsplit(" ", 1)[0] + " …"


def anchor_of(heading: str) -> str:
    """Return the anchor that Markdown viewers give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _section(document: str, heading: str, lines: list[str]) -> list[Section]:
    text = "\n".join(lines).strip()
    is_named = heading != document
    return [Section(document, heading, anchor_of(heading), text)] if text or is_named else []
