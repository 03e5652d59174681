from dataclasses import replace

import numpy as np
import pytest

from risk.quant.proof import Proof, prove
from risk.report_pictures import loss_picture, reliability_picture, skill_picture
from risk.report_sections import sections
from risk.report_shapes import Picture, Scale
from risk.tests.case_factories import verdict_of

SYMBOLS = {1: "NIFTY", 2: "BANKNIFTY"}


@pytest.fixture(scope="module")
def proof() -> Proof:
    return prove(verdict_of(), symbols=SYMBOLS, random=np.random.default_rng(4), resamples=100)


def test_pictures_stay_inside_their_frame(proof: Proof) -> None:
    for section in sections(proof, symbols=SYMBOLS, refused={}):
        for picture in section.pictures:
            for bar in picture.bars:
                assert 0 <= float(bar.x) <= float(bar.x) + float(bar.width) <= picture.width
                assert 0 <= float(bar.y) <= float(bar.y) + float(bar.height) <= picture.height
            for mark in picture.marks:
                assert 0 <= float(mark.x) <= picture.width
                assert 0 <= float(mark.y) <= picture.height


def test_a_point_lies_where_its_bin_says(proof: Proof) -> None:
    row = next(row for row in proof.score.bins if row.cases)

    picture = reliability_picture(proof.score)

    assert picture.marks[0].x == f"{56 + row.forecast * (720 - 56 - 16):.1f}"
    assert picture.marks[0].y == f"{420 - 40 - row.observed * (420 - 40 - 26):.1f}"


def test_a_bin_off_the_diagonal_has_another_shape(proof: Proof) -> None:
    bins = [replace(row, excludes_diagonal=row.low > 0.25) for row in proof.score.bins]

    picture = reliability_picture(replace(proof.score, bins=bins))

    filled = [row for row in bins if row.cases]
    assert [bool(mark.points) for mark in picture.marks] == [row.excludes_diagonal for row in filled]


def test_exceedances_are_marked_by_level(proof: Proof) -> None:
    track = proof.tracks[0]
    size = len(track.move)
    calm = replace(track, move=np.zeros(size), var_95=np.full(size, 0.01), var_99=np.full(size, 0.02))
    calm.move[3], calm.move[5] = -0.015, -0.03

    picture = loss_picture(calm, symbol="NIFTY")

    assert [bool(mark.points) for mark in picture.marks] == [False, True]
    assert "2 fell below the 95 % line and 1 below the 99 % line" in picture.description


def test_pictures_of_unknown_figures_can_be_drawn(proof: Proof) -> None:
    unknown = [replace(r, skill_of_score=float("nan"), interval=(float("nan"),) * 2) for r in proof.rivals]
    still = replace(proof.tracks[0], move=np.zeros(1), var_95=np.zeros(1), var_99=np.zeros(1))

    assert skill_picture(unknown).marks == []
    assert loss_picture(still, symbol="NIFTY").marks == []


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"), [(0, 1, 0.5, 50), (1, 0, 1, 0), (1, 0, 5, 0), (0, 1, -1, 0)]
)
def test_a_scale_maps_values_and_holds_others_at_its_ends(
    low: float, high: float, value: float, expected: float
) -> None:
    assert Scale(low, high, 0, 100).at(value) == expected


def test_only_six_instruments_have_a_picture_of_losses(proof: Proof) -> None:
    many = replace(proof, tracks=[replace(proof.tracks[0], instrument=number) for number in range(1, 9)])

    section = next(s for s in sections(many, symbols={}, refused={}) if s.title == "Value at risk")

    assert len(section.pictures) == 6
    assert section.note.startswith("2 more symbols")


def test_a_picture_without_shapes_is_still_a_picture() -> None:
    empty = Picture.framed("empty", title="t", description="d", x=(0, 1), y=(0, 1))

    assert (empty.lines, empty.marks) == ([], [])
