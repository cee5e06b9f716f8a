"""A socket has the room it was asked for, or says what to set."""

import socket

import pytest

from edge_controller.errors import InputError
from edge_controller.radar import reception
from edge_controller.radar.reception import Listening


@pytest.mark.parametrize("one_by_one", [False, True])  # the latter where the system has no call for many
def test_all_that_was_sent_before_anybody_looked_is_there(one_by_one: bool) -> None:
    with Listening(("127.0.0.1", 0)) as listening, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as board:
        sent = [bytes([n % 256]) * 1466 for n in range(700)]  # a megabyte; the usual buffer holds 200 kB
        for packet in sent:
            board.sendto(packet, ("127.0.0.1", listening.port))
        assert not listening.warning
        if one_by_one:
            listening._together = None
        assert [*listening.packets(), *listening.packets(), *listening.packets()] == sent
        assert list(listening.packets()) == []


def test_a_buffer_that_is_kept_small_is_told_with_the_number_to_set() -> None:
    told = reception._warning(4098, 212_992, 8_388_608)
    assert "UDP port 4098" in told
    assert "212992" in told
    assert "sysctl -w net.core.rmem_max=8388608" in told
    assert not reception._warning(4098, 8_388_608, 8_388_608)


def test_a_port_in_use_is_one_sentence() -> None:
    with (
        Listening(("127.0.0.1", 0)) as first,
        pytest.raises(InputError, match=f"UDP '127.0.0.1', port {first.port}: cannot be listened on"),
    ):
        Listening(("127.0.0.1", first.port))
