"""Photos as they come in are drawn anew: turned upright, made smaller, and free of all that a camera writes into them
(where it was taken, when, by whom). Nothing of the file that was sent is kept."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from models.photo import Picture

MOST_BYTES = 10 * 1024 * 1024  # of what is sent
MOST_PIXELS = 60_000_000  # a phone's camera has up to 50 million; a small file may unpack to far more
LONGEST_SIDE = 1600
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


class BadPhoto(Exception):
    """What was sent is no photo that can be kept; the text is for the person."""


def draw_anew(sent: bytes) -> Picture:
    """Raises BadPhoto."""
    if len(sent) > MOST_BYTES:
        raise BadPhoto("照片太大了，请发小一点的（最多 10 MB）")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn(sent)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadPhoto("这张照片打不开，请换一张（JPG、PNG 都行）") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise BadPhoto("照片太大了，请发小一点的") from error


def _drawn(sent: bytes) -> Picture:
    with Image.open(io.BytesIO(sent), formats=FORMATS) as photo:
        if photo.width * photo.height > MOST_PIXELS:
            raise BadPhoto("照片太大了，请发小一点的")
        photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked no larger than needed
        upright = ImageOps.exif_transpose(photo)
        flat = _on_white(upright)
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = Image.new("RGB", flat.size)
    drawn.paste(flat)  # the pixels and nothing else
    kept = io.BytesIO()
    drawn.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return Picture(kept.getvalue(), *drawn.size)


def _on_white(photo: Image.Image) -> Image.Image:
    """Where a picture is transparent, paper shows."""
    if photo.mode in ("RGBA", "LA", "PA") or "transparency" in photo.info:
        seen_through = photo.convert("RGBA")
        paper = Image.new("RGBA", seen_through.size, "white")
        return Image.alpha_composite(paper, seen_through).convert("RGB")
    return photo.convert("RGB")
