// The map that runs through the days: slider, play, colours, layers and figures, all on the map, so
// that they are there on the full screen too. A day's change asks the server for figures (and tiles)
// only; outlines come once. Words enter as text, never as HTML.
(function () {
  "use strict";

  var element = window.TrackerMap.element;
  var STEP_MS = 650;

  // the language stands in the address: a browser keeps an answer, and people change language
  function json(address, words) {
    return fetch(address + "?in=" + words.locale, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status + " " + address);
      return answer.json();
    });
  }

  function pressable(words, title, className, press) {
    var made = element("button", words, className);
    made.type = "button";
    made.title = title;
    made.setAttribute("aria-label", title);
    made.addEventListener("click", press);
    return made;
  }

  function shield(node) {
    L.DomEvent.disableClickPropagation(node);
    L.DomEvent.disableScrollPropagation(node);
    // two quick taps on a button are no double tap on the map
    L.DomEvent.on(node, "click", L.DomEvent.stopPropagation);
    return node;
  }

  function corner(map, position, node) {
    var control = L.control({ position: position });
    control.onAdd = function () { return shield(node); };
    return control.addTo(map);
  }

  function outline(polygons) {
    return polygons.map(function (rings) {
      return rings.map(function (steps) {
        var lon = 0, lat = 0, ring = [];
        for (var i = 0; i < steps.length; i += 2) {
          lon += steps[i];
          lat += steps[i + 1];
          ring.push([lat / 1e7, lon / 1e7]);
        }
        return ring;
      });
    });
  }

  function classAt(changes, day) {
    var found = changes[1];
    for (var i = 0; i < changes.length && changes[i] <= day; i += 2) found = changes[i + 1];
    return found;
  }

  // One run of the map; `kept` is what outlives a redraw: the day, the colouring, the layers.
  function Days(map, options, about, kept) {
    this.map = map;
    this.options = options;
    this.about = about;
    this.kept = kept;
    this.group = L.layerGroup().addTo(map);
    this.figures = {};
    this.controls = [];
    this.last = about.days - 1;
    if (kept.day === undefined) {
      kept.day = options.day ? Math.round((new Date(options.day) - new Date(about.first)) / 864e5)
        : this.last;
    }
    kept.day = Math.min(Math.max(kept.day, 0), this.last);
    if (!this.kind(kept.kind)) kept.kind = about.kinds[0].name;
    this.build();
    this.fit();
    this.layers();
    if (about.isTiled) this.tile(); else this.load();
    this.show();
  }

  Days.prototype = {
    kind: function (name) {
      return this.about.kinds.filter(function (kind) { return kind.name === name; })[0];
    },

    date: function (number) {
      var day = new Date(this.about.first + "T00:00:00Z");
      day.setUTCDate(day.getUTCDate() + number);
      return day;
    },

    iso: function (number) { return this.date(number).toISOString().slice(0, 10); },

    build: function () {
      var me = this, words = this.options.words, container = this.map.getContainer();
      container.classList.add("has-days");
      var bar = this.bar = shield(element("div", null, "days-bar"));
      this.play = pressable("▶", words.play, "days-play", function () { me.toggle(); });
      this.label = element("output", null, "days-date");
      this.label.setAttribute("aria-live", "polite");
      var track = element("div", null, "days-track");
      this.slider = element("input");
      this.slider.type = "range";
      this.slider.min = 0;
      this.slider.max = this.last;
      this.slider.setAttribute("aria-label", words.day);
      this.slider.addEventListener("input", function () { me.pause(); me.go(+me.slider.value); });
      track.appendChild(this.bars());
      track.appendChild(this.slider);
      bar.appendChild(this.play);
      bar.appendChild(pressable("‹", words.before, "days-step", function () {
        me.pause(); me.go(me.kept.day - 1);
      }));
      bar.appendChild(this.label);
      bar.appendChild(pressable("›", words.after, "days-step", function () {
        me.pause(); me.go(me.kept.day + 1);
      }));
      bar.appendChild(track);
      bar.appendChild(pressable(words.today, words.today, "days-today", function () {
        me.pause(); me.go(me.last);
      }));
      container.appendChild(bar);
      this.panel = element("div", null, "days-panel");
      this.chooser = element("div", null, "days-kinds");
      this.chooser.setAttribute("role", "group");
      this.chooser.setAttribute("aria-label", words.colourBy);
      this.about.kinds.forEach(function (kind) {
        var one = pressable(kind.title, words.colourBy + " · " + kind.title, "days-kind",
          function () { me.recolour(kind.name); });
        one.dataset.kind = kind.name;
        me.chooser.appendChild(one);
      });
      this.legend = element("details", null, "days-legend");
      this.legend.open = this.map.getSize().x > 600;
      this.controls.push(corner(this.map, "topright", this.chooser));
      this.controls.push(corner(this.map, "topright", this.panel));
      this.controls.push(corner(this.map, "bottomleft", this.legend));
    },

    // the area beside the panel and above the bar, not under them
    fit: function () {
      var map = this.map, isWide = map.getSize().x > 900;
      map.trackerFit = isWide
        ? { paddingTopLeft: [190, 12], paddingBottomRight: [228, 66] }
        : { paddingTopLeft: [12, 168], paddingBottomRight: [12, 112] };
      if (this.kept.isFitted) return;
      this.kept.isFitted = true;
      map.fitBounds(map.trackerBounds, L.extend({ animate: false }, map.trackerFit));
    },

    // how many parcels moved on each day, behind the slider: where something happened shows
    bars: function () {
      var most = Math.max.apply(null, this.about.moved.concat(1)), count = this.about.moved.length;
      var drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      drawing.setAttribute("viewBox", "0 0 " + count + " 10");
      drawing.setAttribute("preserveAspectRatio", "none");
      drawing.setAttribute("aria-hidden", "true");
      this.about.moved.forEach(function (moved, day) {
        if (!moved) return;
        var bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        var high = 1 + 9 * moved / most;
        bar.setAttribute("x", day + 0.15);
        bar.setAttribute("width", 0.7);
        bar.setAttribute("y", 10 - high);
        bar.setAttribute("height", high);
        drawing.appendChild(bar);
      });
      return drawing;
    },

    layers: function () {
      var me = this, overlays = this.options.overlays;
      if (!overlays.length) return;
      var box = element("details", null, "days-layers");
      box.appendChild(element("summary", this.options.words.layers));
      overlays.forEach(function (overlay) {
        var row = element("label"), tick = element("input");
        tick.type = overlay.choice ? "radio" : "checkbox";
        if (overlay.choice) tick.name = overlay.choice;
        var wanted = me.kept.layers[overlay.name];
        overlay.isOn = wanted === undefined ? overlay.on : wanted;
        tick.checked = overlay.isOn;
        tick.addEventListener("change", function () {
          overlays.forEach(function (other) {
            if (other === overlay || (overlay.choice && other.choice === overlay.choice)) {
              other.isOn = other === overlay ? tick.checked : false;
              me.kept.layers[other.name] = other.isOn;
              me.lay(other);
            }
          });
        });
        row.appendChild(tick);
        row.appendChild(element("span", overlay.title));
        overlay.told = element("em", null, "days-nothing");
        row.appendChild(overlay.told);
        box.appendChild(row);
        me.lay(overlay);
      });
      this.controls.push(corner(this.map, "topleft", box));
    },

    lay: function (overlay) {
      if (!overlay.layer) overlay.layer = this.layer(overlay);
      if (overlay.isOn) overlay.layer.addTo(this.map);
      else this.map.removeLayer(overlay.layer);
    },

    layer: function (overlay) {
      var made = L.layerGroup();
      if (overlay.tiles) {
        var tiles = L.tileLayer(overlay.tiles, {
          maxZoom: 21, maxNativeZoom: overlay.maxNativeZoom || 21, minZoom: overlay.minZoom || 0,
          pane: this.pane(overlay.below ? "days-below" : "days-above", overlay.below ? 210 : 420),
        }).addTo(made);
        if (overlay.choice) this.watch(tiles, overlay);
      }
      if (overlay.outlines) {
        overlay.outlines.forEach(function (geometry) {
          L.geoJSON(geometry, { interactive: false, style: overlay.style }).addTo(made);
        });
      }
      window.TrackerMap.names(made, this.about.names[overlay.name] || []);
      return made;
    },

    // an image that shows nothing here looks like no image: say so beside its name
    watch: function (tiles, overlay) {
      var me = this;
      tiles.on("load", function () {
        var isSeen = Object.keys(tiles._tiles).some(function (key) {
          return tiles._tiles[key].current && tiles._tiles[key].el.naturalWidth;
        });
        overlay.told.textContent = isSeen ? "" : me.options.words.nothing;
      });
      tiles.on("remove", function () { overlay.told.textContent = ""; });
    },

    pane: function (name, order) {
      if (!this.map.getPane(name)) {
        var pane = this.map.createPane(name);
        pane.style.zIndex = order;
        pane.style.pointerEvents = "none";
      }
      return name;
    },

    // --- parcels as shapes

    load: function () {
      var me = this;
      json(this.options.root + "/shapes.json", this.options.words).then(function (shapes) {
        if (me.isGone) return;
        me.shapes = shapes;
        me.drawn = shapes.outlines.map(function (polygons, row) {
          var layer = L.polygon(outline(polygons), { smoothFactor: 0.5 });
          layer.bindTooltip(function () { return me.tip(row); },
            { sticky: true, className: "map-tip-box" });
          layer.addTo(me.group);
          return layer;
        });
        me.looks = me.drawn.map(function () { return ""; });
        me.paint();
      }).catch(function () { me.fail(); });
    },

    tip: function (row) {
      var me = this, labels = this.shapes.labels.slice(), values = this.shapes.tips[row].slice();
      this.about.kinds.forEach(function (kind) {
        if (kind.name !== "stage" && kind.name !== "verdict" && kind.name !== "due") return;
        var at = classAt(me.shapes.classes[kind.name][row], me.kept.day);
        labels.push(kind.title);
        values.push(kind.classes[at].label);
      });
      return window.TrackerMap.tip(labels, values);
    },

    paint: function () {
      if (!this.drawn) return;
      var day = this.kept.day, kind = this.kind(this.kept.kind), shapes = this.shapes;
      var onTop = [];
      for (var row = 0; row < this.drawn.length; row += 1) {
        var at = classAt(shapes.classes[kind.name][row], day);
        var moved = shapes.moved[row].indexOf(day) >= 0;
        var look = kind.name + at + moved;
        if (look !== this.looks[row]) {
          this.looks[row] = look;
          var style = kind.classes[at].style;
          this.drawn[row].setStyle(moved ? L.extend({}, style, this.options.highlight) : style);
        }
        if (moved) onTop.push(this.drawn[row]);
      }
      onTop.forEach(function (layer) { layer.bringToFront(); });
    },

    // --- parcels as tiles: the old day stays under the new one until that is there

    tile: function () {
      var me = this, old = this.tiles;
      var address = this.options.root + "/" + this.kept.kind + "/" + this.iso(this.kept.day) +
        "/{z}/{x}/{y}.png";
      if (this.tiles && this.tiles._url === address) return;
      var made = this.tiles = L.tileLayer(address, {
        maxZoom: 21, maxNativeZoom: 21, keepBuffer: 1, pane: "overlayPane",
      });
      this.isWaiting = true;
      function settle() {
        if (old) { me.map.removeLayer(old); old = null; }
        if (me.tiles === made) me.isWaiting = false;
      }
      made.once("load", settle);
      setTimeout(settle, 4000);
      made.addTo(this.map);
    },

    // --- what changes

    go: function (day) {
      day = Math.min(Math.max(day, 0), this.last);
      if (day === this.kept.day) return;
      this.kept.day = day;
      this.show();
      if (this.about.isTiled) this.tile(); else this.paint();
    },

    recolour: function (name) {
      this.kept.kind = name;
      this.show();
      if (this.about.isTiled) this.tile(); else this.paint();
    },

    ask: function (day) {
      if (!this.figures[day]) {
        this.figures[day] = json(
          this.options.root + "/day/" + this.iso(day) + ".json", this.options.words);
      }
      return this.figures[day];
    },

    show: function () {
      var me = this, day = this.kept.day;
      this.slider.value = day;
      this.slider.setAttribute("aria-valuetext", this.iso(day));
      this.label.textContent = new Intl.DateTimeFormat(this.options.words.locale, {
        year: "numeric", month: this.map.getSize().x > 640 ? "long" : "short", day: "numeric", weekday: "short", timeZone: "UTC",
      }).format(this.date(day));
      Array.prototype.forEach.call(this.chooser.children, function (one) {
        one.setAttribute("aria-pressed", String(one.dataset.kind === me.kept.kind));
      });
      this.ask(day).then(function (found) {
        if (me.isGone || me.kept.day !== day) return;
        me.tell(found);
        me.map.fire("trackerday", { day: day });
        if (me.timer) me.ask(Math.min(day + 1, me.last));
      }).catch(function () { delete me.figures[day]; me.fail(); });
    },

    tell: function (found) {
      var panel = element("div");
      found.cards.forEach(function (card) {
        var one = element("div", null, "days-card " + card.mood);
        one.appendChild(element("span", card.title));
        one.appendChild(element("b", card.figure));
        one.appendChild(element("small", card.note));
        panel.appendChild(one);
      });
      panel.appendChild(element("p", found.moved, "days-moved"));
      this.panel.replaceChildren(panel);
      var kind = this.kind(this.kept.kind), counts = found.counts[kind.name];
      var legend = this.legend, rows = element("div", null, "days-classes");
      kind.classes.forEach(function (one, at) {
        if (!counts[at]) return;
        rows.appendChild(swatch(one.style));
        rows.appendChild(element("span", one.label));
        rows.appendChild(element("b", counts[at]));
      });
      rows.appendChild(swatch(L.extend({ fillColor: "#ffffff" }, this.options.highlight)));
      rows.appendChild(element("span", this.options.words.moved));
      legend.replaceChildren(
        element("summary", kind.title + " · " + found.day), rows, element("small", kind.note)
      );
    },

    fail: function () {
      this.panel.replaceChildren(element("p", this.options.words.failed, "days-failed"));
    },

    // --- play

    toggle: function () { if (this.timer) this.pause(); else this.run(); },

    run: function () {
      var me = this;
      if (this.kept.day === this.last) this.go(0);
      this.play.textContent = "❚❚";
      this.play.title = this.options.words.pause;
      this.timer = setInterval(function () {
        if (me.isWaiting) return;
        if (me.kept.day >= me.last) { me.pause(); return; }
        me.go(me.kept.day + 1);
      }, STEP_MS);
    },

    pause: function () {
      if (!this.timer) return;
      clearInterval(this.timer);
      this.timer = null;
      this.play.textContent = "▶";
      this.play.title = this.options.words.play;
    },

    leave: function () {
      var map = this.map;
      this.isGone = true;
      this.pause();
      map.getContainer().classList.remove("has-days");
      this.bar.remove();
      this.controls.forEach(function (control) { control.remove(); });
      this.options.overlays.forEach(function (one) { if (one.layer) map.removeLayer(one.layer); });
      if (this.tiles) map.removeLayer(this.tiles);
      map.removeLayer(this.group);
    },
  };

  function swatch(style) {
    var made = element("i", null, "days-swatch");
    made.style.background = style.fillColor;
    made.style.border = Math.max(1, Math.round(style.weight)) + "px " +
      (style.dashArray ? "dashed " : "solid ") + style.color;
    return made;
  }

  // The group is ours as long as the page shows it; what the person chose outlives it.
  function days(group, options) {
    var shown = null, isOver = false, memory = window.trackerDays;
    if (!memory || memory.key !== options.key) {
      memory = window.trackerDays = { key: options.key, layers: memory ? memory.layers : {},
        kind: memory ? memory.kind : null };
    }
    group.on("add", function () {
      var map = group._map, waiting = corner(map, "topright",
        element("div", options.words.loading, "days-panel days-waiting"));
      json(options.root + "/about.json", options.words).then(function (about) {
        waiting.remove();
        if (!isOver) shown = map.trackerDays = new Days(map, options, about, memory);
      }).catch(function () { waiting.getContainer().textContent = options.words.failed; });
    });
    group.on("remove", function () {
      isOver = true;
      if (shown) shown.leave();
    });
  }

  window.TrackerMap.days = days;
})();
