"""The photographs and charts that people attach to their letters, drawn from scratch.

Each scene takes whole numbers (which variant, which seed) and returns a Canvas; `SCENES` finds them by name.
"""

import math
from collections.abc import Callable

from demo.kit.canvas import Canvas, Colour, Dice, Point, mix

SKY, PALE = (150, 190, 220), (226, 234, 236)
GRASS, MOSS, EARTH, WOOD, DARK = (104, 146, 74), (66, 104, 52), (112, 84, 60), (150, 112, 74), (40, 38, 36)
NIGHT, DUSK = (10, 14, 34), (44, 44, 84)


def _outdoors(width: int, height: int, horizon: int, upper: Colour = SKY, lower: Colour = PALE) -> Canvas:
    canvas = Canvas(width, height)
    canvas.gradient(0, horizon, upper, lower)
    canvas.gradient(horizon, height, GRASS, MOSS)
    return canvas


def _tufts(
    canvas: Canvas, dice: Dice, count: int, top: float, bottom: float, wide: float, colour: Colour = MOSS
) -> None:
    for _ in range(count):
        x, y = dice.between(0, wide), dice.between(top, bottom)
        canvas.line((x, y), (x + dice.between(-2, 2), y - dice.between(3, 7)), colour, 1)


def leaf(seed: int = 1) -> Canvas:
    """The underside of a potato leaf: brown margins, a white bloom."""
    dice, canvas = Dice(seed), Canvas(220, 160, (196, 186, 168))
    outline = [
        (110 + 88 * math.cos(t), 80 + (56 - 14 * math.cos(2 * t)) * math.sin(t))
        for t in (i * math.pi / 36 for i in range(72))
    ]
    canvas.polygon(outline, (98, 84, 44))
    canvas.polygon([(110 + (x - 110) * 0.93, 80 + (y - 80) * 0.9) for x, y in outline], (112, 142, 72))
    for x in range(36, 190, 18):
        for side in (-1, 1):
            canvas.line((x, 80), (x + 24, 80 + side * (46 - abs(x - 110) * 0.28)), (146, 168, 104), 1.2)
    canvas.line((14, 82), (204, 80), (158, 172, 116), 3)
    for _ in range(9):
        angle, size = dice.between(0, 2 * math.pi), dice.between(6, 15)
        right, down = 110 + 74 * math.cos(angle), 80 + 42 * math.sin(angle)
        canvas.ellipse(right, down, size + 4, size + 1, (196, 202, 176))
        canvas.ellipse(right, down, size, size * 0.8, (88, 66, 38))
    return canvas


def fence(seed: int = 1) -> Canvas:
    """The north fence, with as many panels down as `seed` says."""
    dice, canvas = Dice(7), _outdoors(220, 150, 84)
    for post in range(7):
        x = 14.0 + 32 * post
        fallen = post in range(3, 3 + seed)
        if not fallen:
            for slat in range(5):
                tone = mix(WOOD, DARK, dice.between(0.05, 0.3))
                canvas.box(x + 4 + slat * 5.4, 46 + dice.between(-2, 2), x + 8.6 + slat * 5.4, 116, tone)
        else:
            for slat in range(4):
                canvas.line(
                    (x, 122 + 5 * slat), (x + 40, 116 + 6 * slat + dice.between(-3, 3)), mix(WOOD, DARK, 0.25), 3.6
                )
        canvas.line((x, 40), (x + (8 if fallen else 0), 122), mix(WOOD, DARK, 0.5), 5)
    _tufts(canvas, dice, 120, 112, 150, 220)
    return canvas


def _barrow(canvas: Canvas, x: float, y: float, paint: Colour) -> None:
    canvas.line((x + 62, y - 20), (x - 6, y + 12), mix(WOOD, DARK, 0.3), 3)
    canvas.line((x + 6, y + 4), (x + 84, y - 12), mix(WOOD, DARK, 0.2), 3)
    canvas.line((x + 50, y), (x + 54, y + 24), DARK, 3)
    canvas.polygon([(x - 4, y - 26), (x + 62, y - 30), (x + 48, y + 2), (x + 10, y + 2)], paint)
    canvas.polygon(
        [(x - 4, y - 26), (x + 62, y - 30), (x + 60, y - 24), (x - 1, y - 20)], mix(paint, (255, 255, 255), 0.25)
    )
    canvas.ellipse(x, y + 14, 12, 12, DARK)
    canvas.ellipse(x, y + 14, 7, 7, (170, 60, 48))


