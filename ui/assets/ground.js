// Places and measures on the ground: the office's own zone, lengths, survey areas, the swipe between
// two images, photos where they were taken. Formulas as gis/survey_area.py and the 2016 handbook of
// Gauss-Krueger have them; a test compares them with PROJ and with the server's own areas.
(function () {
  "use strict";

  var A = 6378137, F = 1 / 298.257222101, B = A * (1 - F), E2 = F * (2 - F);
  var N = F / (2 - F), TWO_ROOT = 2 * Math.sqrt(N) / (1 + N);
  var MEAN = A / (1 + N) * (1 + N * N / 4 + Math.pow(N, 4) / 64);
  var SERIES = [
    N / 2 - 2 * N * N / 3 + 5 * Math.pow(N, 3) / 16 + 41 * Math.pow(N, 4) / 180,
    13 * N * N / 48 - 3 * Math.pow(N, 3) / 5 + 557 * Math.pow(N, 4) / 1440,
    61 * Math.pow(N, 3) / 240 - 103 * Math.pow(N, 4) / 140,
    49561 * Math.pow(N, 4) / 161280,
  ];
  var STRIPE = [
    1 + 3 / 6 * E2 + 30 / 80 * E2 * E2 + 35 / 112 * Math.pow(E2, 3) + 630 / 2304 * Math.pow(E2, 4),
    1 / 6 * E2 + 15 / 80 * E2 * E2 + 21 / 112 * Math.pow(E2, 3) + 420 / 2304 * Math.pow(E2, 4),
    3 / 80 * E2 * E2 + 7 / 112 * Math.pow(E2, 3) + 180 / 2304 * Math.pow(E2, 4),
    1 / 112 * Math.pow(E2, 3) + 45 / 2304 * Math.pow(E2, 4),
    5 / 2304 * Math.pow(E2, 4),
  ];

  function radians(degrees) { return degrees * Math.PI / 180; }

  // Easting and northing in metres of a place in degrees; the zone is {meridian, false_easting}.
  function inZone(lon, lat, zone) {
    var sine = Math.sin(radians(lat)), away = radians(lon - zone.meridian);
    var t = Math.sinh(Math.atanh(sine) - TWO_ROOT * Math.atanh(TWO_ROOT * sine));
    var xi = Math.atan2(t, Math.cos(away));
    var eta = Math.atanh(Math.sin(away) / Math.sqrt(1 + t * t));
    var east = eta, north = xi;
    SERIES.forEach(function (factor, at) {
      var j = 2 * (at + 1);
      east += factor * Math.cos(j * xi) * Math.sinh(j * eta);
      north += factor * Math.sin(j * xi) * Math.cosh(j * eta);
    });
    return { east: zone.falseEasting + MEAN * east, north: MEAN * north };
  }

  // Metres between two places by the radii of curvature between them: 1e-6 of a length up to 10 km.
  function distance(a, b) {
    var middle = radians((a.lat + b.lat) / 2), sine = Math.sin(middle);
    var w = Math.sqrt(1 - E2 * sine * sine);
    var north = radians(b.lat - a.lat) * A * (1 - E2) / (w * w * w);
    var east = radians(b.lng - a.lng) * A / w * Math.cos(middle);
    return Math.sqrt(north * north + east * east);
  }

  function stripe(lat) {
    var at = radians(lat);
    return B * B * (STRIPE[0] * Math.sin(at) - STRIPE[1] * Math.sin(3 * at) +
      STRIPE[2] * Math.sin(5 * at) - STRIPE[3] * Math.sin(7 * at) + STRIPE[4] * Math.sin(9 * at));
  }

  // The survey's area on the ellipsoid, m2: the shoelace formula on (L, G(B)).
  function area(places) {
    var sum = 0, first = places[0], base = stripe(first.lat);
    places.forEach(function (place, at) {
      var next = places[(at + 1) % places.length];
      var l1 = radians(place.lng - first.lng), l2 = radians(next.lng - first.lng);
      sum += (l2 - l1) * (stripe(place.lat) - base + stripe(next.lat) - base);
    });
    return Math.abs(sum) / 2;
  }

  function coordinates(at, words, zone) {
    var text = words.datum + "  " + words.longitude + " " + at.lng.toFixed(7) + "°  " +
      words.latitude + " " + at.lat.toFixed(7) + "°";
    if (!zone) return [text];
    var flat = inZone(at.lng, at.lat, zone);
    return [text, zone.title + "  X " + flat.north.toFixed(2) + "  Y " + flat.east.toFixed(2)];
  }

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    var field = document.createElement("textarea");
    field.value = text;
    document.body.appendChild(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    return Promise.resolve();
  }

  // --- the ruler: lengths along the way and the area it closes

  function Ruler(map, words) {
    this.map = map;
    this.words = words;
    this.places = [];
    this.group = L.layerGroup();
    this.shown = window.TrackerMap.element("output", null, "map-measured");
    this.press = this.press.bind(this);
    this.end = this.end.bind(this);
  }

  Ruler.prototype = {
    toggle: function () {
      if (this.isOn) { this.leave(); return false; }
      this.isOn = true;
      this.places = [];
      this.group.clearLayers().addTo(this.map);
      this.map.getContainer().classList.add("is-measuring");
      this.map.getContainer().appendChild(this.shown);
      this.shown.textContent = this.words.measureStart;
      this.map.doubleClickZoom.disable();
      // before Leaflet sees it: a click that measures chooses no parcel
      this.map.getContainer().addEventListener("click", this.press, true);
      this.map.getContainer().addEventListener("dblclick", this.end, true);
      return true;
    },

    press: function (event) {
      if (!event.target.closest(".leaflet-pane, .leaflet-container") ||
        event.target.closest(".leaflet-control, .days-bar")) return;
      event.stopPropagation();
      if (this.isDone || this.map.dragging.moved()) return;
      this.places.push(this.map.mouseEventToLatLng(event));
      this.draw();
    },

    end: function (event) { event.stopPropagation(); this.isDone = true; this.draw(); },

    draw: function () {
      var places = this.places, length = 0;
      this.group.clearLayers();
      for (var i = 1; i < places.length; i += 1) length += distance(places[i - 1], places[i]);
      var line = { color: "#D6006C", weight: 2.5, interactive: false };
      if (places.length > 2) {
        L.polygon(places, L.extend({ fillOpacity: 0.08, dashArray: "6 4" }, line)).addTo(this.group);
      }
      L.polyline(places, line).addTo(this.group);
      places.forEach(function (place) {
        L.circleMarker(place, { radius: 4, color: "#D6006C", fillColor: "#fff", fillOpacity: 1,
          weight: 2, interactive: false }).addTo(this.group);
      }, this);
      var told = this.words.length + " " + length.toFixed(2) + " m";
      if (places.length > 2) {
        var m2 = area(places);
        told += "   " + this.words.area + " " + m2.toFixed(2) + " m²  " +
          (m2 * 3 / 2000).toFixed(4) + " " + this.words.mu;
      }
      this.shown.textContent = told;
    },

    leave: function () {
      this.isOn = this.isDone = false;
      this.shown.remove();
      this.map.removeLayer(this.group);
      this.map.doubleClickZoom.enable();
      this.map.getContainer().classList.remove("is-measuring");
      this.map.getContainer().removeEventListener("click", this.press, true);
      this.map.getContainer().removeEventListener("dblclick", this.end, true);
    },
  };

  // --- where the person stands, on a phone under HTTPS

  function findMe(map, words) {
    var told = window.TrackerMap.element("output", words.finding, "map-measured");
    map.getContainer().appendChild(told);
    navigator.geolocation.getCurrentPosition(function (found) {
      told.remove();
      var at = [found.coords.latitude, found.coords.longitude];
      if (map.trackerMe) map.removeLayer(map.trackerMe);
      map.trackerMe = L.layerGroup([
        L.circle(at, { radius: found.coords.accuracy, color: "#007AFF", weight: 1,
          fillOpacity: 0.12, interactive: false }),
        L.circleMarker(at, { radius: 7, color: "#fff", weight: 3, fillColor: "#007AFF",
          fillOpacity: 1, interactive: false }),
      ]).addTo(map);
      map.setView(at, Math.max(map.getZoom(), 17));
    }, function () {
      told.textContent = words.notFound;
      setTimeout(function () { told.remove(); }, 6000);
    }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 });
  }

  // --- two images, one over the other, parted by a handle

  function swipe(group, options) {
    var element = window.TrackerMap.element, handle, map;
    function layer(side, image) {
      var name = "swipe-" + side;
      if (!map.getPane(name)) {
        map.createPane(name).style.zIndex = 205;
        map.getPane(name).style.pointerEvents = "none";
      }
      return L.tileLayer(image.tiles, {
        maxZoom: 21, maxNativeZoom: image.maxNativeZoom, pane: name, attribution: "",
      }).addTo(group);
    }
    function part() {
      var size = map.getSize(), at = Math.round(size.x * map.trackerSwipe);
      var low = map.containerPointToLayerPoint([0, 0]), high = map.containerPointToLayerPoint(size);
      var middle = map.containerPointToLayerPoint([at, 0]).x;
      function box(left, right) {
        return "polygon(" + [[left, low.y], [right, low.y], [right, high.y], [left, high.y]]
          .map(function (corner) { return corner[0] + "px " + corner[1] + "px"; }).join(",") + ")";
      }
      map.getPane("swipe-before").style.clipPath = box(low.x, middle);
      map.getPane("swipe-after").style.clipPath = box(middle, high.x);
      handle.style.left = at + "px";
      // a date whose side has become too narrow for it would be cut, or lie over the buttons
      var before = handle.children[0], after = handle.children[1];
      var buttons = size.x > 640 ? 48 : 0;
      before.style.visibility = at < before.offsetWidth + 12 + buttons ? "hidden" : "";
      after.style.visibility = size.x - at < after.offsetWidth + 12 ? "hidden" : "";
      handle.setAttribute("aria-valuenow", Math.round(map.trackerSwipe * 100));
    }
    function move(share) {
      map.trackerSwipe = Math.min(Math.max(share, 0.02), 0.98);
      part();
    }
    group.on("add", function () {
      map = group._map;
      if (map.trackerSwipe === undefined) map.trackerSwipe = 0.5;
      layer("before", options.before);
      layer("after", options.after);
      handle = element("div", null, "swipe-handle");
      handle.tabIndex = 0;
      handle.setAttribute("role", "slider");
      handle.setAttribute("aria-label", options.words);
      handle.setAttribute("aria-valuemin", 0);
      handle.setAttribute("aria-valuemax", 100);
      handle.appendChild(element("span", options.before.title, "swipe-left"));
      handle.appendChild(element("span", options.after.title, "swipe-right"));
      handle.appendChild(element("i", "⇔"));
      L.DomEvent.disableClickPropagation(handle);
      handle.addEventListener("pointerdown", function (event) {
        event.preventDefault();
        event.stopPropagation();
        handle.setPointerCapture(event.pointerId);
        map.dragging.disable();
      });
      handle.addEventListener("pointermove", function (event) {
        if (!handle.hasPointerCapture(event.pointerId)) return;
        move((event.clientX - map.getContainer().getBoundingClientRect().left) / map.getSize().x);
      });
      handle.addEventListener("pointerup", function () { map.dragging.enable(); });
      handle.addEventListener("pointercancel", function () { map.dragging.enable(); });
      handle.addEventListener("keydown", function (event) {
        if (event.key === "ArrowLeft") move(map.trackerSwipe - 0.03);
        if (event.key === "ArrowRight") move(map.trackerSwipe + 0.03);
      });
      map.getContainer().appendChild(handle);
      map.on("move zoomend resize viewreset", part);
      part();
    });
    group.on("remove", function () {
      if (!map) return;
      map.off("move zoomend resize viewreset", part);
      handle.remove();
    });
  }

  // --- photos where they were taken, an arrow where they look

  function photos(group, places) {
    var element = window.TrackerMap.element;
    places.forEach(function (place) {
      var mark = element("div", null, "map-photo");
      if (place.direction !== null) {
        var arrow = element("i", "▲");
        arrow.style.transform = "rotate(" + place.direction + "deg) translateY(-17px)";
        mark.appendChild(arrow);
      }
      mark.appendChild(element("b", place.number));
      var marker = L.marker([place.lat, place.lon], {
        icon: L.divIcon({ html: mark, className: "map-name-box", iconSize: [0, 0] }),
        title: place.title, alt: place.title,
      });
      marker.on("mouseover", function () { // near the upper edge it would be cut
        var isHigh = marker._map.latLngToContainerPoint(marker.getLatLng()).y < 190;
        var told = marker.getTooltip().options;
        told.direction = isHigh ? "bottom" : "top";
        told.offset = L.point(0, isHigh ? 12 : -12);
      });
      marker.bindTooltip(function () {
        var told = element("div", null, "map-photo-told"), picture = element("img");
        picture.src = place.picture;
        picture.alt = place.title;
        told.appendChild(picture);
        told.appendChild(element("span", place.title));
        return told;
      });
      marker.on("click", function (event) {
        L.DomEvent.stopPropagation(event);
        window.open(place.page, "_blank", "noopener");
      });
      marker.addTo(group);
    });
  }

  // --- the length of every edge that is long enough on the screen to bear it

  function lengths(group, edges) {
    var element = window.TrackerMap.element, map;
    function write() {
      group.clearLayers();
      edges.forEach(function (edge) {
        var a = map.latLngToContainerPoint([edge.from[1], edge.from[0]]);
        var b = map.latLngToContainerPoint([edge.to[1], edge.to[0]]);
        if (a.distanceTo(b) < 34) return;
        var label = element("span", edge.words, "map-length");
        var turn = Math.atan2(b.y - a.y, b.x - a.x) * 180 / Math.PI;
        if (turn > 90 || turn < -90) turn += 180;
        label.style.transform = "translate(-50%, -50%) rotate(" + turn + "deg)";
        L.marker([(edge.from[1] + edge.to[1]) / 2, (edge.from[0] + edge.to[0]) / 2], {
          icon: L.divIcon({ html: label, className: "map-name-box", iconSize: [0, 0] }),
          interactive: false, keyboard: false,
        }).addTo(group);
      });
    }
    group.on("add", function () {
      map = group._map;
      write();
      map.on("zoomend", write);
    });
    group.on("remove", function () { if (map) map.off("zoomend", write); });
  }

  L.extend(window.TrackerMap, {
    area: area, coordinates: coordinates, copy: copy, distance: distance, findMe: findMe,
    inZone: inZone, lengths: lengths, photos: photos, Ruler: Ruler, swipe: swipe,
  });
})();
