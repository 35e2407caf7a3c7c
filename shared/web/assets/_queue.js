// Taps on their way to the server: stamped, kept until they are answered, sent in order, sent again when a line fails.
// Nothing here touches the page, so that a test can drive it through any weather.

/** Taps on their way at a time. */
const ABREAST = 3;
/** A tap that was seen shorter than this may be left out when the next one on the same thing comes, in milliseconds. */
const SEEN = 1000;
/** The server takes stamps that are so far ahead of its clock, in milliseconds. */
const AHEAD = 5 * 60 * 1000;
/** Milliseconds until the next try after so many failures in a row. */
const AGAIN = [500, 1000, 2000, 4000, 8000, 15000, 30000];

/** In the order the server puts them in: the later made of two on the same thing stands. */
export function inOrder(a, b) {
  return a.at - b.at || (a.tap < b.tap ? -1 : Number(a.tap > b.tap));
}

/**
 * @typedef {{ photo: string, channel: string, value: unknown, at: number, tap: string, made: number, tried?: boolean,
 *   flying?: boolean, loose?: boolean }} Tap
 * `channel`: `chosen`, `stars`, `label` or `wanted:PRODUCT`. `made`: by this device's clock. `loose`: kept nowhere else.
 */
export class Queue {
  /** @type {Tap[]} in the order they were made */
  #taps;
  #world;
  #offset = 0;
  #last = 0;
  #failures = 0;
  #rests = 0;
  #alarm;
  /** Why nothing is sent until the page is opened anew, if so. */
  stopped;

  /**
   * @param world `now()` this device's clock in milliseconds; `name()` 16 hex digits; `send(tap)` an outcome:
   *   `{ is: "done", answer }`, `{ is: "refused", code, message }`, `{ is: "clock", now }`, `{ is: "stopped", code, message }`,
   *   `{ is: "again", after?, message? }`; `later(run, ms)` and `cancel(alarm)`; `store` with `all()`, `put(tap)` (whether it is
   *   kept), `drop(tap)`, `last()`; `answered(tap, answer)`, `refused(tap, outcome)`, `waits(message)` why all
   *   of them wait, `changed(tap)`.
   */
  constructor(world) {
    this.#world = world;
    this.#taps = world.store.all().sort(inOrder);
    this.#last = Math.max(world.store.last(), this.#taps.at(-1)?.at ?? 0);
  }

  /** The server's time, as it says it now. */
  learn(now) {
    this.#offset = Math.round(now - this.#world.now()); // stamps are whole milliseconds
  }

  /** What waits for an answer, in order. */
  get waiting() {
    return this.#taps;
  }

  /** Whether the line is down: the last tries came to nothing. */
  get failing() {
    return this.#failures > 0;
  }

  /** The last value of a thing that the server has not answered yet. */
  latest(photo, channel) {
    return this.#taps.findLast((tap) => tap.photo === photo && tap.channel === channel);
  }

  /** Notes a tap and sends it as soon as it may go. */
  add(photo, channel, value) {
    const made = this.#world.now();
    const older = this.latest(photo, channel);
    if (older && !older.tried && made - older.made < SEEN) this.#forget(older);
    this.#last = Math.max(made + this.#offset, this.#last + 1, this.#world.store.last() + 1);
    const tap = { photo, channel, value, at: this.#last, tap: this.#world.name(), made };
    this.#taps.push(tap);
    this.#keep(tap);
    this.#pump();
    return tap;
  }

  /** The line is back, or somebody looks again: what waits goes on at once. */
  wake() {
    this.#rests = 0;
    this.#pump();
  }

  #keep(tap) {
    const { photo, channel, value, at, tap: name, made } = tap;
    tap.loose = !this.#world.store.put({ photo, channel, value, at, tap: name, made });
  }

  #forget(tap) {
    this.#taps = this.#taps.filter((other) => other !== tap);
    this.#world.store.drop(tap);
  }

  #pump() {
    this.#world.cancel(this.#alarm);
    if (this.stopped) return;
    const rest = this.#rests - this.#world.now();
    if (rest > 0) {
      this.#alarm = this.#world.later(() => this.#pump(), rest);
      return;
    }
    let flying = this.#taps.filter((tap) => tap.flying).length;
    // while the line fails one tap tries it
    const abreast = this.failing ? 1 : ABREAST;
    this.#taps.forEach((tap, at) => {
      if (flying >= abreast || tap.flying || this.#waits(tap, at)) return;
      flying += 1;
      this.#fly(tap);
    });
  }

  /** Behind an earlier tap on the same thing; a new heart also behind those that are taken out, which make room for it. */
  #waits(tap, at) {
    const before = this.#taps.slice(0, at);
    const room = tap.channel === "chosen" && tap.value === true;
    return before.some(
      (other) =>
        (other.photo === tap.photo && other.channel === tap.channel) ||
        (room && other.channel === "chosen" && other.value === false),
    );
  }

  async #fly(tap) {
    const { at } = tap;
    tap.flying = true;
    tap.tried = true;
    let outcome;
    try {
      outcome = await this.#world.send({ ...tap });
    } catch {
      outcome = { is: "again" };
    }
    tap.flying = false;
    this.#land(tap, at, outcome);
    this.#world.changed(tap);
    this.#pump();
  }

  #land(tap, at, outcome) {
    if (outcome.is === "again") {
      const wait = outcome.after ?? AGAIN[Math.min(this.#failures, AGAIN.length - 1)];
      this.#failures += 1;
      this.#rests = this.#world.now() + wait;
      if (outcome.message) this.#world.waits(outcome.message);
      return;
    }
    this.#failures = 0;
    switch (outcome.is) {
      case "done":
        this.#forget(tap);
        this.#follow(tap, at);
        return this.#world.answered(tap, outcome.answer);
      case "refused":
        this.#forget(tap);
        return this.#world.refused(tap, outcome);
      case "clock":
        if (at <= outcome.now + AHEAD) this.#rename(tap);
        return this.#restamp(outcome.now);
      default:
        this.stopped = outcome;
    }
  }

  /** This device's clock was ahead: what the server cannot have taken yet gets new stamps, in the same order. */
  #restamp(now) {
    this.learn(now);
    let floor = 0;
    for (const tap of this.#taps) {
      if (tap.at > now + AHEAD) this.#stamp(tap, Math.max(now, floor + 1));
      floor = Math.max(floor, tap.at);
    }
    this.#last = floor;
  }

  /** A tap was taken under a stamp from before it was stamped anew: those behind it must come after that. */
  #follow(done, at) {
    let floor = at;
    for (const tap of this.#taps) {
      if (tap.photo !== done.photo || tap.channel !== done.channel) continue;
      if (tap.at <= floor) this.#stamp(tap, floor + 1);
      floor = tap.at;
    }
    this.#last = Math.max(this.#last, floor);
  }

  /** Another tap has this name, by a chance of one in many: it gets a new one. */
  #rename(tap) {
    this.#world.store.drop(tap);
    tap.tap = this.#world.name();
    this.#keep(tap);
  }

  #stamp(tap, at) {
    tap.at = at;
    this.#keep(tap);
  }
}