def barrow(place: int = 0) -> Canvas:
    """The green wheelbarrow: 0 by the shed, 1 in the pond, 2 full of geraniums."""
    dice, canvas = Dice(place + 3), _outdoors(220, 150, 66)
    if place == 0:
        canvas.box(134, 24, 214, 100, (138, 96, 70))
        canvas.polygon([(128, 28), (174, 4), (220, 28)], (92, 74, 70))
        canvas.box(158, 50, 186, 100, (84, 60, 48))
    if place == 1:
        canvas.ellipse(110, 112, 104, 34, (70, 96, 92))
        canvas.ellipse(110, 114, 98, 30, (92, 124, 122))
    _barrow(canvas, 66, 96 if place != 1 else 104, (58, 122, 82))
    if place == 1:
        canvas.ellipse(98, 132, 60, 12, (92, 124, 122))
    if place == 2:
        for _ in range(26):
            x, y = dice.between(66, 124), dice.between(52, 70)
            canvas.ellipse(x, y, 5, 4, mix((206, 44, 60), (246, 130, 140), dice.roll()))
        _tufts(canvas, dice, 30, 66, 72, 220, (70, 130, 60))
    _tufts(canvas, dice, 90, 124, 150, 220)
    return canvas


def pond(seed: int = 1) -> Canvas:
    """The pond with yellow flag iris along the far edge."""
    dice, canvas = Dice(seed), _outdoors(220, 150, 54)
    canvas.ellipse(110, 108, 98, 36, (66, 92, 84))
    canvas.ellipse(110, 110, 92, 32, (96, 134, 140))
    for step in range(5):
        canvas.line((50 + 14 * step, 96 + 8 * step), (86 + 16 * step, 96 + 8 * step), (140, 170, 172), 1.2)
    for _ in range(34):
        x = dice.between(24, 196)
        y = 108 - 34 * math.sqrt(max(0.0, 1 - ((x - 110) / 98) ** 2)) + 6
        canvas.line(
            (x, y),
            (x + dice.between(-5, 5), y - dice.between(24, 44)),
            mix((70, 118, 62), (110, 150, 80), dice.roll()),
            2,
        )
    for _ in range(9):
        x, y = dice.between(34, 186), dice.between(36, 58)
        canvas.ellipse(x, y, 5, 3.4, (240, 204, 40))
        canvas.ellipse(x, y + 3, 2.6, 4, (226, 176, 24))
    return canvas


def marrow(seed: int = 1) -> Canvas:
    """A marrow on a kitchen scale that is not up to it."""
    canvas = Canvas(220, 140, (236, 226, 208))
    canvas.gradient(104, 140, (172, 132, 96), (140, 104, 74))
    canvas.polygon([(74, 112), (146, 112), (134, 84), (86, 84)], (190, 196, 200))
    canvas.ellipse(110, 100, 10, 10, (250, 250, 246))
    canvas.line((110, 100), (118, 95), (200, 40, 40), 1.4)
    canvas.ellipse(110, 62, 94, 25, (64, 106, 50), -3)
    for step in range(-3, 4):
        canvas.ellipse(110, 62 + step * 6.4, 88 - abs(step) * 9, 1.6, (132, 166, 84), -3)
    canvas.box(12, 54, 24, 62, (120, 110, 60))
    return canvas


def robin(seed: int = 1) -> Canvas:
    """A robin on a spade handle."""
    dice, canvas = Dice(seed), Canvas(160, 160, (174, 186, 160))
    for _ in range(40):
        canvas.ellipse(
            dice.between(0, 160), dice.between(0, 160), 16, 14, mix((158, 176, 144), (190, 198, 176), dice.roll())
        )
    canvas.line((84, 116), (92, 160), (130, 94, 58), 8)
    canvas.line((64, 116), (108, 114), (148, 108, 66), 9)
    canvas.polygon([(52, 82), (14, 108), (20, 114), (60, 98)], (92, 74, 54))
    canvas.ellipse(78, 82, 31, 27, (112, 92, 66), 20)
    canvas.ellipse(92, 86, 21, 23, (226, 218, 204))
    canvas.ellipse(97, 73, 20, 21, (212, 96, 38))
    canvas.ellipse(94, 50, 18, 16, (118, 96, 68))
    canvas.ellipse(102, 56, 13, 11, (214, 98, 40))
    canvas.ellipse(102, 47, 3, 3, (20, 18, 16))
    canvas.polygon([(111, 48), (124, 52), (111, 55)], (60, 52, 46))
    canvas.line((80, 106), (76, 116), (90, 66, 40), 1.6)
    canvas.line((92, 106), (92, 116), (90, 66, 40), 1.6)
    return canvas


