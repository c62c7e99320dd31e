// Measures study on a page: visible, active seconds go to the server in signed beats of about 15 seconds.
// The server's clock decides; what is said here can only shorten what counts.
const BEAT_MS = 15_000, IDLE_MS = 90_000, MOST_MS = 60_000, GAP_MS = 3_000;

function device() {
  try {
    let word = localStorage.getItem("device");
    if (!word) { word = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2); localStorage.setItem("device", word); }
    return word;
  } catch { return "unnamed"; }
}

export class Clock {
  // source: { isPlaying(): boolean, take(): [from, to] | null } for a film; nothing for a page that is read.
  constructor(box, source = null) {
    this.box = box; this.source = source; this.queue = []; this.pendingMs = 0; this.sending = null; this.live = null; this.wasRunning = false;
    this.touchedAt = this.tickedAt = performance.now();
    for (const kind of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart", "wheel"]) addEventListener(kind, () => { this.touchedAt = performance.now(); }, { passive: true });
    document.addEventListener("visibilitychange", () => { this.tick(); if (document.hidden) this.flush(); else this.touchedAt = performance.now(); this.show(); });
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", (event) => { if (event.persisted) this.open(); });
    addEventListener("online", () => { if (this.live) this.flush(); else this.open(); });
    box.querySelector("[data-here]").addEventListener("click", () => this.open());
    setInterval(() => this.tick(), 1000);
    this.open();
  }

  get isPlaying() { return this.source === null || this.source.isPlaying(); }
  get isIdle() { return this.source === null && performance.now() - this.touchedAt > IDLE_MS; }
  get isRunning() { return this.live !== null && !document.hidden && !this.isIdle && this.isPlaying; }

  async post(url, fields, keepalive = false) {
    const body = new URLSearchParams({ csrf_token: this.box.dataset.csrf, ...fields });
    const answer = await fetch(url, { method: "POST", body, keepalive, headers: { Accept: "application/json" } });
    if (!answer.ok) throw Object.assign(new Error("refused"), { status: answer.status });
    return answer.json();
  }

  async open() {
    try {
      this.live = null; this.queue = []; this.pendingMs = 0;
      const told = await this.post(this.box.dataset.open, { device: device() });
      this.live = told; this.trouble = null; this.tickedAt = this.touchedAt = performance.now();
      this.hear(told);
    } catch (error) { this.stop(error); }
  }

  stop(error) {
    if (!error.status) { this.trouble = "offline"; } else { this.live = null; this.trouble = error.status === 401 || error.status === 400 ? "out" : "failed"; }
    this.show();
  }

  tick() {
    const now = performance.now(), passed = now - this.tickedAt;
    this.tickedAt = now;
    // A page that slept was not studied: a long gap between two ticks is not counted.
    if (this.wasRunning && passed < GAP_MS) this.pendingMs += passed;
    this.wasRunning = this.isRunning;
    if (this.pendingMs >= BEAT_MS) this.flush();
    this.show();
  }

  // Put what was studied since the last beat into the queue and send the queue in order.
  flush({ isLast = false } = {}) {
    const played = this.source ? this.source.take() : null;
    if (this.pendingMs > 0 || isLast) this.queue.push({ ms: Math.round(this.pendingMs), played });
    this.pendingMs = 0;
    this.join();
    if (isLast) return this.send(true);
    this.sending ??= this.send().finally(() => { this.sending = null; });
    return this.sending;
  }

  // Without a connection stretches pile up; those that follow each other become one beat of at most a minute.
  join() {
    while (this.queue.length > 1 && !this.sending) {
      const [first, second] = this.queue;
      const follows = !first.played || !second.played || Math.abs(second.played[0] - first.played[1]) < 300;
      if (!follows) return;
      const played = second.played ? [first.played ? first.played[0] : second.played[0], second.played[1]] : first.played;
      this.queue.splice(0, 2, { ms: Math.min(MOST_MS, first.ms + second.ms), played });
    }
  }

  async send(isLast = false) {
    while (this.queue.length && this.live) {
      const beat = this.queue[0];
      const fields = { seq: this.live.seq, signature: this.live.signature, claimed_ms: Math.min(MOST_MS, beat.ms) };
      if (beat.played) [fields.from_ms, fields.to_ms] = beat.played.map(Math.round);
      if (isLast) fields.is_last = "1";
      try {
        const told = await this.post(this.box.dataset.beats + this.live.session, fields, true);
        this.queue.shift();
        this.live = told.is_live ? { ...this.live, ...told } : null;
        this.trouble = told.is_live ? null : "elsewhere";
        this.hear(told);
      } catch (error) { this.stop(error); return; }
    }
  }

  leave() {
    if (!this.live) return;
    this.tick();
    this.flush({ isLast: true });
    this.live = null;
  }

  hear(told) {
    this.counted = told.counted;
    const { needed, kind } = this.box.dataset, help = document.getElementById("finish-help");
    if (help && kind === "reading") {
      const missing = Math.ceil((Number(needed) - told.counted) / 60);
      help.textContent = missing > 0 ? help.dataset.missing.replace("{minutes}", missing) : help.dataset.enough;
    }
    if (help && kind === "video" && told.is_full) help.textContent = help.dataset.enough;
    this.box.dispatchEvent(new CustomEvent("counted", { detail: told }));
    this.show();
  }

  get state() {
    if (this.trouble) return this.trouble;
    if (!this.live) return "failed";
    if (this.counted >= Number(this.box.dataset.nominal)) return "full";
    if (document.hidden) return "hidden";
    if (!this.isPlaying) return "still";
    return this.isIdle ? "idle" : "running";
  }

  show() {
    const nominal = Number(this.box.dataset.nominal);
    // Between two beats the figure runs on with what is going to be claimed.
    const waiting = this.source ? 0 : Math.min(MOST_MS, this.pendingMs + this.queue.reduce((sum, beat) => sum + beat.ms, 0)) / 1000;
    const shown = Math.min(nominal, Math.floor((this.counted ?? Number(this.box.dataset.counted)) + waiting));
    this.box.querySelector("[data-figure]").textContent = `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
    this.box.querySelector("progress").value = shown;
    if (this.counted === undefined && !this.trouble) return;
    const state = this.state, words = this.box.querySelector("[data-state-words]");
    if (this.box.dataset.shown === state) return;
    this.box.dataset.shown = state;
    this.box.dataset.state = ["running", "full"].includes(state) ? "running" : ["elsewhere", "out", "failed"].includes(state) ? "stopped" : "paused";
    words.textContent = this.box.dataset["words" + state[0].toUpperCase() + state.slice(1)];
    this.box.querySelector("[data-here]").hidden = !["elsewhere", "failed"].includes(state);
  }
}

// Before a form leaves the page, the last seconds are sent, so that they count.
export function flushBefore(form, clock) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.flushed) return;
    event.preventDefault();
    form.dataset.flushed = "1";
    clock.tick();
    const patience = new Promise((done) => setTimeout(done, 2500));
    Promise.race([clock.flush(), patience]).finally(() => form.requestSubmit ? form.requestSubmit(event.submitter ?? undefined) : form.submit());
  });
}

const box = document.getElementById("clock");
if (box && box.dataset.kind !== "video") {
  const clock = new Clock(box);
  for (const form of document.querySelectorAll("#finish, #quiz")) flushBefore(form, clock);
}
