"""Names for visitors who have not introduced themselves: easy to read, easy to tell apart (S18)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

# The endings of an adjective before a masculine, feminine and neuter noun, and the stems that take them.
_RUSSIAN_ADJECTIVES = {
    ("ый", "ая", "ое"): """
        медн красн белоснежн северн южн восточн западн светл ясн звёздн лунн солнечн янтарн серебрян изумрудн лазурн
        бирюзов сиренев вишнёв малинов кленов берёзов соснов горн снежн тёпл бодр смел мудр добр весёл спокойн быстр
        славн дивн нежн бархатн шёлков хрустальн жемчужн радужн облачн туманн ветрен песчан вольн приветлив""",
    ("ой", "ая", "ое"): "золот голуб морск степн лесн речн",
    ("ий", "ая", "ое"): "тих лёгк звонк далёк широк высок глубок мягк гладк ярк",
    ("ий", "яя", "ее"): "син летн зимн осенн весенн утренн вечерн древн дальн",
}
_RUSSIAN_NOUNS = (
    """ветер ручей берег остров камень клён кедр тополь сад мост маяк парус луч рассвет закат океан залив утёс каньон
    лист колос сокол лебедь дельфин""",
    """река звезда роща тропа волна гора долина поляна сосна берёза ива рябина ласточка чайка радуга искра туча гавань
       лагуна жемчужина ракушка мелодия снежинка заря""",
    "озеро море небо облако поле утро перо яблоко зерно эхо созвездие побережье взморье солнце",
)
_ENGLISH_ADJECTIVES = """
    copper silver golden amber crimson scarlet azure emerald ivory velvet crystal misty sunny windy snowy starry
    northern southern eastern western quiet gentle brave bright calm clever cheerful distant early gleaming graceful
    happy hidden lively lucky merry mellow noble patient polished proud quick rapid rosy silent silken smooth spring
    summer autumn winter swift tender tranquil vivid warm wise wild young"""
_ENGLISH_NOUNS = """
    river wind brook island stone maple cedar poplar garden bridge lighthouse sail dawn sunset ocean bay cliff canyon
    leaf falcon swan dolphin star grove path wave mountain valley meadow pine birch willow rowan swallow seagull rainbow
    spark cloud harbour lagoon pearl seashell melody snowflake lake sea sky field morning feather apple acorn echo
    horizon coast sun moon comet lantern compass"""


def _russian() -> Iterator[str]:
    for endings, stems in _RUSSIAN_ADJECTIVES.items():
        for ending, nouns in zip(endings, _RUSSIAN_NOUNS, strict=True):
            for stem in stems.split():
                yield from (f"{stem}{ending} {noun}".capitalize() for noun in nouns.split())


def _english() -> Iterator[str]:
    for adjective in _ENGLISH_ADJECTIVES.split():
        yield from (f"{adjective} {noun}".capitalize() for noun in _ENGLISH_NOUNS.split())


NAMES = {"ru": list(_russian()), "en": list(_english())}


def generate(language: str) -> str:
    """A random name in the language, in English where we have no words of it."""
    return secrets.choice(NAMES.get(language, NAMES["en"]))