def hedge(seed: int = 1) -> Canvas:
    """A hedge: 1 hornbeam, clipped and serious; 2 mixed native, with berries and opinions."""
    dice, canvas = Dice(seed), _outdoors(220, 130, 92)
    for _ in range(420):
        x, y = dice.between(6, 214), dice.between(34 if seed == 1 else 26 + 10 * math.sin(dice.between(0, 6)), 104)
        tone = mix((86, 112, 54), (150, 122, 60), dice.roll() if seed == 2 else dice.roll() * 0.3)
        canvas.ellipse(x, y, 6, 4, mix(tone, DARK, dice.between(0, 0.35)), dice.between(0, 90))
    if seed == 2:
        for _ in range(34):
            canvas.ellipse(dice.between(10, 210), dice.between(36, 100), 2.2, 2.2, (190, 30, 40))
    return canvas


def cottage(season: int = 1) -> Canvas:
    """A red cottage by the water: 1 in June, 2 under snow."""
    dice, canvas = Dice(season), _outdoors(220, 150, 76, (126, 168, 206) if season == 1 else (176, 186, 204))
    if season == 2:
        canvas.gradient(76, 150, (240, 244, 250), (212, 222, 236))
    for _ in range(16):
        x = dice.between(0, 220)
        canvas.polygon(
            [(x, 30 + dice.between(0, 20)), (x - 10, 82), (x + 10, 82)], mix((38, 74, 52), DARK, dice.roll() * 0.4)
        )
    canvas.box(66, 66, 148, 112, (150, 44, 36))
    canvas.polygon([(58, 68), (107, 34), (156, 68)], (238, 242, 248) if season == 2 else (74, 66, 66))
    for x in (78, 118):
        canvas.box(x, 78, x + 18, 96, (250, 250, 246))
        canvas.box(x + 2, 80, x + 16, 94, (252, 220, 120) if season == 2 else (120, 150, 170))
    canvas.box(101, 82, 113, 112, (250, 250, 246))
    canvas.box(134, 36, 142, 56, (120, 74, 66))
    if season == 1:
        canvas.gradient(128, 150, (94, 140, 170), (72, 116, 150))
        canvas.polygon([(150, 132), (206, 130), (196, 144), (160, 144)], (226, 220, 204))
    return canvas


def cat(seed: int = 1) -> Canvas:
    """A grey cat in a mixing bowl."""
    canvas = Canvas(180, 140, (232, 218, 190))
    canvas.gradient(96, 140, (164, 122, 86), (142, 102, 70))
    fur, light = (122, 122, 128), (196, 194, 196)
    canvas.ellipse(90, 74, 46, 30, fur)
    canvas.ellipse(68, 54, 24, 21, fur)
    for x in (54, 82):
        canvas.polygon([(x - 8, 44), (x + 8, 42), (x, 20)], fur)
        canvas.polygon([(x - 4, 42), (x + 4, 41), (x, 27)], (220, 160, 160))
    canvas.ellipse(60, 52, 4, 5, (214, 190, 60))
    canvas.ellipse(77, 52, 4, 5, (214, 190, 60))
    canvas.ellipse(60, 52, 1.4, 4.4, DARK)
    canvas.ellipse(77, 52, 1.4, 4.4, DARK)
    canvas.ellipse(68, 63, 9, 6, light)
    canvas.polygon([(65, 58), (72, 58), (68, 62)], (206, 120, 120))
    canvas.polygon([(30, 76), (150, 76), (126, 120), (54, 120)], (70, 112, 158))
    canvas.ellipse(90, 77, 60, 7, (96, 138, 184))
    canvas.path([(132, 76), (152, 70), (160, 54), (152, 44)], fur, 8)
    return canvas


