"""Media that are dragged arrive as they were sent, and nonsense does not arrive."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QMimeData

from app.ui.drag import MEDIA_TYPE, DraggedMedia, from_mime, to_mime


def test_media_arrive_as_they_were_sent() -> None:
    media = (DraggedMedia("a", 0, 705_600_000 * 7200, "Überblick"), DraggedMedia("b"))
    data = to_mime(media)
    assert data.formats() == [MEDIA_TYPE]
    assert from_mime(data) == media


def test_the_text_is_the_agreed_json() -> None:
    text = bytes(to_mime([DraggedMedia("a", 1, 2)]).data(MEDIA_TYPE).data())
    assert json.loads(text) == [{"asset": "a", "start": 1, "end": 2, "name": ""}]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff",
        b"3",
        b'{"asset": "a"}',
        b"[3]",
        b'[{"asset": 3}]',
        b'[{"asset": "a", "start": 2, "end": 2}]',
        b'[{"asset": "a", "start": 0.5, "end": 2}]',
        b'[{"asset": "a", "start": true, "end": 2}]',
        b'[{"asset": "a", "start": 1}]',
    ],
)
def test_nonsense_carries_no_media(text: bytes) -> None:
    data = QMimeData()
    data.setData(MEDIA_TYPE, text)
    assert from_mime(data) == ()


def test_plain_text_carries_no_media() -> None:
    data = QMimeData()
    data.setText("[]")
    assert from_mime(data) == ()
