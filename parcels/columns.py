"""Which column of a file means what: survey and project names, synonyms, names cut to 10 bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gis.language import Problem, Text, _

DBF_NAME_BYTES = 10


@dataclass(frozen=True)
class Field:
    """One thing a layer can say, and the column names that say it, likeliest first."""

    name: str
    title: Text
    synonyms: tuple[str, ...]
    is_number: bool = False


PARCEL_FIELDS: tuple[Field, ...] = (
    Field(
        "parcel_no",
        _("Parcel number"),
        (
            "TBBH",
            "图斑编号",
            "DKBH_TB",
            "图斑号",
            "编号",
            "地块编号",
            "parcel_no",
            "MAP_LOT",
            "MapLot",
            "ML",
            "CODE",
            "NUMERO",
            "IDPAR",
            "BSM",
            "DKBH",
        ),
    ),
    Field(
        "village_code",
        _("Village code"),
        (
            "ZLDWDM",
            "坐落单位代码",
            "village_code",
            "XZQDM",
            "行政区代码",
            "村代码",
            "CDM",
            "QSDWDM",
            "权属单位代码",
            "CODE_COM",
        ),
    ),
    Field(
        "village",
        _("Village"),
        (
            "ZLDWMC",
            "坐落单位名称",
            "village",
            "CUN",
            "村名",
            "村",
            "行政村",
            "CMC",
            "XZCMC",
            "QSDWMC",
            "权属单位名称",
        ),
    ),
    Field(
        "township", _("Township"), ("XZMC", "township", "XIANG", "乡镇", "乡镇名称", "XZQMC", "镇")
    ),
    Field("ownership", _("Ownership"), ("QSXZ", "权属性质", "ownership")),
    Field("land_class", _("Land class"), ("DLBM", "地类编码", "地类代码", "land_class")),
    Field("block_no", _("Block number"), ("DKBH", "地块号", "block_no")),
    Field(
        "declared_area_m2",
        _("Declared area"),
        ("TBMJ", "图斑面积", "DKMJ", "地块面积", "declared_area_m2", "面积", "MJ"),
        is_number=True,
    ),
    Field(
        "declared_new_arable_m2",
        _("New arable area"),
        ("XZGDMJ", "新增耕地面积", "XZGD", "new_arable_m2", "新增耕地", "净新增耕地"),
        is_number=True,
    ),
    Field("retained_m2", _("Retained land"), ("BLMJ", "保留面积", "retained_m2"), is_number=True),
    Field("inside_village", _("Inside a village"), ("SFCN", "是否村内", "inside_village", "村内")),
)
STRUCTURE_FIELDS: tuple[Field, ...] = (
    Field(
        "class", _("Structure class"), ("class", "GZWLX", "构筑物类型", "类型", "LX", "LB", "TYPE")
    ),
)


COVERAGE_LAYERS = ("coverage", "覆盖范围", "解译范围")


def coverage_among(layers: Iterable[str]) -> str | None:
    """Return the layer that by its name says where structures were read; None: there is none."""
    return next((name for name in layers if name.casefold() in COVERAGE_LAYERS), None)


def recognised(columns: Iterable[str], fields: Iterable[Field]) -> dict[str, str]:
    """Return field name → column of the file, each column used once; unrecognised ones absent."""
    free = {_plain(column): column for column in reversed(list(columns))}
    found: dict[str, str] = {}
    fields = tuple(fields)
    longest = max(len(field.synonyms) for field in fields)
    for rank in range(longest):  # everyone's likeliest name before anyone's second choice
        for field in fields:
            if field.name in found or rank >= len(field.synonyms):
                continue
            synonym = field.synonyms[rank]
            for spelling in (_plain(synonym), _plain(cut_to_dbf(synonym))):
                if spelling in free:
                    found[field.name] = free.pop(spelling)
                    break
    return found


def as_last_time(
    columns: Iterable[str],
    fields: Iterable[Field],
    last: Mapping[str, str],
    seen: Iterable[str],
) -> tuple[dict[str, str], set[str]]:
    """Return field name → column, and which of the fields a person confirmed before.

    ``last`` is what was confirmed for the project's last layer of this kind, ``seen`` that file's
    columns: one of them that was given no meaning then is given none now.
    """
    given = list(columns)
    known = {name: column for name, column in last.items() if column in given}
    told = {*known.values(), *seen}
    free = [column for column in given if column not in told]
    fresh = recognised(free, (field for field in fields if field.name not in known))
    return fresh | known, set(known)


def require_known(mapping: Mapping[str, str], columns: Iterable[str]) -> None:
    """Raise Problem when a mapped column is not in the file."""
    present = set(columns)
    for column in mapping.values():
        if column not in present:
            raise Problem(
                _(
                    "The file has no column {column}. Its columns are: {columns}.",
                    column=column,
                    columns=", ".join(sorted(present)),
                )
            )


def cut_to_dbf(name: str) -> str:
    """Return a column name as a dbf in GBK keeps it: 10 bytes, no half character."""
    return name.encode("gb18030")[:DBF_NAME_BYTES].decode("gb18030", "ignore")


def _plain(name: str) -> str:
    return name.strip().casefold()