def cake(candles: int = 7) -> Canvas:
    """A birthday cake with the given number of candles."""
    canvas = Canvas(180, 130, (214, 196, 210))
    canvas.gradient(104, 130, (246, 244, 240), (226, 222, 216))
    canvas.ellipse(90, 108, 72, 12, (250, 250, 250))
    canvas.box(34, 66, 146, 106, (232, 196, 140))
    canvas.ellipse(90, 106, 56, 9, (232, 196, 140))
    canvas.box(34, 82, 146, 88, (190, 60, 76))
    canvas.ellipse(90, 66, 56, 12, (252, 240, 230))
    for i in range(candles):
        x = 90 + 44 * math.cos(i * 2 * math.pi / candles)
        y = 66 + 8 * math.sin(i * 2 * math.pi / candles)
        canvas.box(x - 2, y - 24, x + 2, y, ((80, 130, 190), (220, 110, 120), (110, 170, 110))[i % 3])
        canvas.ellipse(x, y - 29, 2.6, 5, (252, 204, 70))
    return canvas


def choir(rows: int = 3) -> Canvas:
    """A choir on the steps, from the back of the hall."""
    dice, canvas = Dice(rows), Canvas(240, 150, (96, 62, 48))
    canvas.gradient(0, 96, (70, 48, 46), (146, 98, 66))
    canvas.polygon([(96, 0), (144, 0), (140, 46), (100, 46)], (202, 190, 160))
    canvas.gradient(112, 150, (120, 84, 52), (84, 58, 38))
    for row in range(rows):
        y = 58 + row * 18
        for place in range(11 + row):
            x = 120 + (place - (10 + row) / 2) * 16.4 + dice.between(-2, 2)
            canvas.ellipse(x, y + 17, 8, 13, mix((26, 30, 44), (52, 44, 60), dice.roll()))
            canvas.ellipse(x, y, 5, 6, mix((240, 208, 180), (112, 76, 56), dice.roll()))
            canvas.ellipse(x, y - 3, 5.4, 4, mix((60, 44, 36), (214, 206, 196), dice.roll()))
            canvas.ellipse(x, y + 3, 1.4, 1.8, (96, 40, 40))
            canvas.polygon([(x - 6, y + 12), (x + 6, y + 12), (x + 7, y + 18), (x - 7, y + 18)], (196, 48, 44))
    return canvas


def _stars(canvas: Canvas, dice: Dice, count: int, wide: float, high: float) -> None:
    for _ in range(count):
        size, tone = dice.between(0.3, 1.0), dice.between(0.4, 1)
        canvas.ellipse(dice.between(0, wide), dice.between(0, high), size, size, mix(NIGHT, (255, 250, 236), tone))


def comet(seed: int = 1) -> Canvas:
    """A bright comet over the moor, as seen (and held still) for two minutes."""
    dice, canvas = Dice(seed), Canvas(220, 160)
    canvas.gradient(0, 160, NIGHT, DUSK)
    _stars(canvas, dice, 130, 220, 130)
    for step in range(26, 0, -1):
        share = step / 26
        canvas.ellipse(
            70 + 92 * share,
            86 - 60 * share,
            3 + 13 * share,
            2 + 7 * share,
            mix((206, 214, 230), DUSK, 0.3 + 0.68 * share),
            -33,
        )
    canvas.ellipse(70, 86, 4.4, 4, (255, 252, 240))
    canvas.polygon([(0, 138), (60, 128), (120, 140), (180, 126), (220, 134), (220, 160), (0, 160)], (12, 12, 16))
    return canvas


def eclipse(percent: int = 90) -> Canvas:
    """The Sun with `percent` of its diameter covered, projected on a cereal box."""
    canvas = Canvas(160, 140, (214, 204, 184))
    canvas.gradient(0, 140, (224, 216, 198), (196, 184, 162))
    canvas.ellipse(80, 70, 42, 42, (255, 248, 214))
    canvas.ellipse(80 + 84 * (100 - percent) / 100, 70 - 20 * (100 - percent) / 100, 41, 41, (206, 196, 175))
    canvas.text(6, 128, "11.11", (150, 140, 122))
    return canvas


