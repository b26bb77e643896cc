"""Emotion: is a copy that was guided towards a feeling read as that feeling by a judge the guide has never met?

    python -m benchmarks.emotion_guidance [--briefs 100] [--seed 7]

Protocol. For each of Ekman's six emotions 100 briefs over the demo catalogue, drawn at random (work, channel, seed,
intensity 0.4 … 1; the languages in turn) among works whose genres and moods do not contradict the feeling. *Unguided* is
the writer's best of six candidates; *guided* starts from the same six and is brought towards the emotion. Both are read
without tags and signatures.

Guide and judge share nothing that is learned: the project's utterances are split by rows into two random halves (``--seed``;
what was developed, was developed with seed 101). The guide is naive-Bayes logistic regression on words and characters of
one half, without the lexicon that the product's guide has. The judge is TF-IDF regression on the other half, every emotion
weighing the same, with the project's lexicon; of the judges tried, the best was 0.61 accurate on unseen rows, this one 0.60.
What they share all the same: both halves come from one corpus and one author. No line of the bank is an utterance, but the
lines for anger were written with the lexicon's words of anger in view, which the judge knows. The figure leans on the judge:
in development (seed 101, an earlier setting) it was 0.91 so, 0.77 with the lexicon's words dealt out between the two (judge
0.53 accurate), and 0.67 with a judge that had no lexicon (0.47 accurate). Expect less with strangers.
``judge/accuracy`` is the judge's, of seven classes, on the guide's half, which it has not seen: a judge that is often wrong
about real utterances is an unsteady witness, and the unguided rate shows what it says by chance.

- ``hit_rate/guided``, ``hit_rate/unguided``: share judged as the target, of seven emotions; by emotion and language too.
- ``reached``: share where the guide itself says that the target was reached; ``told_right``: share in which the
  judge agrees where it says so.
- ``facts_kept``: share in which the claims that ``generation.grounding`` reads are exactly those of the candidate it was made
  from, every one has a source, every part is within its channel's bound, and compliance finds nothing.
- ``distinct2``, ``distinct2/unguided``: different pairs of neighbouring words (English) or characters (Chinese) among all
  pairs, over all texts of a condition (Li et al., "A Diversity-Promoting Objective Function", NAACL 2016).
- ``contradicted``: works that were drawn and contradict the feeling, as a share; they are run too, count for
  ``facts_kept`` and not for the hits: there the facts win, and the answer says how near it came.

There is no public anchor: the rival is the same writer without guidance. Takes about a minute on one core.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from rich.progress import track

from benchmarks.common import console, options, report
from generation.adcopy import AdCopywriter
from generation.briefs import AdBrief, Draft, GenerationError
from generation.channels import CHANNELS
from generation.compliance import check
from generation.emotion import Keep, Target
from generation.emotion_copy import guide_draft, keeping
from generation.emotion_guide import Guide
from generation.grounding import claims
from generation.text.copy_variety import wording
from generation.text.emotion_bank import FELT
from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES, Graph
from knowledge.sentiment.datasets import EMOTIONS, Examples, utterances
from knowledge.sentiment.default import word_classes
from knowledge.sentiment.features import Ngrams
from knowledge.sentiment.linear import LinearClassifier

REACH = {"hit_rate/guided": 0.85, "facts_kept": 1.0}
CANDIDATES = 6
INTENSITIES = (0.4, 0.6, 0.8, 1.0)


class Judge:
    """Another family than the guide's, on other rows, with a lexicon that the guide has not."""

    def __init__(self, examples: Examples) -> None:
        labels = examples.coded({"emotion": EMOTIONS})
        weights = 1.0 / np.bincount(labels[:, 0], minlength=len(EMOTIONS))[labels[:, 0]]
        self.model = LinearClassifier.fit(
            examples.texts, labels, {"emotion": EMOTIONS}, ngrams=Ngrams(units=2, letters=(0, 0)), lexicon=word_classes(),
            weighting="tfidf", iterations=40, row_weights=(weights / weights.mean()).astype(np.float32),
        )  # fmt: skip

    def emotions(self, texts: Sequence[str]) -> list[str]:
        return [EMOTIONS[at] for at in self.model.scores(texts)[0].argmax(axis=1)]


def main(arguments: list[str] | None = None) -> None:
    parser = options(__doc__ or "", data=False)
    parser.add_argument("--briefs", type=int, default=100, help="briefs for each emotion")
    parser.add_argument("--seed", type=int, default=7, help="of the split and of the briefs")
    given = parser.parse_args(arguments)
    examples = utterances()
    first, second = np.array_split(np.random.default_rng(given.seed).permutation(len(examples)), 2)
    guide = Guide.fit(examples.take(first), own_words=False)
    judge = Judge(examples.take(second))
    graph = Catalogue.load().graph
    writer = AdCopywriter(graph)
    run = _Run(graph, writer, guide, given.seed)
    for emotion in track(FELT, "emotions", console=console):
        run.emotion(emotion, given.briefs)
    held = examples.take(first)
    hits = [said == label for said, label in zip(judge.emotions(held.texts), held.targets["emotion"], strict=True)]
    guide_hits = [
        EMOTIONS[row.argmax()] == label
        for row, label in zip(guide.probabilities(examples.take(second).texts), examples.take(second).targets["emotion"], strict=True)
    ]  # fmt: skip
    results = run.results(judge)
    results |= {"judge/accuracy": float(np.mean(hits)), "guide/accuracy": float(np.mean(guide_hits))}
    for text in run.samples:
        console.print(text, markup=False)
    rivals = {
        "unguided/hit_rate/guided": results["hit_rate/unguided"],
        "unguided/distinct2": results["distinct2/unguided"],
    }
    report("emotion_guidance", results, rivals=rivals, reach=REACH | {"distinct2": results["distinct2/unguided"]})


