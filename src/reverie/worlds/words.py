"""The words for what is seen: how captions name a family, and how the parser knows one.

A phrase that begins with "a " is a countable thing in the singular; the article is drawn when it is used. `NOUNS` are
what captions say. `KNOWN` are further words the parser understands. `COMPOUNDS` say more than one thing at once.
"""

from __future__ import annotations

from collections.abc import Mapping

from reverie.worlds.world import Family

Meaning = Mapping[str, str]
"""Fields of a world by name, and the value that a phrase gives each."""


def phrases(text: str) -> tuple[str, ...]:
    """Split a table row at its commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


NOUNS: dict[Family, tuple[str, ...]] = {
    Family.MOUNTAINS: phrases(
        "mountains, a mountain range, mountain peaks, alps, alpine peaks, a mountain landscape, rocky summits, "
        "jagged peaks, high ridges, a mountain valley, towering mountains, the highlands, a chain of mountains, "
        "craggy hills, a massif"
    ),
    Family.OCEAN: phrases(
        "the ocean, the sea, a seascape, an ocean horizon, open water, calm seas, rolling waves, the wide sea, ocean"
        " waves, a quiet sea, the seaside, sea and sky, gentle swell, the pacific, a bay, an ocean view, a coast"
    ),
    Family.SEA_STORM: phrases(
        "a stormy sea, a storm at sea, a raging sea, giant waves, huge breakers, a raging ocean, stormy seas, "
        "crashing waves, a wild sea, a sea in a tempest, towering waves, a storm on the ocean, rough seas, "
        "mountainous waves, a stormy ocean"
    ),
    Family.FOREST: phrases(
        "a forest, woods, a woodland, a pine forest, tall trees, a forest path, a grove, birch trees, a fir forest, "
        "tree trunks, an old forest, the deep woods, pines, a glade, a forest clearing, a spruce forest, an "
        "enchanted forest"
    ),
    Family.JUNGLE: phrases(
        "a jungle, a rainforest, the tropics, palm trees, tropical leaves, a tropical forest, ferns and vines, lush "
        "foliage, a tropical jungle, the amazon, dense jungle, palms and ferns, hanging vines, a green hell of "
        "leaves, the rain forest"
    ),
    Family.CITY: phrases(
        "a city, a city skyline, a skyline, skyscrapers, a metropolis, downtown, a cityscape, tall buildings, "
        "high-rise towers, a big city, city lights, an urban skyline, a town of towers, a view over the city, a "
        "capital city, rooftops"
    ),
    Family.NEON_STREET: phrases(
        "a neon street, a neon city, a cyberpunk city, a cyberpunk street, a city street with neon signs, neon "
        "lights, a neon alley, glowing signs, a street of neon signs, a cyberpunk alley, a futuristic street, tokyo "
        "street, a narrow street with shop signs, a neon-lit street, a cyberpunk cityscape, billboards"
    ),
    Family.CORAL_REEF: phrases(
        "a coral reef, corals, a reef, corals and fish, an underwater reef, a tropical reef, a coral garden, "
        "colourful corals, an underwater garden, sea anemones, a great barrier reef, an underwater coral reef, a "
        "school of fish over corals, a lagoon with corals"
    ),
    Family.DEEP_SEA: phrases(
        "the deep sea, the abyss, the deep ocean, the ocean floor, jellyfish, the depths of the sea, deep "
        "underwater, glowing jellyfish, the bottom of the sea, an underwater abyss, the midnight zone, an undersea "
        "trench, bioluminescent creatures, the ocean depths, medusae, an underwater world"
    ),
    Family.NEBULA: phrases(
        "a nebula, outer space, a cosmic cloud, interstellar clouds, deep space, space clouds, a star nursery, "
        "clouds of stardust, cosmic dust, an interstellar nebula, glowing gas in space, a stellar nursery, a space "
        "nebula"
    ),
    Family.GALAXY: phrases(
        "a galaxy, a spiral galaxy, the milky way, a swirl of stars, a disc of stars, andromeda, a star cluster, a "
        "galaxy of stars, the cosmos, spiral arms of stars, an island universe, a whirl of stars, a starfield"
    ),
    Family.DUNES: phrases(
        "dunes, sand dunes, a desert, the desert, a sea of dunes, the sahara, desert sands, rippled sand, waves of "
        "sand, a sandy desert, an arid desert, an ocean of sand, drifting sand, desert dunes, the empty quarter"
    ),
    Family.AURORA: phrases(
        "an aurora, northern lights, polar lights, the aurora borealis, southern lights, an arctic sky, curtains of "
        "light, lights in the northern sky, an auroral sky, the northern lights, dancing polar lights, aurora over "
        "the tundra"
    ),
    Family.VOLCANO: phrases(
        "a volcano, an erupting volcano, lava, a volcanic eruption, lava flows, a crater, a river of lava, molten "
        "rock, an eruption, rivers of magma, a volcanic cone, a burning mountain, a mountain of fire, vesuvius, "
        "magma"
    ),
    Family.FLOWER_FIELD: phrases(
        "a flower field, a meadow, flowers, a field of flowers, wildflowers, a flowering meadow, poppies, tulips, a "
        "poppy field, a sea of flowers, blossoms, a blooming meadow, a tulip field, a garden of flowers, daisies, "
        "blooms, petals and grass"
    ),
    Family.CANYON: phrases(
        "a canyon, a gorge, a ravine, a canyon with a river, red rock cliffs, mesas, a river gorge, the grand "
        "canyon, sandstone walls, rock walls and a river, buttes, canyon walls, a winding canyon, a badlands "
        "landscape, sheer cliffs"
    ),
    Family.CRYSTAL_CAVE: phrases(
        "a crystal cave, a cave of crystals, crystals, a grotto, gemstones in a cave, a cavern, a geode, a crystal "
        "cavern, glowing crystals, a cave full of gems, quartz crystals, an underground cave, shining gems, a hall "
        "of crystals"
    ),
    Family.SKY_ISLANDS: phrases(
        "sky islands, floating islands, islands in the sky, islands above the clouds, a floating island, flying "
        "islands, rocks floating in the sky, a sea of clouds, islands among clouds, hovering islands, castles in the"
        " air, islands adrift in the sky"
    ),
    Family.VORTEX: phrases(
        "a vortex, a tunnel of light, a spiral tunnel, a whirlpool, a swirling tunnel, a wormhole, a portal, a "
        "spiral, a maelstrom, a swirling vortex, a hypnotic spiral, a tunnel, a time tunnel, a twisting tunnel, a "
        "whirl"
    ),
    Family.MANDALA: phrases(
        "a mandala, a kaleidoscope, a rosette, sacred geometry, a symmetrical pattern, an ornament, a radial "
        "pattern, a kaleidoscopic pattern, a mandala pattern, concentric ornaments, a rose window, an ornate "
        "mandala, arabesques"
    ),
    Family.FRACTAL: phrases(
        "a fractal, the mandelbrot set, a julia set, fractals, fractal spirals, an infinite fractal, fractal "
        "filigree, recursive shapes, self-similar patterns, a fractal landscape of curves, a mandelbrot fractal, "
        "mathematical art"
    ),
}

KNOWN: dict[Family, tuple[str, ...]] = {
    Family.MOUNTAINS: phrases(
        "mountain, peak, summit, ridge, hill, alp, highland, himalaya, mount everest, matterhorn, fuji"
    ),
    Family.OCEAN: phrases("ocean, sea, wave, coast, shore, beach, atlantic, harbour, surf, swell, horizon, tide"),
    Family.SEA_STORM: phrases(
        "sea storm, ocean storm, rogue wave, breaker, tsunami, storm over the sea, storm over the ocean"
    ),
    Family.FOREST: phrases("wood, tree, pine, birch, fir, spruce, oak, redwood, woodland, trunk, thicket"),
    Family.JUNGLE: phrases(
        "tropical, tropic, palm, fern, vine, foliage, leaf, leaves, liana, bamboo forest, undergrowth"
    ),
    Family.CITY: phrases(
        "building, skyscraper, tower, town, urban, manhattan, new york, paris, london, rooftop, high rise"
    ),
    Family.NEON_STREET: phrases(
        "cyberpunk, street, alley, neon sign, shop sign, blade runner, tokyo, billboard, boulevard"
    ),
    Family.CORAL_REEF: phrases("coral, fish, anemone, lagoon, tropical fish, barrier reef, school of fish, aquarium"),
    Family.DEEP_SEA: phrases(
        "underwater, undersea, abyssal, jellyfish, medusa, trench, submarine, sea floor, seabed, under the sea, "
        "bioluminescent, deep water, sunken"
    ),
    Family.NEBULA: phrases("space, nebulae, stardust, interstellar, cosmic, orion, supernova"),
    Family.GALAXY: phrases("galactic, universe, cosmos, stars, constellation, starscape, galaxies"),
    Family.DUNES: phrases("dune, sand, sahara, sandy, arid, gobi, oasis"),
    Family.AURORA: phrases("auroral, arctic, polar light, northern light, aurora australis, tundra, polar"),
    Family.VOLCANO: phrases("volcanic, eruption, erupting, molten, etna, krakatoa, volcanoes, crater lake"),
    Family.FLOWER_FIELD: phrases(
        "flower, blossom, bloom, poppy, tulip, daisy, garden, wildflower, rose garden, petal, orchard, prairie"
    ),
    Family.CANYON: phrases("mesa, cliff, butte, sandstone, badland, river, arizona, red rock, monument valley"),
    Family.CRYSTAL_CAVE: phrases(
        "cave, crystal, gem, gemstone, quartz, grotto, underground, crystalline, amethyst cave, stalactite"
    ),
    Family.SKY_ISLANDS: phrases(
        "island, cloud, floating rock, cloudscape, above the clouds, floating, castle in the sky, city in the sky"
    ),
    Family.VORTEX: phrases(
        "whirlwind, spiral, swirl, wormhole, black hole, hypnotic, cyclone, funnel, psychedelic tunnel"
    ),
    Family.MANDALA: phrases(
        "kaleidoscopic, symmetry, symmetrical, pattern, ornamental, rosette, arabesque, filigree, concentric"
    ),
    Family.FRACTAL: phrases("mandelbrot, julia, recursive, self similar, mathematical, recursion"),
}

_ROWS: tuple[tuple[str, str], ...] = (
    ("sunflowers", "family=flower_field palette=gold"),
    ("a field of sunflowers", "family=flower_field palette=gold"),
    ("a lavender field", "family=flower_field palette=violet"),
    ("fields of lavender", "family=flower_field palette=violet"),
    ("cherry blossoms", "family=flower_field palette=rose"),
    ("a rose garden", "family=flower_field palette=rose"),
    ("snow-capped mountains", "family=mountains weather=snow"),
    ("snowy peaks", "family=mountains weather=snow"),
    ("a winter forest", "family=forest weather=snow"),
    ("an autumn forest", "family=forest palette=ember"),
    ("a misty forest", "family=forest weather=mist"),
    ("foggy woods", "family=forest weather=mist"),
    ("a thunderstorm over the city", "family=city weather=storm"),
    ("a city at night", "family=city time=night"),
    ("a rainy neon street", "family=neon_street weather=rain"),
    ("an emerald forest", "family=forest palette=emerald"),
    ("the blue ocean", "family=ocean palette=azure"),
    ("the deep blue sea", "family=ocean palette=azure"),
    ("golden dunes", "family=dunes palette=gold"),
    ("moonlit dunes", "family=dunes time=night"),
    ("an amethyst cave", "family=crystal_cave palette=violet"),
    ("emerald crystals", "family=crystal_cave palette=emerald"),
    ("sapphire crystals", "family=crystal_cave palette=azure"),
    ("an ocean sunset", "family=ocean time=sunset"),
    ("sunrise over the mountains", "family=mountains time=dawn"),
    ("green northern lights", "family=aurora palette=emerald"),
    ("a night sky with aurora", "family=aurora time=night"),
    ("a stained glass rose window", "family=mandala style=stained_glass"),
    ("a blizzard in the mountains", "family=mountains weather=snow"),
)


def meaning(text: str) -> Meaning:
    """Read a table row such as "family=dunes palette=gold"."""
    return dict(pair.split("=", 1) for pair in text.split())


COMPOUNDS: dict[str, Meaning] = {phrase: meaning(row) for phrase, row in _ROWS}

NEUTRAL: tuple[str, ...] = phrases(
    "a scene, a view, a place, a landscape, a picture, a dream, an image, a world, a vista, a panorama"
)
"""What a caption says instead, where it leaves the family out."""
