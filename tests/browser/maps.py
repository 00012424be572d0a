"""A map as a person has it before them: places on it, drags over it, what it has painted."""

from __future__ import annotations

from tests.browser.clicks import Person

DAYS = "map.trackerDays && (map.trackerDays.drawn || map.trackerDays.tiles)"
SHAPES = "Object.values(map._layers).filter(one => one instanceof L.Polygon)"


class Map:
    """The map in sight on a person's page."""

    def __init__(self, person: Person, ready: str = "window.map") -> None:
        self.page = person.page
        self.holder = self.page.wait_for_selector("iframe[title*=folium]")
        self.frame = self.holder.content_frame()
        self.frame.wait_for_function(f"window.map && {ready}")
        self.holder.scroll_into_view_if_needed()

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Return where a place is on the screen."""
        script = "at => { const p = map.latLngToContainerPoint(at); return [p.x, p.y]; }"
        x, y = self.frame.evaluate(script, [lat, lon])
        box = self.holder.bounding_box()
        return box["x"] + x, box["y"] + y

    def middle(self, across: float = 0.0, down: float = 0.0) -> tuple[float, float]:
        """Return the middle of the map on the screen, or so many pixels from it."""
        box = self.holder.bounding_box()
        return box["x"] + box["width"] / 2 + across, box["y"] + box["height"] / 2 + down

    def drag(self, *places: tuple[float, float]) -> None:
        """Press at the first place, move over the others, let go."""
        mouse = self.page.mouse
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place, steps=4)
        mouse.up()

    def painted(self) -> set[str]:
        """Return the colours that shapes of the map are filled with."""
        return set(self.frame.evaluate(f"{SHAPES}.map(one => one.options.fillColor)"))

    def tells(self, shape: str) -> str:
        """Move the pointer into a shape, given as script, and return what the map tells of it."""
        lat, lon = self.frame.evaluate(
            f"""() => {{ const at = ({shape}).getCenter();
            map.setView(at, 18, {{animate: false}}); return [at.lat, at.lng]; }}"""
        )
        x, y = self.at(lat, lon)
        self.page.mouse.move(x - 3, y)
        self.page.mouse.move(x, y)
        told = self.frame.locator(".map-tip-box")
        told.first.wait_for()
        return str(told.first.inner_text())

    def colours_of_tiles(self, pane: str) -> list[list[int]]:
        """Return for each tile of a pane that shows something: top, left, and its commonest colour.

        Top and left are pixels on the screen; the colour is red, green, blue.
        """
        script = """pane => [...document.querySelectorAll(pane + ' img.leaflet-tile')]
          .filter(img => img.naturalWidth).map(img => {
            const paper = document.createElement('canvas');
            paper.width = paper.height = 256;
            const pen = paper.getContext('2d'), box = img.getBoundingClientRect(), seen = {};
            pen.drawImage(img, 0, 0);
            const ink = pen.getImageData(0, 0, 256, 256).data;
            for (let i = 0; i < ink.length; i += 4) {
              if (ink[i + 3] < 40) continue;
              const key = [ink[i], ink[i + 1], ink[i + 2]].join();
              seen[key] = (seen[key] || 0) + 1;
            }
            const most = Object.keys(seen).sort((a, b) => seen[b] - seen[a])[0];
            return most ? [box.top, box.left, ...most.split(',').map(Number)] : null;
          }).filter(Boolean)"""
        found: list[list[int]] = self.frame.evaluate(script, pane)
        return found


def map_of_days(person: Person, area: str = "") -> Map:
    """Open the map of days of a township and wait until it stands."""
    person.page.goto(f"{person.address}/map{area and '?township='}{area}")
    person.settles()
    return Map(person, DAYS)
