"""An empty path or name on the command line is refused at once, by whatever command."""

import pytest
from click.testing import CliRunner

from edge_controller.cli import nearside


@pytest.mark.parametrize(
    "words",
    [
        "fit show FIT --plot ''",
        "fit show FIT --json ''",
        "fit show ''",
        "fit warm ''",
        "replay C.bin --json ''",
        "replay C.bin --plot ''",
        "replay C.bin --radar ''",
        "run S.toml --record ''",
        "run ''",
        "gateway flash --port ''",
        "gateway flash --port P --key ''",
        "gateway flash --port P --json ''",
        "install --simulated --out ''",
        "install --simulated --out O --answers ''",
        "install --simulated --out O --json ''",
        "office verify '' --trust T",
        "office verify R --trust ''",
        "office verify R --trust T --json ''",
        "office serve --trust T --hooks H --db ''",
        "office demo --db ''",
        "unit report --unit ''",
        "unit deliver --unit U --office ''",
        "radar start --cfg C --port ''",
        "radar start --cfg C --port P --board ''",
        "radar stop --port ' '",
        "radar record --cfg C --antennas A --out ''",
        "radar record --cfg C --antennas '' --out O",
        "hil board --flash ''",
        "hil run R2 --out ''",
    ],
)
def test_an_empty_path_or_name_is_refused(words: str) -> None:
    given = words.replace("''", "EMPTY").replace("' '", "BLANK").split()
    told = CliRunner().invoke(nearside, [{"EMPTY": "", "BLANK": " "}.get(word, word) for word in given])
    assert told.exit_code == 2, told.exception
    assert ": is empty" in told.output
