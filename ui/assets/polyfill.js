// What Streamlit 1.67 calls and Chromium 109 (the last on Windows 7) lacks. Placed inline, first.
(function () {
  function add(owner, name, make) {
    if (!owner[name]) Object.defineProperty(owner, name, {
      value: make, configurable: true, writable: true, enumerable: false,
    });
  }
  // RegExp flag v (112). Streamlit's own v patterns mean the same under u.
  var Old = RegExp;
  try { new Old("", "v"); } catch (e) {
    var New = function (pattern, flags) {
      if (typeof flags === "string") flags = flags.replace("v", "u");
      return new.target ? Reflect.construct(Old, [pattern, flags], new.target === New ? Old : new.target)
        : Old(pattern, flags);
    };
    Object.defineProperties(New, Object.getOwnPropertyDescriptors(Old));
    Old.prototype.constructor = New;
    window.RegExp = New;
  }
  var list = Array.prototype; // 110
  add(list, "toSorted", function (order) { return Array.from(this).sort(order); });
  add(list, "toReversed", function () { return Array.from(this).reverse(); });
  add(list, "toSpliced", function () {
    var copy = Array.from(this); copy.splice.apply(copy, arguments); return copy;
  });
  add(list, "with", function (index, value) {
    var copy = Array.from(this), at = index < 0 ? copy.length + index : index;
    if (!(at >= 0 && at < copy.length)) throw new RangeError("Invalid index");
    copy[at] = value; return copy;
  });
  add(Map, "groupBy", function (items, keyOf) { // 117
    var groups = new Map(), at = 0;
    for (var item of items) {
      var key = keyOf(item, at++);
      groups.has(key) ? groups.get(key).push(item) : groups.set(key, [item]);
    }
    return groups;
  });
  add(Object, "groupBy", function (items, keyOf) {
    return Object.assign(Object.create(null), Object.fromEntries(
      Map.groupBy(items, function (item, at) {
        var key = keyOf(item, at); return typeof key === "symbol" ? key : String(key);
      })));
  });
  add(Promise, "withResolvers", function () { // 119
    var out = {};
    out.promise = new this(function (resolve, reject) { out.resolve = resolve; out.reject = reject; });
    return out;
  });
  add(URL, "canParse", function (address, base) { // 120
    try { return !!new URL(address, base); } catch (e) { return false; }
  });
  // Without https no browser has a clipboard, and an office's own network seldom has https.
  var noClipboard = typeof navigator === "object" && !navigator.clipboard;
  if (noClipboard) Object.defineProperty(navigator, "clipboard", { configurable: true, value: {
    writeText: function (text) {
      var field = document.createElement("textarea"), had = document.activeElement;
      field.value = text;
      field.style.cssText = "position:fixed;opacity:0";
      (had && had.parentNode || document.body).appendChild(field);
      field.select();
      var isCopied = document.execCommand("copy");
      field.remove();
      if (had) had.focus();
      return isCopied ? Promise.resolve() : Promise.reject(new Error("not copied"));
    },
  }});
})();
