"""What a word from outside the grammar brings to mind: the nearest scene, and at times a mood with it.

A row's left side is what is meant, its right side the words; they count less than any scene that is named.
"""

from __future__ import annotations

from reverie.worlds.words import Meaning, meaning, phrases

_ROWS: tuple[tuple[str, str], ...] = (
    # made by people
    (
        "family=crystal_cave palette=gold style=stained_glass",
        "cathedral, cathedral of light, church, chapel, basilica, temple of light",
    ),
    (
        "family=crystal_cave palette=gold",
        "treasure, throne, palace, ballroom, hall, library, museum, vault, dungeon, mine, chandelier, jewel, diamond",
    ),
    (
        "family=deep_sea",
        "underwater city, sunken city, atlantis, city under the sea, shipwreck, kraken, leviathan, octopus, squid, "
        "eel, anglerfish",
    ),
    (
        "family=sky_islands",
        "castle, fortress, citadel, airship, balloon, zeppelin, bridge, heaven, stairway to heaven, paradise, angel,"
        " pegasus, griffin, gryphon, flying whale, sky whale, sky, bird, eagle, feather, wing, kite, utopia, "
        "olympus, kingdom, realm, steampunk",
    ),
    (
        "family=city",
        "house, village, street at noon, factory, office, apartment, church tower, car park, suburb, stadium, "
        "airport, railway, station, train, bus, harbour city, venice, rome, berlin, chicago, dubai, hong kong, "
        "architecture, ruin, castle town, civilization",
    ),
    (
        "family=neon_street time=night palette=electric",
        "robot, android, cyborg, hacker, arcade, nightclub, disco, club, karaoke, future, futuristic, dystopia, "
        "dystopian, utopian city, spaceport, hologram, machine, computer, circuit, cyber, matrix, rave party, "
        "motorcycle, car, traffic, taxi",
    ),
    (
        "family=canyon",
        "ruins in the rock, petra, cowboy, western, wild west, mars, martian, red planet, pyramid wall, dinosaur, "
        "valley, stream, gulch, waterfall, cataract, amphitheatre, stone, rock, cave dwelling, fjord",
    ),
    (
        "family=dunes",
        "pyramid, sphinx, egypt, camel, caravan, mirage, bedouin, savanna, savannah, wasteland, cactus, arrakis, "
        "spice, mummy, lion, steppe, scorpion, snake, dust, morocco, arabian nights, hourglass, zen garden, nomad",
    ),
    # nature
    (
        "family=mountains",
        "glacier, cliff top, monastery, tibet, nepal, switzerland, norway, waterfall valley, lake, wolf, goat, eagle"
        " nest, sheep, hike, climber, viking, giant, troll, dwarf, snowman, ski, tor, scotland, patagonia, yeti, "
        "dolomites, earth, hill country",
    ),
    (
        "family=ocean",
        "ship, boat, sailboat, sail, yacht, whale, dolphin, lighthouse, island beach, water, pirate, mermaid, gull, "
        "seagull, port, pier, iceberg, antarctica, lake at rest, raft, captain, seal, penguin, swan, horizon line, "
        "sailing, noah",
    ),
    (
        "family=sea_storm weather=storm",
        "poseidon, neptune, hurricane at sea, flood, deluge, ghost ship, flying dutchman, noah ark, wreck, sea "
        "monster, battle, war, apocalypse, moby dick",
    ),
    (
        "family=forest",
        "deer, fox, bear, owl, elf, fairy, hobbit, cabin, cottage, mushroom, druid, witch, "
        "unicorn, hut, bark, moss path, hedgehog, squirrel, rabbit, wolves, path, trail, goblin, dryad, treehouse, "
        "tree of life, autumn wood, swamp, bog, marsh, root, branch, nature, narnia, totem, walk, green man, camp, "
        "campfire",
    ),
    (
        "family=jungle",
        "tiger, parrot, monkey, elephant, gorilla, panther, jaguar, maya, aztec, inca, temple, toucan, bamboo, lost "
        "city, jurassic, chameleon, frog, tarzan, banana, coconut, safari, panda, crocodile, avatar, pandora",
    ),
    (
        "family=flower_field",
        "bee, butterfly, spring, picnic, tea party, honeybee, farm, field, grass, lawn, park, rose "
        "bush, garden party, bouquet, girl, child, children, dance, wedding, love, lover, kiss, cherry tree, "
        "hummingbird, dandelion, lotus, lily, orchid garden, plain, pasture, vineyard, strawberry, summer, easter, "
        "horse, cow, hay, dog, puppy, cat, kitten, heart",
    ),
    (
        "family=coral_reef",
        "diver, scuba, snorkel, turtle, sea turtle, seahorse, clownfish, nemo, starfish, shell, pearl diver, shark, "
        "manta ray, stingray, sponge, under water garden, crab, lobster, goldfish, koi",
    ),
    (
        "family=volcano palette=ember",
        "dragon, sleeping dragon, fire dragon, phoenix, demon, devil, hell, inferno, mordor, forge, blacksmith, "
        "furnace, balrog, end of the world, armageddon, doomsday, gates of hell, orc, salamander, bonfire, "
        "explosion, wildfire, underworld, hades, dragon lair",
    ),
    (
        "family=aurora time=night",
        "reindeer, igloo, iceland, lapland, finland, alaska, greenland, north pole, husky, sled, eskimo, santa "
        "claus, christmas, spirit, soul, polar bear, siberia, valhalla, veil of light, ice palace, ice queen",
    ),
    # sky and mind
    (
        "family=nebula",
        "astronaut, rocket, spaceship, spacecraft, space station, planet, star trek, comet, meteor, asteroid, alien "
        "planet, satellite, cosmonaut, ufo, god, creation, big bang, gas giant, jupiter, saturn, venus, birth, "
        "explosion of colour, ink in water, smoke in colours",
    ),
    (
        "family=galaxy",
        "zodiac, astrology, telescope, eternity, infinity, star wars, celestial, stellar, planetarium, solar system,"
        " milkyway, star map, astronomy",
    ),
    (
        "family=vortex",
        "gate, gateway, stargate, time travel, time machine, time, timewarp, teleport, speed, hyperspace, warp, "
        "maze, labyrinth, abyss of light, rabbit hole, staircase, spiral staircase, dna, clock, clockwork, memory, "
        "hypnosis, trance, dizzy, energy, rollercoaster, subway tunnel, eye, music, sound, song, symphony, jazz",
    ),
    (
        "family=mandala",
        "buddha, meditation, meditating, yoga, zen, chakra, lotus mandala, symbol, star of david, islamic art, tile,"
        " carpet, lace, peacock, clock face, wheel, sun wheel, prayer, shrine, altar, quilt, emblem, sun god, tarot,"
        " harmony, balance, face, portrait, mask, crown",
    ),
    (
        "family=fractal",
        "mathematics, maths, geometry, algorithm, brain, neuron, neural, mind, consciousness, thought, idea, "
        "chaos, order, network, web, spider web, cell, virus, microscopic, bacteria, broccoli, snail, shell spiral, "
        "lightning tree, lsd, trippy, dmt, abstract, complexity, quantum, atom, physics, code, information, "
        "artificial intelligence, philosophy, language",
    ),
    # moods alone
    (
        "palette=silver",
        "sad, melancholy, melancholic, grief, sorrow, gloomy, gothic, bleak, silence, film noir, moonstone, dread, "
        "death, horror",
    ),
    ("palette=ember", "from the ashes, angry, anger, rage, passion, blood, hellish, halloween, pumpkin"),
    ("palette=gold", "happy, joy, hope, honeycomb, harvest, glory, royal, king, queen, victory, champagne"),
    ("palette=rose", "romantic, romance, valentine, tender, cute, sweet, kawaii"),
    ("palette=azure", "calming, ice blue, winter blue"),
    ("palette=violet", "mystic, enchanted, spell, wizard, sorcerer, magician"),
    ("palette=emerald", "poison, toxic, absinthe, irish, ireland, ecological"),
    ("palette=electric", "techno, party, retro, 80s, eighties, pop, pop art, glitch, cyberspace"),
    (
        "time=night",
        "nightmare, sleep, sleeping, asleep, vampire, werewolf, owl moon, midnight sun, stargazing, lantern, "
        "fireworks, firefly, candle",
    ),
    ("time=dawn", "awakening, awake, rebirth, new beginning, beginning"),
    ("time=dusk", "farewell, ending, end, autumn evening, nostalgia, nostalgic, lonesome"),
    ("weather=mist", "ghost, phantom, spectre, spooky, eerie, murky, unclear, blurry, faint, incense"),
    ("weather=rain", "umbrella, tears, wash, thunder shower"),
    ("weather=snow", "january, december, february, ice age, snowball"),
    ("weather=storm", "thor, zeus, electricity, fury, catastrophe"),
)

ASSOCIATIONS: dict[str, Meaning] = {phrase: meaning(row) for row, words in _ROWS for phrase in phrases(words)}