def moon(seed: int = 1) -> Canvas:
    """The Moon through a six inch reflector, nine days old."""
    dice, canvas = Dice(seed), Canvas(160, 160, (6, 6, 10))
    canvas.ellipse(80, 80, 66, 66, (214, 208, 196))
    for _ in range(9):
        canvas.ellipse(
            dice.between(44, 116),
            dice.between(40, 110),
            dice.between(8, 20),
            dice.between(6, 15),
            (164, 160, 154),
            dice.between(0, 90),
        )
    for _ in range(28):
        x, y, size = dice.between(36, 124), dice.between(36, 130), dice.between(1.4, 5)
        canvas.ellipse(x, y, size, size * 0.9, (232, 228, 218))
        canvas.ellipse(x + 0.8, y + 0.6, size * 0.72, size * 0.66, (150, 146, 140))
    shade: list[Point] = [
        (80 + 70 * math.cos(t), 80 + 70 * math.sin(t)) for t in (math.pi / 2 + i * math.pi / 24 for i in range(25))
    ]
    shade += [
        (80 - 22 * math.cos(t), 80 + 70 * math.sin(t)) for t in (-math.pi / 2 + i * math.pi / 24 for i in range(25))
    ]
    canvas.polygon(shade, (6, 6, 10))
    return canvas


def jupiter(seed: int = 1) -> Canvas:
    """A sketch at the eyepiece: Jupiter and four moons, white pencil on black paper."""
    canvas = Canvas(220, 90, (14, 14, 18))
    canvas.ellipse(110, 45, 25, 23, (220, 206, 180))
    for y, high in ((36, 3), (51, 4)):
        canvas.ellipse(110, y, 23, high, (168, 124, 92))
    canvas.ellipse(118, 53, 5, 3, (190, 110, 84))
    for x in (28, 64, 152, 196) if seed == 1 else (12, 150, 166, 208):
        canvas.ellipse(x, 45, 1.6, 1.6, (250, 246, 236))
    canvas.text(6, 78, "2003 FEB 8  X120", (130, 130, 136))
    return canvas


def aurora(seed: int = 1) -> Canvas:
    """Northern lights above the reservoir."""
    dice, canvas = Dice(seed), Canvas(220, 150)
    canvas.gradient(0, 150, (8, 12, 30), (26, 40, 56))
    _stars(canvas, dice, 70, 220, 90)
    for x in range(0, 220, 3):
        base = 92 + 14 * math.sin(x / 26) + dice.between(-3, 3)
        high = 30 + 34 * (0.5 + 0.5 * math.sin(x / 17 + 2)) * dice.between(0.6, 1)
        canvas.line((x, base), (x + 4, base - high), mix((52, 130, 96), (150, 60, 90), min(1.0, high / 90)), 2.4)
        canvas.line((x, base), (x + 1, base - high * 0.4), (104, 196, 130), 2)
    canvas.polygon([(0, 112), (90, 104), (220, 114), (220, 150), (0, 150)], (8, 10, 12))
    return canvas


