// Ctrl + Enter presses a page's button; Streamlit sends the form then without what still stands in
// the field one is typing in (tried: a judge's explanation was lost). So the field is left first,
// which hands its text in, and the keys are pressed again when that is done.
const HANDED_IN_MS = 100;
window.addEventListener("keydown", (event) => {
  const field = document.activeElement;
  const isSending = event.isTrusted && event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (!isSending || !(field instanceof HTMLInputElement)) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  field.blur();
  const { key, code, keyCode, which, ctrlKey, metaKey } = event;
  const again = { key, code, keyCode, which, ctrlKey, metaKey, bubbles: true, cancelable: true };
  setTimeout(() => document.body.dispatchEvent(new KeyboardEvent("keydown", again)), HANDED_IN_MS);
}, true);
