// Dragging a planned course to another quarter presses the same button that stands on its card.
const board = document.querySelector("[data-quarters]");
let dragged = null;

function over(quarter, isOver) {
  quarter.classList.toggle("is-over", isOver);
}

if (board) {
  for (const card of board.querySelectorAll("[data-entry]")) {
    card.draggable = true;
    card.addEventListener("dragstart", (event) => {
      dragged = card;
      card.classList.add("is-dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.id);
    });
    card.addEventListener("dragend", () => {
      card.classList.remove("is-dragged");
      dragged = null;
    });
  }
  for (const quarter of board.querySelectorAll("[data-quarter]")) {
    quarter.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      over(quarter, !quarter.contains(dragged));
    });
    quarter.addEventListener("dragleave", (event) => {
      if (!quarter.contains(event.relatedTarget)) over(quarter, false);
    });
    quarter.addEventListener("drop", (event) => {
      event.preventDefault();
      over(quarter, false);
      const form = dragged?.querySelector("[data-move]");
      const button = form?.querySelector(`button[value="${quarter.dataset.quarter}"]`);
      if (button) form.requestSubmit(button);
    });
  }
}

const printer = document.querySelector("[data-print]");
if (printer) {
  printer.hidden = false;
  printer.addEventListener("click", () => window.print());
}
