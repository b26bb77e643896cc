"""What every recommender does, whatever its mathematics: one suite, run on each line of the registry.

``test_model_behaviour.py`` runs it. Tables are tiny, so a model's ``small`` arguments have to learn them quickly; the
promises that only some models make (personal, additive, learns from likes or from ratings) are read from its entry.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from recsys import registry
from recsys.interactions import Interactions
from recsys.model import History, ItemModel, NotFitted, Recommender, top_k
from recsys.registry import Entry
from recsys.storage import ModelFileError


@dataclass(frozen=True)
class Second:
    """What was seen while a model was fitted a second time."""

    model: ItemModel
    said: list[float]
    changed: bool
    drew_from_numpy: bool


def _content(table: Interactions) -> list[bytes]:
    m = table.matrix
    return [part.tobytes() for part in (m.data, m.indices, m.indptr, table.times)]


class ModelBehaviour:
    """Needs the fixtures ``name`` (of a registered model), ``random_table`` and ``checkerboard``."""

    history: History = (("i3", 1.0), ("i8", -0.5), ("i20", 0.7))
    histories: tuple[History, ...] = (history, (), ("i1",), ("nobody-knows",), (("i1", -1.0), ("i2", 1.0)))

    @classmethod
    def unfitted(cls, name: str) -> ItemModel:
        return registry.create(name, **registry.entry(name).small)

    @pytest.fixture(scope="class")
    @classmethod
    def entry(cls, name: str) -> Entry:
        return registry.entry(name)

    @pytest.fixture(scope="class")
    @classmethod
    def model(cls, name: str, random_table: Interactions) -> ItemModel:
        return cls.unfitted(name).fit(random_table)

    @pytest.fixture(scope="class")
    @classmethod
    def second(cls, name: str, random_table: Interactions) -> Second:
        """The model fitted once more, on the same rows in another order, watched closely."""
        rows = list(zip(*random_table.rows(), strict=True))
        table = Interactions.from_rows(rows[i] for i in np.random.default_rng(1).permutation(len(rows)))
        before, said = _content(table), list[float]()
        np.random.seed(123)
        state = np.random.get_state()[1].copy()  # type: ignore[index]
        model = cls.unfitted(name).fit(table, lambda fraction, what: said.append(fraction))
        drawn = not np.array_equal(np.random.get_state()[1], state)  # type: ignore[index]
        return Second(model, said, changed=_content(table) != before, drew_from_numpy=drawn)

    # --- the right answer is known ---------------------------------------------------------------------------------

    def test_checkerboard_of_likes(self, name: str, entry: Entry, checkerboard: Interactions) -> None:
        """Even users like even items, odd users odd ones; the one a user has not met comes first."""
        if not entry.personal or entry.feedback != "likes":
            pytest.skip("does not learn taste from likes")
        model = self.unfitted(name).fit(checkerboard)
        for user in range(checkerboard.n_users):
            history = [checkerboard.item_ids[i] for i in checkerboard.matrix[[user]].indices]
            best, *rest = model.recommend(history, 5)
            assert best[0] == f"i{user:02}"
            assert all(score < best[1] for _, score in rest)

    def test_checkerboard_of_ratings(self, name: str, entry: Entry) -> None:
        """Ratings 5 on the own colour and 1 on the other: of the two items not met, the own colour's scores higher."""
        if not entry.personal or entry.feedback != "ratings":
            pytest.skip("does not learn taste from ratings")
        size = 20
        rated = {
            user: {f"i{i:02}": 5.0 if user % 2 == i % 2 else 1.0 for i in range(size) if i not in (user, user ^ 1)}
            for user in range(size)
        }
        rows = ((f"u{user:02}", item, value) for user, ratings in rated.items() for item, value in ratings.items())
        model = self.unfitted(name).fit(Interactions.from_rows(rows))
        for user, ratings in rated.items():
            scores = dict(model.recommend(list(ratings.items()), 2))
            assert scores[f"i{user:02}"] > scores[f"i{user ^ 1:02}"]

    # --- one answer, however it is asked for -----------------------------------------------------------------------

    def test_is_a_recommender(self, model: ItemModel) -> None:
        assert isinstance(model, Recommender)
        assert len(model.item_ids) == 35 and "i3" in model and "nobody-knows" not in model

    def test_recommend_is_the_sorted_scores_without_the_history(self, model: ItemModel) -> None:
        for history in self.histories:
            scores = model.scores(history)
            met = {entry if isinstance(entry, str) else entry[0] for entry in history}
            order = top_k(scores, len(scores))
            expected = [(model.item_ids[i], float(scores[i])) for i in order if model.item_ids[i] not in met]
            assert model.recommend(history, k=12) == expected[:12]
            assert model.recommend(history, k=10_000) == expected, "k above the number of items gives them all"

    def test_batch_equals_single(self, model: ItemModel) -> None:
        single = np.stack([model.scores(history) for history in self.histories])
        batch = model.scores_many(self.histories)
        assert batch.dtype == np.float32 and batch.shape == single.shape
        np.testing.assert_allclose(batch, single, rtol=1e-4, atol=1e-5)
        assert model.scores_many([]).shape == (0, len(model.item_ids))
        assert model.recommend_many([], 3) == []
        for many, history in zip(model.recommend_many(self.histories, 6), self.histories, strict=True):
            one = model.recommend(history, 6)
            assert [score for _, score in many] == pytest.approx([score for _, score in one], rel=1e-4, abs=1e-5)
            assert len({item for item, _ in many}) == 6

    def test_excluded_items_stay_away(self, model: ItemModel) -> None:
        first = [item for item, _ in model.recommend(self.history, 5)]
        second = model.recommend(self.history, 5, exclude=[*first[:3], "nobody-knows"])
        assert [item for item, _ in second[:2]] == first[3:] and not set(first[:3]) & {item for item, _ in second}
        many = model.recommend_many([self.history, []], 5, exclude=first[:3])
        assert not any(item in first[:3] for listed in many for item, _ in listed)
        assert model.recommend(self.history, 5, exclude=model.item_ids) == []

    def test_scores_are_finite_float32(self, model: ItemModel) -> None:
        for history in self.histories:
            scores = model.scores(history)
            assert scores.dtype == np.float32 and scores.shape == (35,) and np.isfinite(scores).all()

    # --- whoever asks ----------------------------------------------------------------------------------------------

    def test_strangers_are_served_and_every_event_counts(self, model: ItemModel, entry: Entry) -> None:
        """Nobody in the table has such a history."""
        if not entry.personal:
            pytest.skip("not personal")
        before = [("i3", 1.0), ("i8", 1.0)]
        after = [*before, ("i20", 1.0)]
        assert len(model.recommend(before, 10)) == 10
        assert not np.allclose(model.scores(before), model.scores(after), rtol=1e-6, atol=0)
        assert "i20" not in dict(model.recommend(after, 100)) and "i20" in dict(model.recommend(before, 100))
        assert model.recommend(["i5"], 10) != model.recommend(["i30"], 10)

    def test_unknown_items_are_ignored(self, model: ItemModel) -> None:
        np.testing.assert_array_equal(model.scores([*self.history, ("nobody-knows", 1.0)]), model.scores(self.history))
        np.testing.assert_array_equal(model.scores(["nobody-knows"]), model.scores([]))
        assert model.recommend(self.history, 3, exclude=["nobody-knows"]) == model.recommend(self.history, 3)

    def test_the_latest_word_about_an_item_counts(self, model: ItemModel) -> None:
        said = [("i3", -1.0), ("i5", 1.0), ("i3", 0.25)]
        np.testing.assert_array_equal(model.scores(said), model.scores([("i5", 1.0), ("i3", 0.25)]))
        np.testing.assert_array_equal(model.scores(["i5", "i5"]), model.scores(["i5"]))

    def test_somebody_who_met_everything(self, model: ItemModel) -> None:
        everything = list(model.item_ids)
        assert model.recommend(everything, 10) == []
        assert model.recommend_many([everything, []], 10)[0] == []
        assert np.isfinite(model.scores(everything)).all()

    # --- odd tables ------------------------------------------------------------------------------------------------

    def test_duplicate_rows_count_once(self, name: str, random_table: Interactions, model: ItemModel) -> None:
        rows = list(zip(*random_table.rows(), strict=True))
        stale = [(user, item, 0.9, 0) for user, item, _, _ in rows[::3]]
        twice = self.unfitted(name).fit(Interactions.from_rows([*stale, *rows, *rows[::2]]))
        np.testing.assert_array_equal(twice.scores(self.history), model.scores(self.history))

    def test_an_item_nobody_likes_and_a_user_who_likes_nothing(self, name: str, random_table: Interactions) -> None:
        """Stored zeros: the item and the user are known, and nothing is known of them."""
        rows = [*zip(*random_table.rows(), strict=True), ("u0", "untouched", 0.0, 5), ("nobody", "i3", 0.0, 5)]
        rows += [(f"glutton{i}", item, 1.0, 5) for i in range(2) for item in random_table.item_ids]
        model = self.unfitted(name).fit(Interactions.from_rows(rows))
        for history in (self.history, [], ["untouched"], ["untouched", "i3"], list(random_table.item_ids)):
            assert np.isfinite(model.scores(history)).all()
        assert "untouched" in dict(model.recommend(self.history, 100))
        assert all(np.isfinite(part) for _, part in model.explain(["untouched", "i3"], "i4"))

    def test_an_item_without_a_single_row(self, name: str, random_table: Interactions, tmp_path) -> None:
        """Its column is there and empty, as after an erasure or a hold-out; it can be asked about all the same."""
        table = random_table.where(random_table.matrix.indices != random_table.item_ids.index("i7"))
        model = self.unfitted(name).fit(table)
        assert "i7" in model and len(model.item_ids) == 35
        for history in (self.history, ["i7"], ["i7", "i3"], []):
            assert np.isfinite(model.scores(history)).all()
        assert "i7" in dict(model.recommend(self.history, 100)) and "i7" not in dict(model.recommend(["i7"], 100))
        assert all(np.isfinite(part) for _, part in model.explain(self.history, "i7"))
        model.save(tmp_path)
        np.testing.assert_array_equal(type(model).load(tmp_path).scores(self.history), model.scores(self.history))

    def test_nothing_to_learn_from(self, name: str, tmp_path) -> None:
        model = self.unfitted(name).fit(Interactions([], []))
        model.save(tmp_path)
        for empty in (model, type(model).load(tmp_path)):
            assert empty.item_ids == () and empty.scores(["x"]).shape == (0,) and empty.recommend(["x"]) == []
            assert empty.scores_many([["x"], []]).shape == (2, 0)

    def test_one_user_one_item(self, name: str) -> None:
        model = self.unfitted(name).fit(Interactions(["u"], ["x"]))
        assert np.isfinite(model.scores(["x"])).all() and [item for item, _ in model.recommend([])] == ["x"]

    def test_progress_reaches_one(self, second: Second) -> None:
        assert second.said == sorted(second.said) and second.said[0] >= 0 and second.said[-1] == 1.0

    def test_refitting_forgets(
        self, name: str, model: ItemModel, checkerboard: Interactions, random_table: Interactions
    ) -> None:
        if registry.entry(name).from_graph:
            pytest.skip("its works come from a graph, once")
        again = self.unfitted(name).fit(checkerboard).fit(random_table)
        assert again.item_ids == model.item_ids
        np.testing.assert_array_equal(again.scores(self.history), model.scores(self.history))

    # --- no surprises ----------------------------------------------------------------------------------------------

    def test_the_same_table_gives_the_same_model(self, model: ItemModel, second: Second) -> None:
        """Seeds are arguments: the process-wide generator neither matters nor is touched; row order does not matter."""
        np.testing.assert_array_equal(second.model.scores(self.history), model.scores(self.history))
        assert not second.drew_from_numpy

    def test_nothing_it_was_given_is_changed(self, model: ItemModel, second: Second) -> None:
        assert not second.changed
        history, exclude = [("i3", 1.0), ("i8", -0.5)], ["i4"]
        model.recommend(history, 5, exclude)
        model.explain(history, "i1")
        model.scores_many([history])
        assert history == [("i3", 1.0), ("i8", -0.5)] and exclude == ["i4"]

    def test_nothing_it_gave_reaches_back(self, model: ItemModel) -> None:
        for history in (self.history, ()):
            first = model.scores(history)
            kept = first.copy()
            first[:] = -7.0
            np.testing.assert_array_equal(model.scores(history), kept)
            model.scores_many([history])[:] = -7.0
            np.testing.assert_array_equal(model.scores(history), kept)

    # --- why -------------------------------------------------------------------------------------------------------

    def test_explanations(self, model: ItemModel, entry: Entry) -> None:
        scores, stranger = model.scores(self.history), model.scores([])
        for row, item in enumerate(model.item_ids):
            parts = model.explain(self.history, item)
            assert parts == sorted(parts, key=lambda part: -part[1])
            sources = [source for source, _ in parts]
            assert set(sources) <= {"i3", "i8", "i20"} and len(set(sources)) == len(sources)
            total = sum(part for _, part in parts)
            if entry.explains == "score":
                assert total == pytest.approx(scores[row], rel=1e-3, abs=1e-4)
            elif entry.explains == "lift":
                assert total == pytest.approx(scores[row] - stranger[row], rel=1e-3, abs=1e-4)
        assert model.explain([], "i1") == [] and model.explain(["nobody-knows"], "i1") == []

    # --- on disk ---------------------------------------------------------------------------------------------------

    def test_saved_and_loaded_it_is_the_same(self, model: ItemModel, tmp_path) -> None:
        model.save(tmp_path)
        for again in (type(model).load(tmp_path), registry.load_model(tmp_path)):
            assert type(again) is type(model) and again.item_ids == model.item_ids
            for history in self.histories:
                np.testing.assert_array_equal(again.scores(history), model.scores(history))
            assert again.explain(self.history, "i1") == model.explain(self.history, "i1")
        before = sorted(path.suffix for path in tmp_path.rglob("*") if path.is_file())
        again.save(tmp_path)
        assert sorted(path.suffix for path in tmp_path.rglob("*") if path.is_file()) == before, "no leftovers"

    def test_files_are_plain(self, model: ItemModel, tmp_path) -> None:
        """JSON and arrays of numbers or text; no pickle, and no float64 where float32 does."""
        model.save(tmp_path)
        for path in (path for path in tmp_path.rglob("*") if path.is_file()):
            assert path.suffix in {".json", ".npz", ".safetensors"}
            if path.suffix == ".json":
                json.loads(path.read_text(encoding="utf-8"))
            elif path.suffix == ".npz":
                with np.load(path, allow_pickle=False) as file:
                    assert all(file[key].dtype != np.float64 for key in file.files)
            else:
                size = int.from_bytes(path.read_bytes()[:8], "little")
                json.loads(path.read_bytes()[8 : 8 + size])

    @pytest.mark.parametrize(
        ("change", "complaint"),
        [({"format": 99}, "format 99"), ({"kind": "Other"}, "Other"), ({"settings": {}}, "not a"), (None, "not a")],
    )
    def test_a_file_from_another_version_is_refused(self, model: ItemModel, tmp_path, change, complaint) -> None:
        model.save(tmp_path)
        manifest = tmp_path / "model.json"
        kept = json.loads(manifest.read_text())
        manifest.write_text("{" if change is None else json.dumps({**kept, **change}))
        with pytest.raises(ModelFileError, match=complaint):
            type(model).load(tmp_path)

    @pytest.mark.parametrize("kept", [0.5, 0.0])
    def test_a_cut_off_file_is_refused(self, model: ItemModel, tmp_path, kept: float) -> None:
        model.save(tmp_path)
        arrays = max(tmp_path.glob("*.npz"), key=lambda path: path.stat().st_size)
        arrays.write_bytes(arrays.read_bytes()[: int(kept * arrays.stat().st_size)])
        with pytest.raises(ModelFileError, match=str(tmp_path)):
            type(model).load(tmp_path)

    # --- what is wrong is said -------------------------------------------------------------------------------------

    def test_wrong_questions(self, name: str, model: ItemModel, tmp_path) -> None:
        for ask in (lambda m: m.scores([]), lambda m: m.recommend([]), lambda m: m.scores_many([]), lambda m: "x" in m):
            with pytest.raises(NotFitted, match=registry.entry(name).cls):
                ask(self.unfitted(name))
        with pytest.raises(NotFitted):
            self.unfitted(name).save(tmp_path)
        for wrong in (0, -1):
            with pytest.raises(ValueError, match="at least 1"):
                model.recommend([], wrong)
            with pytest.raises(ValueError, match="at least 1"):
                model.recommend_many([[]], wrong)
        with pytest.raises(KeyError, match="nobody-knows"):
            model.explain(self.history, "nobody-knows")
        with pytest.raises(FileNotFoundError):
            type(model).load(tmp_path / "absent")

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_values_that_are_no_numbers(self, model: ItemModel, value: float) -> None:
        with pytest.raises(ValueError, match=r"entry 1.*'i8'"):
            model.scores([("i3", 1.0), ("i8", value)])
        with pytest.raises(ValueError, match=r"entry 1.*'i8'"):
            model.recommend([("i3", 1.0), ("i8", value)])
        with pytest.raises(ValueError, match=r"entry 0.*'i8'"):
            model.scores_many([["i3"], [("i8", value)]])

    def test_ids_that_are_no_text(self, model: ItemModel) -> None:
        with pytest.raises(ValueError, match=r"entry 1.*7"):
            model.scores(["i3", 7])  # type: ignore[list-item]
        with pytest.raises(ValueError, match=r"entry 0.*7"):
            model.recommend([(7, 1.0)])  # type: ignore[list-item]
