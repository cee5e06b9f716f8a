"""The digest tells one raw chain from another."""

from pathlib import Path

from hil.sensing.chain import chain_sha256


def test_a_word_changed_anywhere_makes_it_another(tmp_path: Path) -> None:
    def digest(words: str) -> str:
        room = tmp_path / words / "room"
        (room / "inner").mkdir(parents=True)
        (room / "inner" / "stage.py").write_text(words)
        return chain_sha256((room,))

    assert digest("gate = 3") != digest("gate = 4")
    assert chain_sha256() == chain_sha256()
