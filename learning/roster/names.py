"""Names in the order of their pinyin, with the readings that surnames have and other words do not."""

from pypinyin import Style, lazy_pinyin

# A character that reads differently as a surname; two-character surnames come first.
SURNAMES = {
    "尉迟": "yu chi", "万俟": "mo qi", "单于": "chan yu", "澹台": "tan tai", "长孙": "zhang sun", "宰父": "zai fu",
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou", "朴": "piao",
    "盖": "ge", "华": "hua", "黑": "he", "繁": "po", "种": "chong", "覃": "qin", "纪": "ji", "洗": "xian",
    "乐": "yue", "翟": "zhai", "缪": "miao", "折": "she", "秘": "bi", "召": "shao", "尹": "yin", "车": "che",
    "燕": "yan", "员": "yun", "贾": "jia", "宿": "su", "葛": "ge", "隗": "wei", "逄": "pang", "应": "ying",
    "晟": "cheng", "乜": "nie", "能": "nai", "过": "guo", "牟": "mu", "祭": "zhai", "长": "zhang", "占": "zhan",
    "相": "xiang", "行": "xing", "令狐": "ling hu", "呼延": "hu yan", "重": "chong", "那": "na", "宁": "ning",
    "谌": "chen", "佴": "nai", "郗": "xi", "沈": "shen", "卜": "bu", "冼": "xian", "冯": "feng", "柏": "bai",
}  # fmt: skip


def syllables(name: str) -> list[str]:
    """The pinyin of a name, one syllable a character, the surname read as a surname.

    >>> syllables("曾小红"), syllables("单于明"), syllables("Anna Lin")
    (['zeng', 'xiao', 'hong'], ['chan', 'yu', 'ming'], ['anna', 'lin'])
    """
    bare = name.strip().replace("·", "").replace("•", "")
    for width in (2, 1):
        known = SURNAMES.get(bare[:width])
        if known is not None:
            return [*known.split(), *_plain(bare[width:])]
    return _plain(bare)


def name_sort(name: str) -> str:
    """What a name is sorted and searched by: its syllables, then their first letters.

    >>> name_sort("仇一帆")
    'qiu yi fan qyf'
    """
    parts = syllables(name)
    return " ".join([*parts, "".join(part[0] for part in parts)])


def _plain(text: str) -> list[str]:
    return [part for found in lazy_pinyin(text, style=Style.NORMAL) for part in found.lower().split()]