def _bars(title: str, names: list[str], values: list[float], paint: Colour) -> Canvas:
    canvas = Canvas(240, 140, (252, 251, 248), fine=False)
    canvas.text(10, 8, title, DARK)
    step, tallest = 214 // len(values), max(values)
    for number, (name, value) in enumerate(zip(names, values, strict=True)):
        x = 14 + number * step
        canvas.box(x, 116 - round(86 * value / tallest), x + step - 4, 116, paint)
        canvas.text(x + (step - 4) // 2 - 3 * len(name), 121, name, DARK)
    canvas.box(10, 116, 230, 117, DARK)
    return canvas


def rain(year: int = 2026) -> Canvas:
    """Monthly rain in the gauge by the standpipe."""
    dice = Dice(year)
    return _bars(
        f"RAIN {year} - MM", list("JFMAMJJASON"), [round(dice.between(18, 96)) for _ in range(11)], (54, 108, 150)
    )


def heads(seed: int = 1) -> Canvas:
    """How many singers came to rehearsal, week by week."""
    dice = Dice(seed)
    return _bars(
        "HEADS PER REHEARSAL",
        [str(n) for n in range(1, 11)],
        [round(dice.between(24, 46)) for _ in range(10)],
        (132, 52, 60),
    )


def speed(seed: int = 1) -> Canvas:
    """Seconds to weave 50 calendars, before and after."""
    return _bars("OSIER WEAVE - SECONDS", ["1.3", "1.4", "1.5", "1.6"], [12.6, 12.4, 11.9, 4.2], (11, 95, 99))


def plots(seed: int = 1) -> Canvas:
    """The map of the plots, the blighted ones marked."""
    canvas = Canvas(240, 170, (244, 241, 230), fine=False)
    canvas.box(0, 148, 240, 170, (126, 166, 196))
    canvas.text(96, 156, "RIVER", (250, 250, 250))
    ill = {4, 5, 14, 15, 16} if seed == 1 else {4, 5, 6, 14, 15, 16, 17, 26}
    for number in range(36):
        x, y = 8 + number % 12 * 19, 14 + number // 12 * 44
        canvas.box(x, y, x + 17, y + 36, (196, 120, 96) if 36 - number in ill else (168, 196, 132))
        canvas.text(x + 3, y + 14, str(36 - number), DARK)
    canvas.text(8, 3, "N FENCE", DARK)
    return canvas


def banner(seed: int = 1) -> Canvas:
    """The head of the library's newsletter: a lantern, a row of spines."""
    dice, canvas = Dice(seed), Canvas(320, 72, (34, 52, 70))
    canvas.text(72, 20, "CUSTOM HOUSE", (250, 238, 210), 2)
    canvas.text(72, 44, "LIBRARY", (240, 190, 90), 2)
    canvas.ellipse(36, 36, 24, 24, (60, 74, 84))
    canvas.box(28, 24, 44, 50, (252, 214, 120))
    canvas.polygon([(24, 24), (48, 24), (36, 12)], (18, 24, 30))
    canvas.box(24, 50, 48, 54, (18, 24, 30))
    x = 232.0
    while x < 312:
        wide, high = dice.between(4, 9), dice.between(28, 50)
        canvas.box(x, 66 - high, x + wide, 66, mix((150, 50, 50), (70, 130, 140), dice.roll()))
        x += wide + 1
    return canvas


def cover(seed: int = 1) -> Canvas:
    """A book cover."""
    dice = Dice(seed)
    paper, ink = mix((196, 70, 56), (40, 90, 110), dice.roll()), (248, 240, 220)
    canvas = Canvas(90, 130, paper)
    canvas.ellipse(45, 56, 26, 26, mix(paper, ink, 0.7))
    canvas.polygon([(0, 92), (30, 62), (52, 84), (70, 70), (90, 92), (90, 130), (0, 130)], mix(paper, DARK, 0.5))
    for row in range(3):
        canvas.box(18, 10 + 6 * row, 72 - 14 * (row == 2), 13 + 6 * row, ink)
    return canvas


def sign(seed: int = 1) -> Canvas:
    """The sign at the corner shop, with the mistake that started it all."""
    canvas = Canvas(220, 110, (176, 170, 160))
    canvas.box(16, 20, 204, 92, (30, 92, 66))
    canvas.box(20, 24, 200, 88, (246, 244, 232))
    canvas.text(34, 36, "FRESH BRED", (30, 60, 50), 2.4)
    canvas.text(42, 64, "NO EXIST", (180, 40, 40), 2.4)
    return canvas


def tea(seed: int = 1) -> Canvas:
    """A glass of tea and too many biscuits."""
    canvas = Canvas(180, 130, (206, 186, 156))
    canvas.gradient(92, 130, (134, 90, 62), (112, 74, 52))
    canvas.ellipse(58, 104, 34, 8, (244, 240, 232))
    canvas.polygon([(40, 38), (76, 38), (70, 102), (46, 102)], (176, 84, 30))
    canvas.polygon([(39, 32), (77, 32), (76, 46), (40, 46)], (226, 222, 214))
    canvas.ellipse(58, 46, 18, 4, (198, 104, 40))
    canvas.ellipse(126, 100, 46, 12, (236, 234, 240))
    for x, y in ((104, 94), (122, 90), (142, 94), (114, 82), (132, 82), (124, 74)):
        canvas.ellipse(x, y, 13, 6, (214, 168, 104))
        canvas.ellipse(x, y - 1, 9, 4, (230, 190, 130))
    return canvas


SCENES: dict[str, Callable[..., Canvas]] = {
    scene.__name__: scene
    for scene in (
        *(leaf, fence, barrow, pond, marrow, robin, hedge, cottage, cat, cake, choir, comet, eclipse, moon, jupiter),
        *(aurora, rain, heads, speed, plots, banner, cover, sign, tea),
    )
}  # fmt: skip
