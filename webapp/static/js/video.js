// Reports which parts of a film were really played, keeps the place where one stopped, and draws what was seen.
import { Clock, flushBefore } from "./study.js";

const FASTEST = 1.25;
const film = document.getElementById("film"), box = document.getElementById("clock"), map = document.getElementById("film-map");
const place = `film:${film.dataset.module}`;

class Played {
  constructor() { this.from = null; this.at = 0; }
  now() { return Math.round(film.currentTime * 1000); }
  isPlaying() { return !film.paused && !film.ended && !film.seeking && film.readyState > 2; }
  start() { this.from = this.at = this.now(); }
  move() { if (!film.seeking && this.from !== null) this.at = this.now(); }
  // What was played since the last time this was asked; playing goes on from there.
  take() {
    const range = this.from !== null && this.at > this.from ? [this.from, this.at] : null;
    this.from = this.isPlaying() ? this.at : null;
    return range;
  }
}

const played = new Played();
let clock = null;
const settle = () => { played.move(); if (clock) { clock.tick(); clock.flush(); } };
const begin = () => { if (played.from === null) played.start(); clock?.tick(); };

film.addEventListener("playing", begin);
film.addEventListener("seeked", () => { if (!film.paused) begin(); });
film.addEventListener("timeupdate", () => { played.move(); try { localStorage.setItem(place, String(film.currentTime)); } catch { /* a private window keeps nothing */ } });
film.addEventListener("seeking", () => { settle(); played.from = null; });
film.addEventListener("pause", settle);
film.addEventListener("ended", settle);
document.addEventListener("visibilitychange", () => { if (document.hidden && box) film.pause(); });
film.addEventListener("ratechange", () => { if (film.playbackRate > FASTEST) film.playbackRate = FASTEST; });
film.addEventListener("loadedmetadata", () => {
  let kept = 0;
  try { kept = Number(localStorage.getItem(place)); } catch { /* begin at the beginning */ }
  if (kept > 1 && kept < film.duration - 2) film.currentTime = kept;
});

function draw(ranges) {
  for (const old of map.querySelectorAll(".seen")) old.remove();
  for (const [low, high] of ranges) {
    const part = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    part.setAttribute("class", "seen"); part.setAttribute("x", low); part.setAttribute("y", 0);
    part.setAttribute("width", high - low); part.setAttribute("height", 10);
    map.append(part);
  }
}

if (box) {
  box.addEventListener("counted", (event) => draw(event.detail.played));
  clock = new Clock(box, played);
  for (const form of document.querySelectorAll("#finish")) flushBefore(form, clock);
}