class _Run:
    """Writes, guides and keeps what is needed to count."""

    def __init__(self, graph: Graph, writer: AdCopywriter, guide: Guide, seed: int) -> None:
        self.graph, self.writer, self.guide = graph, writer, guide
        self.works = sorted(entity.id for entity in graph.entities(WORK_TYPES))
        self.rng = random.Random(seed)
        self.rows: list[tuple[str, str, str, str, bool]] = []  # emotion, language, unguided, guided, reached
        self.kept: list[bool] = []
        self.drawn = self.against = self.failed = 0
        self.samples: list[str] = []

    def emotion(self, emotion: str, briefs: int) -> None:
        done = 0
        while done < briefs:
            lang = ("zh", "en")[done % 2]
            brief = AdBrief(work=self.rng.choice(self.works), lang=lang, channel=self.rng.choice(sorted(CHANNELS)))
            target, seed = Target(emotion, self.rng.choice(INTENSITIES)), self.rng.randrange(10**6)
            try:
                drafts = [self.writer.generate(brief, seed=seed + at, candidates=1) for at in range(CANDIDATES)]
            except GenerationError:
                self.failed += 1
                continue
            found = guide_draft(drafts, brief, target, self.guide, self.graph, self.writer.names, seed=seed)
            self.drawn += 1
            self.kept.append(self._sound(drafts[found.guided.chosen], found.draft, brief))
            if keeping(brief, self.graph, self.writer.names, target).contradicted:
                self.against += 1
                continue
            best = max(drafts, key=lambda draft: draft.scores["total"])
            self.rows.append((emotion, lang, _read(best), _read(found.draft), found.guided.reached))
            done += 1
            if done in (1, 2):
                self.samples.append(f"--- {emotion} {target.intensity} · {found.guided.near[lang]}\n{found.draft.text}")

    def _sound(self, before: Draft, after: Draft, brief: AdBrief) -> bool:
        told = [self._claims(draft, brief) for draft in (before, after)]
        bounds = CHANNELS[brief.channel].bounds[brief.lang]
        exempt = self._known(brief).exempt
        return (
            told[0] == told[1]
            and all(source is not None for _, _, source in told[1])
            and all(bounds[name].fits(words) for name, words in after.metadata["parts"] if name in bounds)
            and not check(after.text, brief.lang, exempt=exempt)
        )

    def _known(self, brief: AdBrief) -> Keep:
        """The facts and words that the writer itself may rest on; the target has no part in them."""
        return keeping(brief, self.graph, self.writer.names, Target("neutral"))

    def _claims(self, draft: Draft, brief: AdBrief) -> Counter[tuple[str, str, str | None]]:
        known = self._known(brief)
        text = "\n".join(words for _, words in draft.metadata["parts"])
        found = claims(text, brief.lang, facts=known.facts, brief=known.brief, graph=self.writer.names)
        return Counter((claim.kind, claim.text, claim.source) for claim in found)

    def results(self, judge: Judge) -> dict[str, float]:
        hits: dict[str, list[bool]] = defaultdict(list)
        agreed: list[bool] = []
        for condition, column in (("guided", 3), ("unguided", 2)):
            said = judge.emotions([str(row[column]) for row in self.rows])
            for row, heard in zip(self.rows, said, strict=True):
                for key in ("", f"/{row[0]}", f"/{row[1]}"):
                    hits[f"hit_rate/{condition}{key}"].append(heard == row[0])
                if condition == "guided" and row[4]:
                    agreed.append(heard == row[0])
        return {key: float(np.mean(values)) for key, values in hits.items()} | {
            "facts_kept": float(np.mean(self.kept)),
            "distinct2": distinct2([row[3] for row in self.rows]),
            "distinct2/unguided": distinct2([row[2] for row in self.rows]),
            "reached": float(np.mean([row[4] for row in self.rows])),
            "told_right": float(np.mean(agreed)),
            "contradicted": self.against / self.drawn,
        }


def _read(draft: Draft) -> str:
    return wording(draft.metadata["parts"])


def distinct2(texts: Sequence[str]) -> float:
    """Different bigrams among all bigrams of ``texts``; Chinese by characters, English by words, marks left out."""
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        words = re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+", text.lower())
        pairs.update(pairwise(words))
    return len(pairs) / max(1, sum(pairs.values()))


if __name__ == "__main__":
    main()
