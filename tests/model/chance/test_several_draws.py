"""Draws of several decisions in one call, and rows that start afresh."""

import numpy as np
import pytest

from model.chance.luck import Luck, decision
from model.columns.table import Column, Table

A, B = decision("test.several_a"), decision("test.several_b")
IDS = np.arange(5, 3000, dtype=np.uint32)


@pytest.mark.parametrize("ids", [IDS, IDS[::3], IDS[:0]])
def test_each_row_is_the_draw_of_its_decision_alone(ids: np.ndarray) -> None:
    luck = Luck(3)
    for several, one in ((luck.normals, luck.normal), (luck.uniforms, luck.uniform)):
        for draw, which in zip(several((A, B), 2020, ids), (A, B), strict=True):
            assert (draw == one(which, 2020, ids)).all()
        for number, draw in enumerate(several([A] * 3, 2020, ids, range(3))):
            assert (draw == one(A, 2020, ids, number)).all()


def test_alternatives_go_with_decisions_one_to_one() -> None:
    with pytest.raises(ValueError, match="1 alternatives for 2 decisions"):
        Luck(3).normals((A, B), 2020, IDS, (0,))
    with pytest.raises(ValueError, match="alternative = -1"):
        Luck(3).uniforms((A,), 2020, IDS, (-1,))


def test_rows_are_reset_only_where_the_open_phase_may_write() -> None:
    f4 = Column("score", np.dtype(np.float32), "SD", -9, 9, "a score", ("grow",), np.nan)
    table = Table("child", (Column("id", np.dtype(np.uint32), "id", 0, 9, "id", ("grow",), 0), f4), 4)
    assert table.writes("grow")
    assert not table.writes("rest")
    table.open("grow")
    table.score[:] = 1
    table.reset(["score"], np.array([0, 2]))
    assert np.isnan(table.score).tolist() == [True, False, True, False]
    table.close()
    with pytest.raises(TypeError):
        table.reset(["score"], np.array([0]))
