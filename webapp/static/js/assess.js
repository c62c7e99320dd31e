// One question a page: choose with 1-4 or A-D, confirm with Enter, send once. Everything works without this file.
const form = document.getElementById("question-form");
const options = [...form.querySelectorAll("input[name=position]")];
let isSent = false;

function placeOf(key) {
  const digit = "12345678".indexOf(key);
  return digit >= 0 ? digit : "abcdefgh".indexOf(key.toLowerCase());
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key.length === 0) return;
  if (event.key === "Enter") {
    if (event.target.closest("a, button, summary")) return;
    event.preventDefault();
    if (!event.repeat) form.requestSubmit();
    return;
  }
  if (event.key.length !== 1) return;
  const option = options[placeOf(event.key)];
  if (option) {
    event.preventDefault();
    option.checked = true;
    option.focus();
  }
});

form.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
});

// A page that the browser kept for its back button shows a question that may be answered by now.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
