"""Photos are drawn anew: upright, small, and without a trace of what the camera wrote; what is none is refused."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from bot.photos import LONGEST_SIDE, MOST_BYTES, BadPhoto, draw_anew

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def file(picture: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **how)
    return written.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg))
    picture.load()
    return picture


def test_nothing_that_the_camera_wrote_is_left() -> None:
    exif = Image.Exif()
    exif[MAKER] = "a telling phone"
    exif.get_ifd(GPS)[1] = "N"
    sent = file(Image.new("RGB", (400, 300), "green"), exif=exif, comment=b"secret", icc_profile=b"profile")
    assert b"telling phone" in sent

    kept = draw_anew(sent)

    assert opened(kept.jpeg).getexif() == {}
    assert set(opened(kept.jpeg).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"telling" not in kept.jpeg
    assert b"secret" not in kept.jpeg


def test_it_stands_upright() -> None:
    lying = Image.new("RGB", (400, 300), "black")
    lying.paste("white", (0, 0, 100, 300))  # the left quarter
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was turned

    kept = draw_anew(file(lying, exif=exif))

    assert (kept.width, kept.height) == (300, 400)
    assert opened(kept.jpeg).getpixel((150, 20))[0] > 200  # what was left is above


@pytest.mark.parametrize(
    ("size", "drawn"), [((4000, 3000), (1600, 1200)), ((300, 4800), (100, 1600)), ((80, 60), (80, 60))]
)
def test_it_is_no_larger_than_needed(size: tuple[int, int], drawn: tuple[int, int]) -> None:
    kept = draw_anew(file(Image.new("RGB", size, "blue")))

    assert (kept.width, kept.height) == drawn
    assert max(drawn) <= LONGEST_SIDE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "CMYK", "1"])
def test_every_usual_kind_becomes_a_jpeg(kind: str, mode: str) -> None:
    picture = Image.new(mode, (40, 30))
    try:
        sent = file(picture, kind)
    except (OSError, ValueError):
        pytest.skip(f"there is no {mode} {kind}")

    assert opened(draw_anew(sent).jpeg).format == "JPEG"


def test_what_is_transparent_is_paper() -> None:
    kept = draw_anew(file(Image.new("RGBA", (40, 30), (255, 0, 0, 0)), "PNG"))

    assert opened(kept.jpeg).getpixel((20, 15)) == (255, 255, 255)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"MZ\x90",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4",
        b"GIF89a",
        b"\xff\xd8\xff\xe0" + b"\0" * 50,
    ],
)
def test_what_is_no_photo_is_refused(sent: bytes) -> None:
    with pytest.raises(BadPhoto, match="打不开"):
        draw_anew(sent)


def test_a_photo_cut_off_in_the_middle_is_refused() -> None:
    noise = Image.frombytes("RGB", (600, 600), random.Random(1).randbytes(600 * 600 * 3))

    with pytest.raises(BadPhoto, match="打不开"):
        draw_anew(file(noise)[:5000])


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused() -> None:
    bomb = file(Image.new("1", (12_000, 12_000)), "PNG")
    assert len(bomb) < 100_000

    with pytest.raises(BadPhoto, match="太大"):
        draw_anew(bomb)


def test_a_file_above_the_limit_is_not_even_opened() -> None:
    with pytest.raises(BadPhoto, match="10 MB"):
        draw_anew(b"\0" * (MOST_BYTES + 1))


def test_the_same_photo_is_drawn_the_same() -> None:
    sent = file(Image.new("RGB", (400, 300), "green"))

    assert draw_anew(sent) == draw_anew(sent)
