"""Names and codes of the invented county: nobody's, and no real place's."""

from __future__ import annotations

from dataclasses import dataclass

COUNTY_CODE = "999901"
COUNTY_NAME = "禾溪县"
TOWNSHIP_NAMES = ("稻香湾镇", "栖田镇", "望耘乡", "柳汊镇", "归垄乡")
# One word a village, twelve townships' worth each: 60 in all, none of them twice.
VILLAGE_STEMS = (
    "槐荫 塘角 东堰 西堰 石碾 柿园 井泉 芦汀 枣坡 桑林 北桥头 南桥头 "
    "竹溪 麦场 粉坊 油坊 瓦窑 砖埠 梨沟 杏垄 荷塘 菱角湾 白杨 青杨 "
    "上畈 下畈 老庄 新庄 铁匠铺 豆腐营 花椒坪 榆钱 楝树 椿湾 皂角 乌桕 "
    "渡口 沙洲 鹭滩 雁栖 草甸 苇荡 鱼梁 水磨 龙骨车 石埂 土地岭 望楼 "
    "东畦 西畦 长垄 短垄 谷仓 草垛 牛栏 羊圈坡 晒场 场院 碾盘 辘轳"
).split()
VILLAGE_COUNT = len(VILLAGE_STEMS)
# A code of the same form that stands in no region table: a planted error needs one.
UNKNOWN_VILLAGES = (("999901103088", "旧桥头坊村"), ("999901105077", "北洼子村"))

LAND_CLASSES = {
    "0702": "农村宅基地",
    "0601": "工业用地",
    "0602": "采矿用地",
    "05H1": "商业服务业设施用地",
    "08H2": "科教文卫用地",
    "0103": "旱地",
    "0305": "灌木林地",
}
HOUSE, SHED, WALL, YARD, RUIN = "房屋", "棚舍", "围墙", "硬化地面", "废墟"
STRUCTURE_CLASSES = (HOUSE, SHED, WALL, YARD, RUIN)
REMARKS = ("户主已外迁", "房屋坍塌", "已签协议", "院内有树", "原村小学", "原砖厂", "待户主确认")


@dataclass(frozen=True)
class Village:
    """A village of the region table: 12-digit code, name, and the township it belongs to."""

    code: str
    name: str
    township_code: str
    township_name: str


def township_code(index: int) -> str:
    """Return the 9-digit code of the township at ``index`` (0-based)."""
    return f"{COUNTY_CODE}{101 + index}"


def village(stem: str, township: int, place: int) -> Village:
    """Return the village standing at ``place`` (1-based) in the township's list."""
    code = township_code(township)
    return Village(f"{code}{200 + place}", f"{stem}村", code, TOWNSHIP_NAMES[township])
