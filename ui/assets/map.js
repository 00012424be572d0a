// Our own pieces of every map. Words enter as text (textContent), never as HTML, so that no
// attribute of a layer can become markup or script, whatever it holds.
(function () {
  "use strict";

  function element(tag, words, className) {
    var made = document.createElement(tag);
    if (words !== undefined && words !== null) made.textContent = String(words);
    if (className) made.className = className;
    return made;
  }

  function button(map, options) {
    var control = L.control({ position: "topleft" });
    control.onAdd = function () {
      var bar = element("div", null, "leaflet-bar");
      var link = element("a", null, options.className);
      link.href = "#";
      link.title = options.title;
      link.setAttribute("role", "button");
      link.setAttribute("aria-label", options.title);
      L.DomEvent.disableClickPropagation(bar);
      L.DomEvent.on(link, "click", function (event) {
        L.DomEvent.preventDefault(event);
        options.press();
      });
      bar.appendChild(link);
      return bar;
    };
    return control.addTo(map);
  }

  // The place under the pointer, in degrees and in the office's own zone; a press copies it.
  function showPosition(map, words, zone) {
    var control = L.control({ position: "bottomright" }), last = null;
    var shown = element("button", words.datum, "map-position");
    shown.type = "button";
    shown.title = words.copy;
    function tell(at) {
      last = at.wrap();
      shown.replaceChildren.apply(shown,
        window.TrackerMap.coordinates(last, words, zone).map(function (line) {
          return element("span", line);
        }));
    }
    function copyIt() {
      if (!last) return;
      window.TrackerMap.copy(window.TrackerMap.coordinates(last, words, zone).join("\n"))
        .then(function () { shown.appendChild(element("b", words.copied)); });
    }
    shown.addEventListener("click", copyIt);
    L.DomEvent.disableClickPropagation(shown);
    control.onAdd = function () { return shown; };
    control.addTo(map);
    map.on("mousemove click", function (event) { tell(event.latlng); });
    map.on("contextmenu", function (event) { tell(event.latlng); copyIt(); });
  }

  // A map born inside a hidden tab has no size yet: fit it when it gets one, and only then.
  function fitWhenSeen(map, bounds) {
    function fit() {
      if (map.getSize().x < 2 || map.getSize().y < 2) return;
      map.off("resize", fit);
      map.fitBounds(bounds, L.extend({ animate: false }, map.trackerFit));
    }
    map.on("resize", fit);
    fit();
  }

  // streamlit-folium waits a quarter of a second before it tells of a click; we tell at once, with
  // the day the map shows. Its own handler then finds nothing new to say.
  function answerAtOnce(map) {
    map.on("click", function (event) {
      var place = event.latlng, days = map.trackerDays;
      if (days) place.day = days.iso(days.kept.day);
      answer(place);
    });
  }

  function answer(place) {
    var page = window.__GLOBAL_DATA__, wanted = page && page.returned_objects;
    if (!wanted || wanted.length !== 1 || wanted[0] !== "last_clicked" || !window.Streamlit) return;
    window.trackerAnswers = (window.trackerAnswers || 0) + 1;
    place.count = window.trackerAnswers; // a second click on the very same point is a click as well
    page.lat_lng_clicked = place;
    page.previous_data = { last_clicked: place };
    window.Streamlit.setComponentValue(page.previous_data);
  }

  // The click that a browser makes of a drag's end means nothing.
  function swallowClick(node) {
    function stop(event) { event.stopPropagation(); }
    node.addEventListener("click", stop, true);
    setTimeout(function () { node.removeEventListener("click", stop, true); }, 50);
  }

  // A line drawn by hand around what is meant; with the button pressed, dragging draws.
  function lasso(group, words) {
    var map, control, line = null, isOn = false, link;
    function turn(wanted) {
      isOn = wanted;
      link.classList.toggle("is-on", isOn);
      link.setAttribute("aria-pressed", String(isOn));
      map.getContainer().classList.toggle("is-measuring", isOn);
      map.dragging[isOn ? "disable" : "enable"]();
    }
    function begin(event) {
      if (!isOn || event.target.closest(".leaflet-control")) return;
      event.preventDefault();
      event.stopPropagation();
      line = L.polyline([map.mouseEventToLatLng(event)],
        { color: "#D6006C", weight: 3, dashArray: "6 4", interactive: false }).addTo(map);
      map.getContainer().setPointerCapture(event.pointerId);
    }
    function move(event) {
      if (line) line.addLatLng(map.mouseEventToLatLng(event));
    }
    function end() {
      if (!line) return;
      var places = line.getLatLngs(), every = Math.ceil(places.length / 200);
      map.removeLayer(line);
      line = null;
      turn(false);
      swallowClick(map.getContainer());
      if (places.length < 3) return;
      answer({ lat: places[0].lat, lng: places[0].lng,
        lasso: places.filter(function (_place, at) { return at % every === 0; })
          .map(function (place) { return [place.lng, place.lat]; }) });
    }
    group.on("add", function () {
      map = group._map;
      control = button(map, {
        className: "map-lasso", title: words.title, press: function () { turn(!isOn); },
      });
      link = control.getContainer().querySelector("a");
      var place = map.getContainer();
      place.addEventListener("pointerdown", begin, true);
      place.addEventListener("pointermove", move);
      place.addEventListener("pointerup", end);
    });
    group.on("remove", function () {
      if (!map) return;
      turn(false);
      control.remove();
      var place = map.getContainer();
      place.removeEventListener("pointerdown", begin, true);
      place.removeEventListener("pointermove", move);
      place.removeEventListener("pointerup", end);
    });
  }

  function furnish(map, options) {
    var words = options.words;
    map.trackerFit = { padding: [12, 12] };
    map.trackerBounds = options.bounds;
    map.options.minZoom = 3; // else a layer that starts near would keep the whole map near
    map.options.maxZoom = 21;
    map.attributionControl.setPrefix(false);
    // two quick taps on buttons are no double tap on the map, which would zoom in
    L.DomEvent.on(map.getContainer().querySelector(".leaflet-control-container"), "click",
      L.DomEvent.stopPropagation);
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    button(map, {
      className: "map-whole", title: words.wholeArea,
      press: function () { map.fitBounds(options.bounds, map.trackerFit); },
    });
    if (document.fullscreenEnabled) {
      button(map, {
        className: "map-screen", title: words.fullScreen,
        press: function () {
          if (document.fullscreenElement) document.exitFullscreen();
          else map.getContainer().requestFullscreen();
        },
      });
    }
    var ruler = new window.TrackerMap.Ruler(map, words);
    button(map, {
      className: "map-ruler", title: words.measure, press: function () { ruler.toggle(); },
    });
    if (window.isSecureContext && navigator.geolocation && L.Browser.mobile) {
      button(map, {
        className: "map-me", title: words.me,
        press: function () { window.TrackerMap.findMe(map, words); },
      });
    }
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    showPosition(map, words, options.zone);
    answerAtOnce(map);
    fitWhenSeen(map, options.bounds);
    fitPaper(map);
  }

  // Paper is narrower than the screen and a map is not drawn anew for it: the style sheet shrinks
  // it from the width it has on the screen.
  function fitPaper(map) {
    function remember() {
      map.getContainer().style.setProperty("--screen-width", map.getSize().x + "px");
    }
    map.on("resize", remember);
    remember();
  }

  function tip(labels, values) {
    var table = element("table", null, "map-tip");
    values.forEach(function (value, index) {
      var row = table.insertRow();
      row.appendChild(element("th", labels[index]));
      row.appendChild(element("td", value));
    });
    return table;
  }

  function shapes(group, content) {
    L.geoJSON(content.features, {
      style: function (feature) { return content.styles[feature.properties.style]; },
      onEachFeature: function (feature, layer) {
        if (!content.labels.length) return;
        layer.bindTooltip(
          function () { return tip(content.labels, feature.properties.tip); },
          { sticky: true, className: "map-tip-box" }
        );
      },
    }).addTo(group);
  }

  function outlines(group, geometries) {
    geometries.forEach(function (geometry) {
      L.geoJSON(geometry, {
        interactive: false,
        style: { color: "#56616c", weight: 1.4, dashArray: "8 3 2 3", fill: false },
      }).addTo(group);
    });
  }

  function names(group, places) {
    places.forEach(function (place) {
      var icon = L.divIcon({
        html: element("span", place.name, "map-name"), className: "map-name-box", iconSize: [0, 0],
      });
      L.marker([place.lat, place.lon], { icon: icon, interactive: false, keyboard: false })
        .addTo(group);
    });
  }

  // A label on every region; one that is small on the screen keeps to its name and figure.
  function marks(group, places) {
    var labels = places.map(function (place) {
      var label = element("div", null, "map-mark");
      label.appendChild(element("b", place.name));
      label.appendChild(element("span", place.figure, "map-figure"));
      if (place.arrow) label.appendChild(element("span", place.arrow, "map-arrow " + place.mood));
      place.marks.forEach(function (mark) {
        label.appendChild(element("i", mark.words, mark.mood));
      });
      var icon = L.divIcon({ html: label, className: "map-name-box", iconSize: [0, 0] });
      L.marker([place.lat, place.lon], { icon: icon, interactive: false, keyboard: false })
        .addTo(group);
      return label;
    });
    function fit() {
      var map = group._map;
      if (!map) return;
      places.forEach(function (place, at) {
        var low = map.latLngToContainerPoint([place.bounds[1], place.bounds[0]]);
        var high = map.latLngToContainerPoint([place.bounds[3], place.bounds[2]]);
        labels[at].classList.toggle("small", high.x - low.x < 76 || low.y - high.y < 66);
      });
    }
    group.on("add", function () { fit(); group._map.on("zoomend", fit); });
    group.on("remove", function () { if (window.map) window.map.off("zoomend", fit); });
  }

  // Shapes a person may reshape, delete and add to; what stands there is handed back as GeoJSON.
  function draw(map, options) {
    var group = L.featureGroup().addTo(map);
    var style = options.style;
    options.features.forEach(function (feature) {
      L.geoJSON(feature, { style: style }).eachLayer(function (layer) {
        layer.feature = feature;
        group.addLayer(layer);
      });
    });
    // the page hands back this variable; its own toGeoJSON would round to 10 cm
    group.toGeoJSON = function () { return L.LayerGroup.prototype.toGeoJSON.call(group, 8); };
    window[options.into] = group;
    Object.keys(options.words).forEach(function (path) {
      var at = L.drawLocal;
      var names = path.split(".");
      names.slice(0, -1).forEach(function (name) { at = at[name]; });
      at[names[names.length - 1]] = options.words[path];
    });
    map.addControl(new L.Control.Draw({
      position: "topright",
      draw: {
        polyline: false, marker: false, circle: false, circlemarker: false,
        rectangle: { shapeOptions: style, showArea: false },
        polygon: { shapeOptions: style, allowIntersection: false, showArea: false },
      },
      edit: { featureGroup: group },
    }));
    map.on("draw:created", function (event) { group.addLayer(event.layer); });
  }

  window.TrackerMap = {
    draw: draw, element: element, furnish: furnish, lasso: lasso, marks: marks, shapes: shapes, outlines: outlines, names: names,
    tip: tip,
  };
})();
