// Shows the next code when the present one ends; after a lost connection it tries again.
const box = document.getElementById("code");

async function renew() {
  try {
    const answer = await fetch(box.dataset.part, { headers: { Accept: "text/html" } });
    if (answer.ok) box.innerHTML = await answer.text(); // our own fragment, escaped by the server
  } catch { /* the old code stays until the network is back */ }
  wait();
}

function wait() {
  const seconds = Number(box.querySelector("[data-seconds-left]")?.dataset.secondsLeft ?? 5);
  setTimeout(renew, 1000 * Math.max(1, seconds) + 150);
}

wait();
