"""The words for time, weather, palette and style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reverie.worlds.words import phrases
from reverie.worlds.world import Hue, Style, Time, Weather


@dataclass(frozen=True)
class Forms:
    """How one value is said.

    `adjectives` stand before the noun, `clauses` after it, `names` alone, in lists and after "without"; `openers`
    before everything ("an oil painting of"); `known` are further words the parser understands.
    """

    adjectives: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """Every phrase that means this value."""
        return (*self.adjectives, *self.clauses, *self.names, *self.openers, *self.known)


def _forms(adjectives: str = "", clauses: str = "", names: str = "", openers: str = "", known: str = "") -> Forms:
    return Forms(*(phrases(text) for text in (adjectives, clauses, names, openers, known)))


TIMES: dict[Time, Forms] = {
    Time.DAWN: _forms(
        "early morning, sunrise",
        "at dawn, at sunrise, at daybreak, in the early morning, in the first light of day, in the morning, as the "
        "sun rises, at first light, in morning light",
        "dawn, sunrise, daybreak, early morning, morning light",
        known="morning, first light, dawning, sun rises, rising sun, sunup, cockcrow",
    ),
    Time.DAY: _forms(
        "sunny, sunlit, daytime, bright midday",
        "by day, at noon, at midday, in broad daylight, in the afternoon, under the midday sun, in bright sunshine, "
        "in full daylight, on a sunny day, during the day",
        "day, daytime, noon, midday, daylight, sunshine, afternoon",
        known="sunlight, sun, high noon, midday sun, day time",
    ),
    Time.SUNSET: _forms(
        "sunset",
        "at sunset, at sundown, as the sun sets, in the last light of the sun, in the golden hour, under a setting "
        "sun, in the glow of sunset, before a sinking sun, at golden hour",
        "sunset, sundown, golden hour, setting sun, sinking sun",
        known="sun sets, sun setting, low sun, evening sun, sunsets",
    ),
    Time.DUSK: _forms(
        "dusky, twilight, evening, crepuscular",
        "at dusk, at twilight, at nightfall, in the evening, in the blue hour, in the gloaming, as night falls, in "
        "evening light, at the end of twilight",
        "dusk, twilight, nightfall, blue hour, evening, gloaming",
        known="night falls, late evening, half light",
    ),
    Time.NIGHT: _forms(
        "nocturnal, moonlit, midnight, starry, starlit, night-time",
        "at night, by night, at midnight, under the stars, in the moonlight, after dark, under a starry sky, beneath"
        " the moon, in the dead of night, on a moonlit night, under a full moon, in the middle of the night",
        "night, midnight, moonlight, starry night, night-time, full moon",
        known="moon, starlight, nighttime, crescent moon, star light, nights, small hours",
    ),
}

WEATHERS: dict[Weather, Forms] = {
    Weather.CLEAR: _forms(
        "clear, cloudless",
        "under a clear sky, in clear weather, in clear air, under a cloudless sky, with clear skies, in fair "
        "weather, in fine weather, in crisp air",
        "clear sky, clear weather, clear skies, cloudless sky, fair weather",
        known="crisp air, fine weather, clear air, good weather, unclouded",
    ),
    Weather.MIST: _forms(
        "misty, foggy, hazy, fog-bound, mist-covered",
        "in the mist, in fog, in thick fog, shrouded in mist, veiled in haze, under a veil of mist, in a light haze,"
        " wrapped in fog, with drifting fog, in the morning mist, with low fog",
        "mist, fog, haze, thick fog, light mist, drifting fog",
        known="overcast, vapour, steam, smog, smoke, smoky, cloudy, brume, foggier, fogs, morning mist",
    ),
    Weather.RAIN: _forms(
        "rainy, rain-soaked, rain-swept, drizzly, wet",
        "in the rain, under heavy rain, in pouring rain, in a drizzle, in a downpour, in a soft rain, during a "
        "shower, with falling rain, as rain falls, under rain clouds, in light rain",
        "rain, heavy rain, drizzle, downpour, rainfall, light rain, raindrops",
        known="raining, pouring, showers, shower, monsoon, rain falls, rain clouds, puddles",
    ),
    Weather.SNOW: _forms(
        "snowy, snow-covered, wintry, frosty, icy, frozen",
        "in the snow, in falling snow, under fresh snow, in winter, with snowflakes, in a snowfall, covered in snow,"
        " in a blizzard, under snow and ice, as snow falls, in light snow",
        "snow, snowfall, falling snow, snowflakes, winter, frost, blizzard",
        known="ice, snowing, flurry, snow storm, snowstorm, snow falls, freezing, sleet, glacial, hail",
    ),
    Weather.STORM: _forms(
        "stormy, thundery, storm-swept, windswept, tempestuous",
        "in a storm, in a thunderstorm, with lightning, under storm clouds, during a tempest, in a gale, with "
        "thunder and lightning, as a storm breaks, under a stormy sky, in a violent storm, with bolts of lightning",
        "storm, thunderstorm, lightning, tempest, thunder, gale, storm clouds",
        known="hurricane, thunderbolt, wind, windy, typhoon, stormclouds, tornado, squall",
    ),
}

_HUES: dict[Hue, tuple[str, str, str]] = {
    Hue.EMBER: (
        "red, fiery, crimson, scarlet, orange, ember-red, blood-red, vermilion, rust-red, glowing red, red and orange",
        "ember, crimson, scarlet, fire, red and orange, vermilion, embers",
        "autumn, rust, copper, flame, burning, warm, ruby, reddish, terracotta, maroon, cinnabar, hot, autumnal, "
        "ember light",
    ),
    Hue.GOLD: (
        "golden, gold, yellow, honey-coloured, amber, ochre, saffron, golden yellow, warm golden, yellow and gold",
        "gold, yellow, honey, amber, ochre, saffron, gold and yellow",
        "gilded, bronze, wheat, lemon, mustard, brass, straw, beige, brown, sepia",
    ),
    Hue.EMERALD: (
        "green, emerald, jade, emerald green, mossy, mint-green, viridian, leafy green, verdant, green and teal",
        "emerald, green, jade, moss, mint, viridian, emerald and green",
        "olive, lime, teal green, malachite, sage, greenish, moss green, emerald light",
    ),
    Hue.AZURE: (
        "blue, azure, cobalt, sapphire, cerulean, deep blue, sky-blue, ultramarine, icy blue, azure and blue",
        "azure, blue, cobalt, sapphire, cerulean, ultramarine, blue and azure",
        "navy, turquoise, aquamarine, bluish, cold, cool, aqua, teal, navy blue, light blue, dark blue",
    ),
    Hue.VIOLET: (
        "violet, purple, lavender, lilac, amethyst, mauve, indigo, deep purple, plum-coloured, violet and purple",
        "violet, purple, lavender, lilac, amethyst, mauve, indigo, violet and purple",
        "plum, heather, aubergine, wisteria, orchid, purplish, royal purple",
    ),
    Hue.ROSE: (
        "pink, rosy, rose, rose-coloured, blush-pink, peach-coloured, coral pink, soft pink, dusty pink, pink and rose",
        "rose, pink, blush, peach, coral pink, rose and pink",
        "salmon, pinkish, cherry, rose gold, candy, carnation, flamingo, bubblegum",
    ),
    Hue.ELECTRIC: (
        "electric, magenta, cyan, magenta and cyan, electric-coloured, fluorescent, synthwave, vaporwave, "
        "acid-coloured, hot pink and cyan",
        "magenta and cyan, electric colours, synthwave, vaporwave, hot pink and cyan, fluorescent colours",
        "fuchsia, retrowave, outrun, hot pink, rave, laser, garish, ultraviolet, psychedelic, rainbow, iridescent, "
        "holographic",
    ),
    Hue.SILVER: (
        "silver, silvery, grey, monochrome, black-and-white, pearl-grey, ashen, colourless, pale grey, silver and grey",
        "silver, grey, pearl, ash, black and white, charcoal, silver and grey",
        "gray, greyscale, grayscale, monochromatic, platinum, chrome, steel, white, black, desaturated, metallic, "
        "noir, mono",
    ),
}

_HUE_CLAUSES: tuple[str, ...] = phrases(
    "in {} hues, in {} tones, in {} and shadow, in shades of {}, with a {} palette, bathed in {} light, glowing in "
    "{}, in {}, in {} colours, with touches of {}, all in {}, in a {} mood, lit in {}, with {} tints, under {} light"
)

PALETTES: dict[Hue, Forms] = {
    hue: Forms(
        adjectives=phrases(adjectives),
        clauses=tuple(clause.format(name) for name in phrases(names) for clause in _HUE_CLAUSES),
        names=phrases(names),
        known=phrases(known),
    )
    for hue, (adjectives, names, known) in _HUES.items()
}

STYLES: dict[Style, Forms] = {
    Style.PAINTING: _forms(
        "painted, painterly",
        "as a digital painting, in a painterly style, as concept art, as a matte painting, in the style of a fantasy"
        " illustration, as an illustration, as fantasy art",
        "digital painting, concept art, matte painting, painterly style, fantasy illustration",
        "a painting of, a digital painting of, a matte painting of, concept art of, an illustration of, a fantasy "
        "painting of",
        "painting, illustration, paint, illustrated, fantasy art, digital art, photograph, photo, realistic",
    ),
    Style.OIL: _forms(
        "oil-painted, impasto, impressionist",
        "in oils, painted in oil, in the style of an oil painting, in thick brushstrokes, as an oil painting, on "
        "canvas in oil, in impasto, in the style of the impressionists, oil on canvas",
        "oil painting, oil on canvas, impasto, oils, thick brushstrokes",
        "an oil painting of, oil painting of, a canvas in oil of, an impressionist painting of, an impasto painting of",
        "oil, van gogh, monet, turner, impressionism, brushstroke, expressionist, palette knife, canvas, renaissance",
    ),
    Style.WATERCOLOUR: _forms(
        "watercolour",
        "in watercolour, painted in watercolours, in the style of a watercolour, as an aquarelle, in soft washes of "
        "colour, as a watercolour painting, in wet watercolour on paper",
        "watercolour, aquarelle, watercolour painting, watercolour wash, watercolours",
        "a watercolour of, a watercolour painting of, an aquarelle of, watercolour of, a watercolour sketch of",
        "gouache, water colour, wet on wet, washes of colour, tempera",
    ),
    Style.INK: _forms(
        "inked, hand-inked, ink-drawn",
        "in ink, drawn in ink, in the style of an ink drawing, as an ink wash, in pen and ink, as a woodcut, as an "
        "etching, in black ink on paper, in sumi-e style, in the style of an engraving",
        "ink drawing, ink wash, pen and ink, sumi-e, woodcut, etching, line drawing",
        "an ink drawing of, an ink wash of, a pen and ink drawing of, an etching of, a woodcut of, an ink painting of",
        "ink, engraving, sketch, drawing, line art, hokusai, ukiyo e, manga, comic, calligraphy, ink painting, "
        "charcoal drawing, pencil, hatching, lithograph",
    ),
    Style.PASTEL: _forms(
        "pastel, chalky",
        "in pastel, in soft pastels, drawn in chalk, in the style of a pastel drawing, in pastel chalk, as a pastel,"
        " as a crayon drawing, in soft chalk on paper",
        "pastel drawing, soft pastel, chalk drawing, pastels, crayon drawing",
        "a pastel drawing of, a pastel of, a chalk drawing of, a crayon drawing of, a soft pastel painting of",
        "chalk, crayon, pastel painting, pastel colours, pastel tones, coloured pencil",
    ),
    Style.NEON: _forms(
        "neon, neon-coloured, neon-outlined",
        "in neon, in neon lines, in the style of neon art, drawn in glowing lines, with neon outlines, in glowing "
        "neon colours, as neon art, in neon glow, in blacklight colours",
        "neon art, neon lines, neon glow, glowing lines, neon outlines",
        "neon art of, a neon drawing of, a neon picture of, a neon artwork of",
        "blacklight, neon colours, neon style, tron, glowing outlines, light painting",
    ),
    Style.STAINED_GLASS: _forms(
        "stained-glass, leaded-glass",
        "in stained glass, as a stained-glass window, in the style of stained glass, in leaded glass, as a church "
        "window, made of coloured glass, as a glass mosaic",
        "stained glass, stained-glass window, church window, leaded glass, glass mosaic",
        "a stained-glass window of, stained glass of, a stained-glass picture of, a leaded window of, a glass mosaic"
        " of",
        "cathedral window, coloured glass, mosaic, tiffany, glass window, tile mosaic",
    ),
    Style.LOW_POLY: _forms(
        "low-poly, polygonal, faceted",
        "in low poly, in low-poly style, made of triangles, in facets, as a polygon mesh, in the style of low-poly "
        "art, made of flat polygons, as a low-poly render",
        "low poly, low-poly art, polygons, facets, polygon art, triangles",
        "a low-poly picture of, low-poly art of, a polygonal rendering of, a low-poly render of, a low-poly model of",
        "lowpoly, polygon, geometric, origami, papercraft, cubist, cubism, triangulated, triangle, voxel, minecraft",
    ),
}

MOODS: dict[str, Mapping[Any, Forms]] = {
    "time": TIMES,
    "weather": WEATHERS,
    "palette": PALETTES,
    "style": STYLES,
}

GENERIC: frozenset[str] = frozenset(
    phrases(
        "painting, painted, a painting of, painterly, paint, illustration, an illustration of, realistic, photo, "
        "photograph, clear"
    )
)
"""Phrases that give way where a more telling one of the same kind is present."""
