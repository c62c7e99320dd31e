"""Believable names of people who do not exist, drawn from common surnames and given-name characters."""

from random import Random

SURNAMES = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN_ONE = "敏静丽娟芳燕琳倩洁雪颖萍莉玲婷慧瑶蕾薇岚晴悦涵宁欣怡妍伟强磊军勇杰涛超明刚辉鹏健波斌宇浩凯帆翔毅晨睿博航"
GIVEN_FIRST = "晓文雅思梦诗佳嘉子志建国海春秋冬夏玉美云明俊立永新景若书清婉静一德世承泽学思雨天宏正家兴宝桂素兰"
GIVEN_LAST = "华芬珍霞梅兰英萍红艳琴云娜莹妮然彤瑜琪媛蓉平林峰东生民成光军良文武龙海山川江涛波宁安康远达志诚信义仁礼和"


def draw_names(rng: Random, n_names: int) -> list[str]:
    """So many different full names of two or three characters."""
    names: dict[str, None] = {}
    while len(names) < n_names:
        surname = rng.choices(SURNAMES, weights=range(len(SURNAMES) + 40, 40, -1))[0]
        if rng.random() < 0.22:
            given = rng.choice(GIVEN_ONE)
        else:
            given = rng.choice(GIVEN_FIRST) + rng.choice(GIVEN_ONE if rng.random() < 0.6 else GIVEN_LAST)
        names.setdefault(surname + given)
    return list(names)
