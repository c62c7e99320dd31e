// Says how many questions are still open, and keeps the choices of a page that was reloaded.
const form = document.getElementById("quiz"), left = document.getElementById("quiz-left");
const names = [...new Set([...form.querySelectorAll("input[type=radio]")].map((input) => input.name))];
const key = `quiz:${location.pathname}`;

function say() {
  const open = names.filter((name) => !form.querySelector(`input[name="${name}"]:checked`)).length;
  left.textContent = open ? form.dataset.left.replace("{n}", open) : form.dataset.all;
}

try {
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  for (const [name, value] of Object.entries(kept)) {
    const input = form.querySelector(`input[name="${name}"][value="${value}"]`);
    if (input) input.checked = true;
  }
} catch { /* nothing kept */ }

form.addEventListener("change", () => {
  const chosen = Object.fromEntries([...form.querySelectorAll("input[type=radio]:checked")].map((input) => [input.name, input.value]));
  try { sessionStorage.setItem(key, JSON.stringify(chosen)); } catch { /* a full or closed store */ }
  say();
});
form.addEventListener("submit", () => { try { sessionStorage.removeItem(key); } catch { /* nothing kept */ } });
say();
