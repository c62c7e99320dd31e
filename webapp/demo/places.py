"""The fictional province 江岚省: five levels of places and the training providers beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from random import Random

import yaml
from sqlalchemy.orm import Session

from core.people import Organisation, OrganisationLevel, ProviderKind, SchoolLevel, found_organisation

CITIES: Mapping[str, tuple[str, ...]] = {
    "临溪市": ("青屏县", "云渡县", "临溪市东津区"),
    "安岚市": ("松桥县", "白鹭县", "安岚市北湖区"),
    "青川市": ("石门县", "禾山县"),
}
TOWNS = [
    "河湾",
    "柳坪",
    "竹溪",
    "红岩",
    "双桥",
    "桃源",
    "南塘",
    "西岭",
    "枫林",
    "望江",
    "平安",
    "泉水",
    "大田",
    "石桥",
    "新安",
    "古渡",
    "杏花",
    "长岭",
    "清水",
    "莲塘",
]


@dataclass(frozen=True)
class School:
    """A school of the demo with the section it teaches and how many people work there."""

    place: Organisation
    section: SchoolLevel
    n_people: int


@dataclass(frozen=True)
class Places:
    """Everything that was founded."""

    nation: Organisation
    province: Organisation
    cities: tuple[Organisation, ...]
    counties: tuple[Organisation, ...]
    schools: tuple[School, ...]
    providers: Mapping[str, Organisation]


def found_places(session: Session, rng: Random) -> Places:
    """Found the province, eight counties with five or six schools each, and eight providers."""
    level = OrganisationLevel
    nation = found_organisation(session, code="0000", name="全国", level=level.NATIONAL, parent=None)
    province = found_organisation(session, code="9900", name="江岚省", level=level.PROVINCE, parent=nation)
    cities: list[Organisation] = []
    counties: list[Organisation] = []
    schools: list[School] = []
    for city_no, (city_name, county_names) in enumerate(CITIES.items(), 1):
        city = found_organisation(session, code=f"99{city_no:02}", name=city_name, level=level.CITY, parent=province)
        cities.append(city)
        for county_no, county_name in enumerate(county_names, 1):
            county = found_organisation(
                session, code=f"99{city_no:02}{county_no:02}", name=county_name, level=level.COUNTY, parent=city
            )
            counties.append(county)
            schools += _found_schools(session, rng, county)
    providers = {
        row["code"]: found_organisation(
            session, code=row["code"], name=row["name_zh"], level=level.PROVIDER, parent=province,
            provider_kind=ProviderKind(row["kind"]),
        )
        for row in yaml.safe_load(files("content").joinpath("data/catalogue/providers.yaml").read_text("utf-8"))
    }  # fmt: skip
    return Places(nation, province, tuple(cities), tuple(counties), tuple(schools), providers)


def _found_schools(session: Session, rng: Random, county: Organisation) -> list[School]:
    short = county.name.removesuffix("县").split("市")[-1].removesuffix("区")
    towns = rng.sample(TOWNS, 3)
    plans = (
        (f"{short}第一小学", SchoolLevel.PRIMARY, False, rng.randint(42, 54)),
        (f"{short}{towns[0]}镇中心小学", SchoolLevel.PRIMARY, True, rng.randint(24, 36)),
        (f"{short}实验初级中学", SchoolLevel.JUNIOR, False, rng.randint(38, 50)),
        (f"{short}{towns[1]}九年制学校", SchoolLevel.JUNIOR, True, rng.randint(20, 30)),
        (f"{short}高级中学", SchoolLevel.SENIOR, False, rng.randint(38, 48)),
        (f"{short}{towns[2]}幼儿园", SchoolLevel.KINDERGARTEN, towns[2] > "平", rng.randint(14, 24)),
    )
    return [
        School(
            found_organisation(
                session, code=f"21{county.code[:2]}{county.code[3]}{county.code[5]}{number:04}", name=name,
                level=OrganisationLevel.SCHOOL, parent=county, is_rural=is_rural,
            ),
            section, n_people,
        )
        for number, (name, section, is_rural, n_people) in enumerate(plans, 1)
    ]  # fmt: skip
