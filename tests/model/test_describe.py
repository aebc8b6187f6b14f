"""The printed documents are those of now."""

import pytest

from model.describe import BEGIN, DOCUMENTS, END, written
from model.io.files import root


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_s_tables_are_those_of_now(name: str) -> None:
    text = (root() / "docs" / name).read_text(encoding="utf-8")
    assert text == written(text, DOCUMENTS[name]("ipswich")), "run python -m model.describe"


def test_an_old_table_is_found_out() -> None:
    text = f"# Title\n{BEGIN}\nold\n{END}\nrest"
    assert written(text, "new") == f"# Title\n{BEGIN}\n\nnew\n\n{END}\nrest" != text
