"""The shape of the house, read from the code itself: who may lean on whom, and what is tabled."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("streamlit_app", "ui", "reports", "parcels", "gis")  # each leans on those after it
LONGEST_FILE = 300
PAGES_LIBRARIES = {"streamlit", "streamlit_folium", "starlette", "folium", "branca", "uvicorn"}
KNOW_SQL = (
    "parcels/store/",
    "parcels/services/",
    "parcels/people/sessions.py",
    "parcels/register/",
    "parcels/imagery/reading.py",
    "parcels/imagery/basemap.py",
    "parcels/judgement/reading.py",
    "gis/imagery/tile_file.py",
    "gis/imagery/ready_tiles.py",
    "parcels/answerable.py",
    "parcels/projects.py",
    "parcels/references.py",
    "parcels/settings.py",
    "parcels/startup.py",
    "reports/means/reading.py",
    "reports/acceptance/reading.py",
    "reports/guidance/reading.py",
    "reports/supervision/reading.py",
    "reports/tables/",
    "reports/reading.py",
    "reports/publication/reading.py",
    "reports/references.py",
    "reports/parcel_reading.py",
    "reports/believed_work.py",
    "reports/ledger_columns.py",
    "reports/photos/reading.py",
    "reports/contradictions/reading.py",
    "reports/contradictions/judged.py",
    "reports/contradictions/layers.py",
    "reports/contradictions/evidence.py",
    "reports/services/",
    "reports/migrations/",
    "reports/demo/",
)
PURE = (
    "gis/units.py",
    "gis/rings.py",
    "gis/findings.py",
    "gis/survey_area.py",
    "parcels/as_built.py",
    "parcels/checking.py",
    "parcels/impact.py",
    "parcels/impact_tables.py",
    "parcels/ledger/",
    "parcels/proposals/",
    "parcels/columns.py",
    "parcels/frames.py",
    "parcels/totals.py",
    "parcels/what_if.py",
    "parcels/workflow.py",
    "parcels/regions.py",
    "parcels/judgement/correcting.py",
    "parcels/judgement/queue.py",
    "parcels/remedies/kinds.py",
    "parcels/remedies/site.py",
    "parcels/remedies/trim.py",
    "parcels/remedies/split.py",
    "parcels/remedies/join.py",
    "parcels/remedies/candidates.py",
    "parcels/remedies/proposals.py",
    "parcels/remedies/lost.py",
    "parcels/people/access.py",
    "parcels/people/actor.py",
    "parcels/rules/",
    "reports/calendar.py",
    "reports/clean.py",
    "reports/completion.py",
    "reports/daily.py",
    "reports/forecast.py",
    "reports/holidays.py",
    "reports/outliers.py",
    "reports/periods/",
    "reports/printed.py",
    "reports/publication/chain.py",
    "reports/publication/check_code.py",
    "reports/publication/content.py",
    "reports/publication/derivation.py",
    "reports/punctuality.py",
    "reports/ranking.py",
    "reports/room.py",
    "reports/means/money.py",
    "reports/acceptance/inspection.py",
    "reports/guidance/items.py",
    "reports/means/plan.py",
    "reports/means/standing.py",
    "reports/schedule.py",
    "reports/supervision/facts.py",
    "reports/supervision/ladder.py",
    "reports/supervision/notice.py",
    "reports/photos/photo.py",
    "reports/ceilings.py",
    "reports/counted.py",
    "reports/drafts.py",
    "reports/reasons.py",
    "reports/workbook/form.py",
    "reports/workbook/read.py",
    "reports/contradictions/states.py",
    "reports/contradictions/evidence.py",
    "reports/document.py",
    "reports/catalog/",
)
READS_THE_WORLD = {"os", "time", "random", "secrets", "sqlite3", "socket", "subprocess", "tempfile"}
ASKS_THE_CLOCK = {"now", "today", "utcnow"}
TABLES = (  # folder, constant a file ends in, where the table stands, its name
    ("ui/pages", "PAGE", "ui.pages", "PAGES"),
    ("reports/catalog", "DOCUMENT", "reports.catalog", "CATALOG"),
    ("gis/formats", "FORMAT", "gis.formats", "FORMATS"),
    ("parcels/rules", "RULE", "parcels.rules", "RULES"),
    ("reports/demo", "PART", "reports.demo", "PARTS"),
    ("parcels/heavy", "KIND", "parcels.heavy", "KINDS"),
    ("reports/heavy", "KIND", "reports.heavy", "KINDS"),
)


def test_imports_point_down_only() -> None:
    wrong = [
        f"{file}:{line} imports {module}"
        for file in code()
        for module, line in imports(file)
        if (floor := module.split(".")[0]) in FLOORS
        and FLOORS.index(floor) < FLOORS.index(floor_of(file))
    ]
    assert not wrong


def test_nothing_of_the_house_imports_its_tests_or_benchmarks() -> None:
    wrong = [
        f"{file}:{line} imports {module}"
        for file in code()
        for module, line in imports(file)
        if module.split(".")[0] in ("tests", "benchmarks", "pytest", "hypothesis")
    ]
    assert not wrong


def test_only_the_pages_know_streamlit() -> None:
    wrong = [
        f"{file}:{line} imports {module}"
        for file in code()
        if floor_of(file) not in ("ui", "streamlit_app")
        for module, line in imports(file)
        if module.split(".")[0] in PAGES_LIBRARIES
    ]
    assert not wrong


def test_no_module_declares_a_component_before_streamlit_runs() -> None:
    """Routes load many modules first; a component declared then is never served (tried)."""
    wrong = [
        file
        for file in code()
        for node in tree(file).body
        if isinstance(node, ast.ImportFrom) and node.module == "streamlit_folium"
    ]
    assert not wrong


def test_only_modules_named_for_storage_know_sql() -> None:
    wrong = [
        f"{file}:{line} imports {module}"
        for file in code()
        if not file.startswith(KNOW_SQL)
        for module, line in imports(file)
        if module.split(".")[0] in ("sqlalchemy", "alembic", "psycopg", "sqlite3", "pysqlite3")
    ]
    assert not wrong


def test_every_module_allowed_to_know_sql_exists() -> None:
    for place in KNOW_SQL + PURE:
        assert (ROOT / place).exists(), place


def test_pure_modules_read_no_clock_no_environment_no_file_and_no_database() -> None:
    wrong = []
    for file in (file for file in code() if file.startswith(PURE)):
        wrong += [
            f"{file}:{line} imports {module}"
            for module, line in imports(file)
            if module.split(".")[0] in READS_THE_WORLD or module.startswith("parcels.store")
        ]
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Attribute) and node.attr in ASKS_THE_CLOCK:
                wrong.append(f"{file}:{node.lineno} asks {node.attr}()")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "open"
            ):
                wrong.append(f"{file}:{node.lineno} opens a file")
    assert not wrong


def test_no_file_is_too_long_to_see() -> None:
    read = (file for file in code() if "/migrations/versions/" not in file)  # written by Alembic
    lengths = {file: len((ROOT / file).read_text("utf-8").splitlines()) for file in read}
    assert not {file: length for file, length in lengths.items() if length > LONGEST_FILE}


def test_no_file_or_folder_has_a_name_for_everything() -> None:
    empty_words = {"utils", "util", "helper", "helpers", "manager", "common", "misc"}
    assert not [file for file in code() if empty_words & set(re.split(r"[/_.]", file))]


@pytest.mark.parametrize(("folder", "constant", "module", "table"), TABLES)
def test_every_file_of_a_kind_stands_in_its_table(
    folder: str, constant: str, module: str, table: str
) -> None:
    if folder == "ui/pages":
        pytest.importorskip("streamlit")
    ending_so = [
        file for file in code() if str(Path(file).parent) == folder and assigns(file, constant)
    ]
    rows = getattr(importlib.import_module(module), table)
    tabled = list(rows.values() if isinstance(rows, dict) else rows)
    made = [
        getattr(importlib.import_module(file[:-3].replace("/", ".")), constant)
        for file in ending_so
    ]
    assert made, f"no file of {folder} ends in {constant}"
    forgotten = [
        file for file, row in zip(ending_so, made, strict=True) if not any(row is t for t in tabled)
    ]
    assert not forgotten
    assert len(tabled) == len(made)


def test_every_renderer_and_every_command_stands_in_its_table() -> None:
    from parcels.__main__ import COMMANDS
    from reports.renderers import RENDERERS

    renderers = {Path(file).stem for file in code() if defines(file, "reports/renderers", "render")}
    assert renderers == set(RENDERERS)
    from reports.__main__ import COMMANDS as UPPER_COMMANDS

    for folder, table in (("parcels/commands", COMMANDS), ("reports/commands", UPPER_COMMANDS)):
        commands = {file for file in code() if defines(file, folder, "add_to")}
        assert commands == {f"{one.__name__.replace('.', '/')}.py" for one in table}


def test_every_service_is_called_by_a_page_a_route_or_a_command() -> None:
    """A job nobody can start is a dead end: a rule may even wait for it."""
    texts = {file: (ROOT / file).read_text("utf-8") for file in code()}
    unused = [
        f"{file}: {node.name}"
        for file in code()
        if "/services/" in file
        for node in tree(file).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if not any(
            len(re.findall(rf"\b{node.name}\b", text)) > (1 if other == file else 0)
            for other, text in texts.items()
        )
    ]
    assert not unused


def test_nothing_we_serve_names_an_address_outside() -> None:
    """Not in code, styles or pages; libraries under vendor/ keep the addresses in their comments,
    and XML namespaces are names, not addresses: nobody fetches them."""
    served = [ROOT / file for file in code() if floor_of(file) in ("ui", "streamlit_app")]
    served += [
        path
        for path in (ROOT / "ui").rglob("*")
        if path.suffix in (".js", ".css", ".html", ".svg") and "vendor" not in path.parts
    ]
    address = re.compile(
        r"https?://(?!localhost|127\.0\.0\.1|www\.w3\.org/(?:2000/svg|1999/xhtml))[a-z0-9]", re.I
    )
    wrong = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}"
        for path in served
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if address.search(line) and not line.lstrip().startswith(("#", "//", "*", "/*"))
    ]
    assert not wrong


def test_every_address_stands_in_the_matrix_of_who_gets_in() -> None:
    """What a name in an address may hold is said in tests/browser/doors.py; then the tests there
    try it with no session, a dead one and another township's."""
    pytest.importorskip("streamlit")
    from tests.browser.doors import VALUES, addresses, every_route, names_in

    unknown = {path for path in every_route() if set(names_in(path)) - set(VALUES)}
    assert not unknown, "say in tests/browser/doors.py, VALUES, what these names may hold"
    assert all(next(addresses(path)) for path in every_route())


@cache
def code() -> tuple[str, ...]:
    """The house's Python files, as posix paths from the root."""
    every = [ROOT / "streamlit_app.py"]
    for floor in FLOORS[1:]:
        every += sorted((ROOT / floor).rglob("*.py"))
    return tuple(path.relative_to(ROOT).as_posix() for path in every)


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text("utf-8"))


def imports(file: str) -> Iterator[tuple[str, int]]:
    """Every import of a file, those inside functions and for types too."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import hides its floor"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def floor_of(file: str) -> str:
    return file.split("/")[0].removesuffix(".py")


def assigns(file: str, constant: str) -> bool:
    """Tell whether a module assigns a name at its top."""
    for node in tree(file).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(target, ast.Name) and target.id == constant for target in targets):
            return True
    return False


def defines(file: str, folder: str, function: str) -> bool:
    if str(Path(file).parent) != folder:
        return False
    return any(
        isinstance(node, ast.FunctionDef) and node.name == function for node in tree(file).body
    )
