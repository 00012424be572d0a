// A text field that never loses a word: every change goes to the draft on the server at once; while
// there is no connection it stays in this browser and is sent when there is one again.
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const root = parentElement.querySelector(".typed");
  const own = root.own || (root.own = begin(root, data));
  own.data = data;
  own.commit = function (text) { setStateValue("text", text); };
  own.show();
}

function begin(root, first) {
  const area = root.querySelector("textarea"), label = root.querySelector("label");
  const told = root.querySelector("output");
  const own = { data: first, timer: 0, busy: false, shown: false };
  const place = function () {
    const d = own.data;
    return ["typed", d.person, d.project, d.township, d.day, d.field].join(" ");
  };
  const kept = function () {
    try { return localStorage.getItem(place()); } catch (e) { return own.memory || null; }
  };
  const keep = function (text) {
    own.memory = text;
    try {
      if (text === null) localStorage.removeItem(place()); else localStorage.setItem(place(), text);
    } catch (e) { /* full or forbidden: memory alone holds it */ }
  };
  // What the server would not take (the day was sent meanwhile) is put aside until there is a form again.
  const aside = function (text) {
    const name = place() + " refused";
    try {
      const was = localStorage.getItem(name);
      if (text === null) localStorage.removeItem(name); else localStorage.setItem(name, text);
      return was;
    } catch (e) { return null; }
  };
  const say = function (words, mood) {
    told.textContent = words;
    told.className = mood || "";
    own.waits = words === own.data.words.waiting;
  };
  const later = function (ms) { clearTimeout(own.timer); own.timer = setTimeout(send, ms); };

  function send() {
    const text = kept();
    if (text === null) { isBack(); return; }
    if (own.busy) return;
    const d = own.data;
    own.busy = true;
    const giveUp = new AbortController(), clock = setTimeout(function () { giveUp.abort(); }, 10000);
    fetch(d.address, {
      method: "POST", credentials: "same-origin", signal: giveUp.signal,
      headers: { "Content-Type": "application/json", "X-Form": d.csrf },
      body: JSON.stringify({
        project: d.project, township: d.township, day: d.day, changes: { [d.field]: text },
      }),
    }).then(function (answer) {
      if (answer.status === 200) {
        return answer.json().then(function (got) {
          if (kept() === text) keep(null); else later(0);
          say(d.words.saved.replace("{time}", got.saved), "");
        });
      }
      if (answer.status === 409) {
        return answer.text().then(function (why) {
          aside(text);
          keep(null);
          say(why + " " + d.words.aside, "bad");
        });
      }
      if (answer.status === 401 || answer.status === 403) { say(d.words.signIn, "bad"); later(15000); }
      else { say(d.words.waiting, "bad"); later(5000); }
      return null;
    }).catch(function () {
      say(d.words.waiting, "bad");
      later(5000);
    }).then(function () { clearTimeout(clock); own.busy = false; });
  }

  // Nothing waits here: nothing was typed, or the field that stood here before the page was drawn
  // anew has sent it. Streamlit need not tell us that the line is back, so we ask.
  function isBack() {
    if (!own.waits || !root.isConnected) return;
    fetch("/_stcore/health", { cache: "no-store" }).then(function (answer) {
      if (answer.ok && own.waits && kept() === null) say("", ""); else later(5000);
    }).catch(function () { later(5000); });
  }

  area.addEventListener("input", function () {
    keep(area.value);
    say("…", "");
    later(700);
  });
  area.addEventListener("change", function () { later(0); own.commit(area.value); });
  window.addEventListener("online", function () { later(0); });
  window.addEventListener("pagehide", function () {
    const text = kept();
    if (text !== null) send();
  });

  // When the line is down for some seconds Streamlit lays a dialog over the page and takes the focus:
  // here people may go on typing, and our own line says the same. It is closed where it stood.
  area.addEventListener("blur", function () { own.leftAt = Date.now(); });
  new MutationObserver(function () {
    if (!root.isConnected) return;
    const dialog = document.querySelector('[data-testid="stDialog"], [role="dialog"]');
    if (!dialog || !/Connection error|连接中断/.test(dialog.textContent)) return;
    const close = dialog.querySelector('button');
    if (!close || close.tracked) return;
    close.tracked = true;
    const wasHere = document.activeElement === area || Date.now() - (own.leftAt || 0) < 1500;
    close.click();
    say(own.data.words.waiting, "bad");
    later(5000);
    if (wasHere) setTimeout(function () { area.focus(); }, 350);
  }).observe(document.body, { childList: true, subtree: true });

  own.show = function () {
    const d = own.data;
    if (own.at !== place()) {
      const back = aside(null), base = kept() === null ? d.value : kept();
      if (back && !base.includes(back)) keep(back.includes(base) ? back : base + "\n" + back);
    }
    const waiting = kept();
    label.textContent = d.label;
    area.setAttribute("aria-label", d.label);
    area.maxLength = d.most;
    area.placeholder = d.hint;
    if (own.at !== place()) {  // another day, or the first time: what waits here wins
      own.at = place();
      area.value = waiting === null ? d.value : waiting;
      say("", "");
      if (waiting !== null) { say(d.words.waiting, "bad"); later(0); own.commit(waiting); }
    } else if (waiting === null && document.activeElement !== area && area.value !== d.value) {
      area.value = d.value;
    }
    if (own.waits && waiting === null) say("", "");
  };
  return own;
}
