#!/usr/bin/env python3
"""Writes the images of tests/data/images and, beside each, the pixels that Pillow gives: NAME.pixels, first
as RGB, then as grey, row by row; and tests/data/large.jpg. Needs Pillow. Usage: tools/image_fixtures.py"""

import io
import pathlib
import struct
import zlib

from PIL import Image, ImageOps

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "tests" / "data" / "images"
WIDTH, HEIGHT = 21, 13
# Origin and step of the passes of Adam7: x0, y0, dx, dy.
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def pixel(x, y, channel):
    """16 bits: a smooth picture with an edge; another one in each channel."""
    value = (x * (2400 + 300 * channel) + y * (1900 - 500 * channel) + 9000 * channel) % 65536
    return value if (x - 10) ** 2 + (y - 6) ** 2 > 16 else 65535 - value


def picture(channels):
    """The same in 8 bits."""
    data = bytes(pixel(x, y, c) >> 8 for y in range(HEIGHT) for x in range(WIDTH) for c in range(channels))
    return Image.frombytes({1: "L", 3: "RGB", 4: "CMYK"}[channels], (WIDTH, HEIGHT), data)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_rows(places, bits, channels):
    """Rows of pixels, each a list of places (x, y), packed and with the filter type none."""
    out = b""
    for row in places:
        samples = "".join(f"{pixel(x, y, c) >> (16 - bits):0{bits}b}" for x, y in row for c in range(channels))
        samples += "0" * (-len(samples) % 8)
        out += b"\0" + int(samples, 2).to_bytes(len(samples) // 8, "big") if samples else b""
    return out


def png(colour_type, bits, *chunks, interlaced=False):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    data = b"".join(png_rows([[(x, y) for x in range(x0, WIDTH, dx)] for y in range(y0, HEIGHT, dy)], bits, channels)
                    for x0, y0, dx, dy in passes)  # fmt: skip
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colour_type, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks)
            + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))  # fmt: skip


def palette(bits):
    colours = [(i * 37 % 256, i * 91 % 256, i * 151 % 256) for i in range(2**bits)]
    return chunk(b"PLTE", bytes(value for colour in colours for value in colour))


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, **options)
    return out.getvalue()


def rotated(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return jpeg(picture(3), subsampling=0, exif=exif)


def ycck():
    """Adobe's marker says which of the two spaces of four components it is, in its last byte."""
    data = bytearray(jpeg(picture(4)))
    data[data.index(b"Adobe") + 11] = 2
    return bytes(data)


def files():
    yield "grey.jpg", jpeg(picture(1))
    yield "colour.jpg", jpeg(picture(3), subsampling=0)
    yield "subsampled.jpg", jpeg(picture(3), subsampling=2)
    yield "progressive.jpg", jpeg(picture(3), progressive=True)
    yield "cmyk.jpg", jpeg(picture(4))
    yield "ycck.jpg", ycck()
    for orientation in range(1, 9):
        yield f"exif{orientation}.jpg", rotated(orientation)
    for bits in (1, 2, 4, 8, 16):
        yield f"grey{bits}.png", png(0, bits)
    for bits in (1, 2, 4, 8):
        yield f"palette{bits}.png", png(3, bits, palette(bits))
    yield "palette_alpha.png", png(3, 4, palette(4), chunk(b"tRNS", bytes(range(0, 256, 20))))
    yield "grey_key.png", png(0, 8, chunk(b"tRNS", struct.pack(">H", pixel(3, 2, 0) >> 8)))
    yield "rgb_key.png", png(2, 8, chunk(b"tRNS", struct.pack(">HHH", *(pixel(3, 2, c) >> 8 for c in range(3)))))
    for bits in (8, 16):
        yield f"rgb{bits}.png", png(2, bits)
        yield f"grey_alpha{bits}.png", png(4, bits)
        yield f"rgba{bits}.png", png(6, bits)
    yield "interlaced.png", png(2, 8, interlaced=True)
    yield "interlaced_palette.png", png(3, 2, palette(2), interlaced=True)


def over_white(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode == "I;16":  # which Pillow would clip
        image = Image.frombytes("L", image.size, image.tobytes()[1::2])
    if image.mode == "CMYK":
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(rgba, mask=rgba.getchannel("A"))
    return white


def large():
    """Smooth, as photos mostly are."""
    size = (160, 120)
    mask = Image.radial_gradient("L").resize(size)
    return Image.composite(Image.linear_gradient("L").resize(size), Image.new("L", size, 200), mask)


def main():
    (FOLDER.parent / "large.jpg").write_bytes(jpeg(large()))
    FOLDER.mkdir(exist_ok=True)
    for name, data in files():
        image = over_white(data)
        (FOLDER / name).write_bytes(data)
        (FOLDER / name).with_suffix(".pixels").write_bytes(image.tobytes() + image.convert("L").tobytes())


main()
