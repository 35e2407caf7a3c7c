// Comments on their way: each is kept in the browser until the server has it, under a name of its own, so that it is sent
// again as often as need be and said once.

/** Seconds until what failed is sent again. */
const AGAIN = [2, 5, 15, 30, 60];
const open = new Map();

/** The one outbox of a gallery; `gallery` is its address. */
export function outbox(gallery) {
  if (!open.has(gallery)) open.set(gallery, new Outbox(gallery));
  return open.get(gallery);
}

/** A new comment's name: ordered by time, else drawn at random (UUID version 7). */
export function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let at = 0; at < 6; at++) bytes[at] = Math.floor(now / 2 ** (8 * (5 - at))) % 256;
  bytes[6] = (bytes[6] & 15) | 0x70;
  bytes[8] = (bytes[8] & 63) | 0x80;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends a form to the gallery and reads its answer; `undefined`: nothing came back that says what became of it. */
export async function post(address, fields) {
  let answer;
  try {
    const signal = AbortSignal.timeout?.(20_000);
    answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields), headers: { accept: "application/json" }, signal });
    if (answer.status >= 500) return undefined;
    const said = await answer.json();
    const wait = answer.status === 429 ? Number(answer.headers.get("retry-after")) || 60 : 0;
    return { ok: answer.ok, wait, said };
  } catch {
    return undefined;
  }
}

class Outbox {
  #key;
  #memory = [];
  #sending = false;
  #failed = 0;
  #timer;
  /** Hears of every change; with the thread the server answered, where it did. */
  listeners = new Set();

  constructor(gallery) {
    this.#key = `said ${gallery}`;
    addEventListener("online", () => this.flush());
    addEventListener("storage", (event) => event.key === this.#key && this.#tell());
    this.flush();
  }

  /** What waits, in the order it was said: `{ id, photo, address, text, drawing, name, who, version, refused?, wait? }`. */
  all() {
    try {
      return JSON.parse(localStorage.getItem(this.#key)) ?? [];
    } catch {
      return this.#memory; // no storage in this browser: kept as long as the page
    }
  }

  of(photo) {
    return this.all().filter((one) => one.photo === photo);
  }

  add(one) {
    this.#keep([...this.all(), one]);
    this.flush();
  }

  discard(id) {
    this.#keep(this.all().filter((one) => one.id !== id));
  }

  again(id) {
    this.#change(id, { refused: undefined, wait: undefined });
    this.flush();
  }

  /** Sends what waits, one after the other; what is refused stays with its reason. */
  async flush() {
    if (this.#sending) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    try {
      for (;;) {
        const next = this.all().find((one) => !one.refused);
        if (!next) break;
        const { id, text, drawing, name, who, version } = next;
        const answer = await post(next.address, { id, text, drawing, name, who, version });
        if (!answer || answer.wait) {
          this.#change(id, { wait: answer?.said.message });
          this.#later(answer?.wait);
          break;
        }
        this.#failed = 0;
        if (answer.ok) this.discard(id);
        else this.#change(id, { refused: answer.said.message || "It was not taken." });
        this.#tell(next.photo, answer.ok ? answer.said : undefined);
      }
    } finally {
      this.#sending = false;
    }
  }

  #later(wait) {
    const seconds = wait || AGAIN[Math.min(this.#failed++, AGAIN.length - 1)];
    this.#timer = setTimeout(() => this.flush(), seconds * 1000);
  }

  #change(id, change) {
    this.#keep(this.all().map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  #keep(all) {
    this.#memory = all;
    try {
      if (all.length) localStorage.setItem(this.#key, JSON.stringify(all));
      else localStorage.removeItem(this.#key);
    } catch {
      // see all()
    }
    this.#tell();
  }

  #tell(photo, thread) {
    for (const listener of this.listeners) listener(photo, thread);
  }
}
