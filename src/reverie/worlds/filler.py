"""Words that say nothing about the scene: the grammar's glue, praise, and what turns a meaning round."""

from __future__ import annotations

from reverie.worlds.words import phrases

DECORATIONS: tuple[str, ...] = phrases(
    "beautiful, majestic, serene, dreamy, epic, vast, ancient, endless, mysterious, tranquil, dramatic, magical, "
    "lonely, wild, surreal, peaceful, ethereal, grand, quiet, luminous, hidden, silent, distant, radiant, wondrous, "
    "breathtaking, gentle, glorious, lush, strange, atmospheric, sublime, vivid, haunting, delicate, immense, "
    "forgotten, glowing, shimmering, enormous, little, small, huge, great"
)
"""Adjectives that captions strew in."""

FLOURISHES: tuple[str, ...] = phrases(
    "seen from afar, full of light, in great detail, with depth and glow, a wide view, highly detailed, full of "
    "atmosphere, softly lit, with dramatic light, as in a dream, seen from above, out of a fairy tale, with long "
    "shadows, in a wide shot, rich in detail, in soft focus"
)
"""Clauses that captions strew in."""

_GLUE = (
    "a an the this that these those some any of in on at by to for from with into onto over under above below "
    "beneath between among amongst across through along around near beside behind before after during while as like "
    "is are was were be been being am it its their his her my our your i you we they he she them him me us there "
    "here where when which who whose what how why and or nor but yet so than then too very much many more most few "
    "less least all both each every either neither one two three four five six seven eight nine ten first last up "
    "down out off again once only own same such can could will would should may might must do does did done doing "
    "has have had having just now also even still ever always often never not no without minus lacking free devoid "
    "against about upon within toward towards if because until let lets make makes made give gives show shows see "
    "seen look looks looking seem seems please want something everything nothing someone anything other another "
    "whole half full part piece side way thing s t re ve ll d m non sans avoid except only instead rather kind sort "
    "type bit lot lots touch hint hints set filled covered surrounded seen lit falls fall falling rises rise rising "
    "comes come goes go going stands stand standing lies lie lying rests grows grow growing hangs hanging drifting "
    "drift drifts runs running flows flowing stretches stretching reaching turns turned turning meets meet becomes "
    "become towering rolling shining burning"
)
_ART = (
    "scene view place landscape picture dream image world vista panorama style styled artwork art render rendering "
    "rendered detailed detail details highly ultra hyper intricate masterpiece quality best hd uhd 4k 8k 16k "
    "resolution sharp focus cinematic lighting light lights lit shadow shadows glow glows bright dark deep soft pale"
    " colour colours colourful color colors colorful coloured colored hue hues tone tones shade shades tint tints "
    "palette mood moody wide shot angle close closeup far away depth composition award winning trending artstation "
    "octane unreal engine volumetric dynamic stunning gorgeous amazing incredible awesome lovely pretty nice cool "
    "perfect fine new old big tall high low long short open empty dense thick thin heavy broad narrow high-res "
    "infinite eternal timeless divine holy sacred magic mystical dreamlike dreamscape visionary imaginary unreal "
    "otherworldly alien fantasy fantastic fantastical sci fi science fiction video film movie animation loop zoom "
    "flight flying journey travel travelling camera moving motion slow smooth background foreground made paper "
    "canvas swirling twisting winding curving drawn by artist great work works concept digital style"
)
_DOING = (
    "dreaming dream dreams swimming swim swims singing sing sings melting melt melts melted abandoned lost inside "
    "outside interior exterior surface top bottom side corner walking walk walks running sitting sits sit flying fly"
    " flies floating falling playing play plays waiting wait waits watching watch watches reading read writing "
    "thinking think breathing breathe breathes whispering whispers screaming scream laughing crying cry cries "
    "weeping weeps hiding hides hide opening opens open closing closed broken breaking breaks break growing made "
    "making built building builds exploding explodes spinning spins spin turning riding rides ride driving drives "
    "drive sailing drinking eating eats cooking holding holds wearing wears carrying carries carried covered wrapped"
    " shaped painted drawn sleeping fighting fights fight hunting chasing chases jumping jumps climbing climbs "
    "leaping gliding glides soaring soars crawling wandering wanders wander exploring crossing crosses passing "
    "passes entering enters leaving leaves left waking wakes dying dead alive living lives born young year years "
    "century centuries ago past present moment again forever"
)
_OBJECTS = (
    "person people man woman men women human humans crowd figure figures silhouette group home room wall walls floor "
    "ceiling window windows door doors table chair text words letters watermark logo frame border"
)
THINGS: frozenset[str] = frozenset(_OBJECTS.split())
"""Things that no scene has: passed over as well, but a "no" before one is meant for it alone."""
STOP: frozenset[str] = frozenset(
    {*_GLUE.split(), *_ART.split(), *_DOING.split(), *THINGS}
    | {word for row in (*DECORATIONS, *FLOURISHES) for word in row.split()}
)
"""Words that are passed over without a remark."""

NEGATORS: frozenset[str] = frozenset(
    ("no", "not", "without", "never", "minus", "lacking", "non", "sans", "avoid", "except", "neither", "nor", "devoid")
)
JOINERS: frozenset[str] = frozenset({"or", "nor"})
BREAKS: frozenset[str] = frozenset([*",.;:!?()|/", "but", "yet", "instead", "rather", "only", "just"])
