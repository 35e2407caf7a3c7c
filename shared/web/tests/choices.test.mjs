// Taps through any weather: whatever is lost, doubled, late or reloaded, the server ends with what was tapped, in the
// order it was tapped (complaint 2).
import assert from "node:assert/strict";
import { test } from "node:test";
import { keeping } from "../assets/_bar.js";
import { Choices } from "../assets/_choices.js";
import { inOrder } from "../assets/_queue.js";

const AHEAD = 5 * 60 * 1000;

/** Numbers from 0 to 1, the same on every run. */
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A time that only moves when it is told to, with alarms. */
class Time {
  now = 1_800_000_000_000;
  #alarms = [];
  #next = 0;
  later(run, ms) {
    const alarm = { at: this.now + ms, run, number: (this.#next += 1) };
    this.#alarms.push(alarm);
    return alarm;
  }
  cancel(alarm) {
    this.#alarms = this.#alarms.filter((other) => other !== alarm);
  }
  get idle() {
    return this.#alarms.length === 0;
  }
  /** Lets everything happen that is due until then, and what follows from it. */
  async until(then) {
    for (;;) {
      await settle();
      const due = this.#alarms.filter((alarm) => alarm.at <= then).sort((a, b) => a.at - b.at || a.number - b.number)[0];
      if (!due) break;
      this.cancel(due);
      this.now = Math.max(this.now, due.at);
      due.run();
    }
    this.now = then;
  }
}

/** What promises have waiting. */
async function settle() {
  for (let i = 0; i < 6; i += 1) await null;
}

/** As the table keeps it: the later made tap on a thing stands, the same one twice is one. */
class Server {
  kept = new Map();
  log = [];
  revision = 0;
  take({ photo, channel, value, at, tap }, now) {
    if (at > now + AHEAD) return { is: "clock", now };
    const key = `${photo} ${channel}`;
    const before = this.kept.get(key);
    const order = before ? inOrder(before, { at, tap }) : -1;
    if (order < 0) {
      this.kept.set(key, { value, at, tap });
      this.log.push({ photo, channel, value });
      this.revision += 1;
    }
    return { is: "done", answer: { ...this.of(photo), revision: this.revision, now } };
  }
  value(photo, channel) {
    return this.kept.get(`${photo} ${channel}`)?.value;
  }
  of(photo) {
    const stars = this.value(photo, "stars") ?? null;
    return { chosen: this.value(photo, "chosen") ?? false, stars, label: this.value(photo, "label") ?? null, wanted: [] };
  }
  all(now) {
    const all = { now, revision: this.revision, rules: { mode: "favourites", sections: {} }, chosen: [], stars: {}, labels: {}, wanted: {} };
    for (const [key, { value }] of this.kept) {
      const [photo, channel] = key.split(" ");
      if (channel === "chosen" && value) all.chosen.push(photo);
      if (channel === "stars" && value) all.stars[photo] = value;
      if (channel === "label" && value) all.labels[photo] = value;
    }
    return all;
  }
}

/** One browser: what it keeps outlives its pages. */
class Device {
  #pages = 0;
  kept = new Map();
  refused = [];
  told = [];
  constructor(time, server, line, skew = 0) {
    Object.assign(this, { time, server, line, skew, last: 0, names: 0 });
    this.id = (Device.count = (Device.count ?? 0) + 1);
    this.open();
  }
  open() {
    this.#pages += 1;
    const [page, { time }] = [this.#pages, this];
    // a page that is gone does nothing any more
    const alive = () => page === this.#pages;
    this.choices = new Choices({
      now: () => time.now + this.skew,
      name: () => (this.id * 1e6 + (this.names += 1)).toString(16).padStart(16, "0"),
      later: (run, ms) => time.later(() => alive() && run(), ms),
      cancel: (alarm) => time.cancel(alarm),
      store: {
        all: () => [...this.kept.values()].map((tap) => ({ ...tap })),
        put: (tap) => (this.kept.set(tap.tap, { ...tap }), (this.last = Math.max(this.last, tap.at)), true),
        drop: (tap) => alive() && this.kept.delete(tap.tap),
        last: () => 0,
      },
      send: (tap) => new Promise((resolve) => this.line(tap, (outcome) => alive() && resolve(outcome))),
      refused: (tap, outcome) => this.refused.push({ tap, outcome }),
      waits: (message) => this.told.push(message),
    });
    this.choices.queue.wake();
  }
}

const simple = (server, time, ms = 50) => (tap, answer) => {
  time.later(() => {
    const outcome = server.take(tap, time.now);
    time.later(() => answer(outcome), ms);
  }, ms);
};

test("a tap is shown at once and saved by one request", async () => {
  const [time, server] = [new Time(), new Server()];
  const device = new Device(time, server, simple(server, time));
  device.choices.set("a", "chosen", true);
  assert.equal(device.choices.of("a").chosen, true);
  assert.equal(server.log.length, 0);
  await time.until(time.now + 200);
  assert.deepEqual(server.log, [{ photo: "a", channel: "chosen", value: true }]);
  assert.equal(device.choices.queue.waiting.length, 0);
  assert.equal(device.kept.size, 0);
});

test("at most three taps are on their way, and those on one thing follow each other", async () => {
  const [time, server] = [new Time(), new Server()];
  let [flying, most] = [0, 0];
  const slow = simple(server, time, 500);
  const device = new Device(time, server, (tap, answer) => {
    most = Math.max(most, (flying += 1));
    slow(tap, (outcome) => ((flying -= 1), answer(outcome)));
  });
  for (const photo of "abcdefgh") device.choices.set(photo, "chosen", true);
  await time.until(time.now + 100);
  device.choices.set("a", "chosen", false);
  await time.until(time.now + 1100);
  device.choices.set("a", "chosen", true);
  await time.until(time.now + 20_000);
  assert.equal(most, 3);
  const a = server.log.filter((tap) => tap.photo === "a").map((tap) => tap.value);
  assert.deepEqual(a, [true, false, true]);
});

test("what was seen for less than a second need not be sent, what was seen longer is", async () => {
  const [time, server] = [new Time(), new Server()];
  let down = true;
  const line = simple(server, time);
  const device = new Device(time, server, (tap, answer) => (down ? time.later(() => answer({ is: "again" }), 10) : line(tap, answer)));
  for (const photo of "xyz") device.choices.set(photo, "chosen", true); // they try the line
  await time.until(time.now + 20);
  device.choices.set("a", "stars", 1);
  await time.until(time.now + 300);
  device.choices.set("a", "stars", 2);
  await time.until(time.now + 1500);
  device.choices.set("a", "stars", 3);
  down = false;
  device.choices.queue.wake();
  await time.until(time.now + 60_000);
  assert.deepEqual(server.log.filter((tap) => tap.photo === "a").map((tap) => tap.value), [2, 3]);
});

test("taps beyond what an hour takes are kept, also over a reload, and sent in their order when there are new ones", async () => {
  const [time, server] = [new Time(), new Server()];
  const open = time.now + 1800_000;
  let sent = 0;
  const device = new Device(time, server, (tap, answer) => {
    sent += 1;
    const spent = { is: "again", after: open - time.now, message: "The next taps are saved in 30 minutes." };
    answer(server.log.length < 2 || time.now >= open ? server.take(tap, time.now) : spent);
  });
  for (const [at, photo] of [..."abcde"].entries()) {
    device.choices.set(photo, "chosen", true);
    await time.until(time.now + 2000 * at);
  }
  device.choices.set("c", "chosen", false);
  await time.until(time.now + 60_000);
  assert.equal(server.log.length, 2);
  assert.equal(sent, 3, "one of them tried, and they rest");
  assert.deepEqual(device.told, ["The next taps are saved in 30 minutes."]);
  assert.equal(device.choices.queue.waiting.length, 4);
  assert.equal(device.refused.length, 0);
  device.open();
  assert.equal(device.choices.of("e").chosen, true, "still shown");
  await time.until(open + 60_000);
  assert.deepEqual(device.kept.size, 0);
  assert.deepEqual(server.log.map(({ photo, value }) => photo + value), ["atrue", "btrue", "ctrue", "dtrue", "etrue", "cfalse"]);
});

test("a heart waits for those that are taken out before it: they make its room", async () => {
  const [time, server] = [new Time(), new Server()];
  const order = [];
  const device = new Device(time, server, (tap, answer) => {
    order.push(`${tap.photo}${tap.value}`);
    time.later(() => answer(server.take(tap, time.now)), tap.value ? 10 : 400);
  });
  device.choices.set("a", "chosen", false);
  device.choices.set("b", "chosen", true);
  device.choices.set("c", "stars", 4);
  await time.until(time.now + 100);
  assert.deepEqual(order, ["afalse", "c4"]);
  await time.until(time.now + 1000);
  assert.deepEqual(order, ["afalse", "c4", "btrue"]);
});

test("a device whose clock is ahead stamps again, and nothing is lost", async () => {
  const [time, server] = [new Time(), new Server()];
  const device = new Device(time, server, simple(server, time), 3600_000);
  for (const value of [1, 2, 3]) {
    device.choices.set("a", "stars", value);
    await time.until(time.now + 1500);
  }
  device.choices.set("b", "chosen", true);
  await time.until(time.now + 10_000);
  assert.deepEqual(server.log.map((tap) => tap.value), [1, 2, 3, true]);
});

test("a tap that was taken under its first stamp after all is still followed by the next one on the same thing", async () => {
  const [time, server] = [new Time(), new Server()];
  const device = new Device(
    time,
    server,
    (tap, answer) => {
      // the first one is long on its way: when it comes, its stamp is not ahead any more
      const slow = tap.photo === "a" && tap.value === 1;
      time.later(() => answer(server.take(tap, time.now)), slow ? 7000 : 10);
    },
    AHEAD + 5000,
  );
  device.choices.set("a", "stars", 1);
  await time.until(time.now + 5);
  device.choices.set("b", "chosen", true); // learns the time from its refusal
  await time.until(time.now + 1500);
  device.choices.set("a", "stars", 2);
  await time.until(time.now + 30_000);
  assert.equal(server.value("a", "stars"), 2);
  assert.equal(device.choices.of("a").stars, 2);
});

test("a refused tap goes back to what the server has, and says why", async () => {
  const [time, server] = [new Time(), new Server()];
  const full = { is: "refused", code: "full", message: "At most 15." };
  const device = new Device(time, server, (tap, answer) => time.later(() => answer(full), 10));
  device.choices.set("a", "chosen", true);
  await time.until(time.now + 100);
  assert.equal(device.choices.of("a").chosen, false);
  assert.equal(device.refused[0].outcome, full);
  assert.equal(device.kept.size, 0);
});

test("a second device's taps appear under those that wait here", async () => {
  const [time, server] = [new Time(), new Server()];
  let down = false;
  const line = simple(server, time);
  const phone = new Device(time, server, (tap, answer) => (down ? time.later(() => answer({ is: "again" }), 10) : line(tap, answer)));
  const laptop = new Device(time, server, line);
  phone.choices.set("a", "chosen", true);
  await time.until(time.now + 500);
  down = true;
  phone.choices.set("b", "chosen", true);
  laptop.choices.set("a", "chosen", false);
  laptop.choices.set("c", "chosen", true);
  await time.until(time.now + 500);
  phone.choices.merge(server.all(time.now), phone.choices.mark());
  assert.deepEqual(["a", "b", "c"].map((photo) => phone.choices.of(photo).chosen), [false, true, true]);
});

test("a look that began before an answer does not take the answer back", async () => {
  const [time, server] = [new Time(), new Server()];
  const device = new Device(time, server, simple(server, time));
  const [old, mark] = [server.all(time.now), device.choices.mark()];
  device.choices.set("a", "chosen", true);
  await time.until(time.now + 500);
  device.choices.merge({ ...old, revision: 99 }, mark);
  assert.equal(device.choices.of("a").chosen, true);
});

test("the sixteenth of fifteen is known here too, and of a chapter", () => {
  const [time, server] = [new Time(), new Server()];
  const { choices } = new Device(time, server, () => {});
  choices.place = (photo) => (photo.startsWith("p") ? "Party" : "Ceremony");
  choices.rules = { mode: "selection", min: 1, max: 3, sections: { Party: { max: 2 } } };
  choices.set("p1", "chosen", true);
  assert.equal(choices.reached("p2"), undefined);
  choices.set("p2", "chosen", true);
  assert.deepEqual(choices.reached("p3"), { max: 2, section: "Party" });
  assert.equal(choices.reached("c1"), undefined);
  choices.set("c1", "chosen", true);
  assert.deepEqual(choices.reached("c2"), { max: 3 });
  choices.rules = { ...choices.rules, extra: true };
  assert.equal(choices.reached("c2"), undefined);
  assert.deepEqual(choices.tally(), { chosen: 3, sections: { Party: 2, Ceremony: 1 }, wanted: 0 });
});

/** One schedule: devices, reloads, a line that loses requests and answers, doubles and delays them, and stops. */
async function storm(seed) {
  const roll = dice(seed);
  const [time, server] = [new Time(), new Server()];
  let calm = false;
  const lossy = (tap, answer) => {
    if (calm) return simple(server, time, 20)(tap, answer);
    const delay = () => roll() * (roll() < 0.1 ? 9000 : 300);
    let said = false;
    const say = (outcome) => {
      if (!said) answer(outcome);
      said = true;
    };
    // the browser's own time-out
    time.later(() => say({ is: "again" }), 8000);
    const copies = roll() < 0.1 ? 2 : 1;
    for (let i = 0; i < copies; i += 1) {
      if (roll() < 0.2) continue; // the request is lost
      time.later(() => {
        const busy = roll() < 0.05;
        const outcome = busy ? { is: "again", after: roll() * 2000 } : server.take(tap, time.now);
        if (roll() > 0.2) time.later(() => say(outcome), delay()); // or the answer is
      }, delay());
    }
    if (roll() < 0.2) time.later(() => say({ is: "again" }), roll() * 50);
  };
  const devices = Array.from({ length: 1 + Math.floor(roll() * 2) }, () => new Device(time, server, lossy));
  // one clock ahead, where there is one device: between two the stamps decide, and these come anew
  if (devices.length === 1 && roll() < 0.3) devices[0].skew = 400_000;
  const made = new Map();
  const taps = 4 + Math.floor(roll() * 12);
  for (let i = 0; i < taps; i += 1) {
    const device = devices[Math.floor(roll() * devices.length)];
    const photo = "abc"[Math.floor(roll() * 3)];
    const [channel, value] = roll() < 0.6 ? ["chosen", roll() < 0.5] : ["stars", roll() < 0.3 ? null : 1 + Math.floor(roll() * 5)];
    const tap = device.choices.set(photo, channel, value);
    assert.equal(device.choices.of(photo)[channel], value, "shown at once");
    const key = `${photo} ${channel}`;
    if (!made.has(key) || devices.length === 1 || inOrder(made.get(key), tap) < 0) made.set(key, { at: tap.at, tap: tap.tap, value });
    if (roll() < 0.15) device.open(); // reloaded, or closed and opened again
    if (roll() < 0.15) device.choices.merge(server.all(time.now), device.choices.mark());
    await time.until(time.now + roll() * 1500);
  }
  calm = true;
  for (const device of devices) device.choices.queue.wake();
  await time.until(time.now + 120_000);
  for (const device of devices) {
    assert.equal(device.choices.queue.waiting.length, 0, "everything is answered");
    assert.equal(device.kept.size, 0);
    assert.equal(device.refused.length, 0);
    device.choices.merge(server.all(time.now), device.choices.mark());
  }
  for (const [key, { value }] of made) {
    const [photo, channel] = key.split(" ");
    assert.equal(server.value(photo, channel), value, `${key}: the last tap stands`);
    for (const device of devices) assert.equal(device.choices.of(photo)[channel], value ?? null);
  }
}

test("ten thousand schedules of loss, doubling, delay and reloads end with the taps in the order they were made", async () => {
  for (let seed = 1; seed <= 10_000; seed += 1) {
    await storm(seed).catch((fault) => assert.fail(`schedule ${seed}: ${fault.message}`));
  }
});

test("what waits offline is told as what it is", () => {
  const tap = (photo, channel, value) => ({ photo, channel, value });
  const [heart, other] = [tap("a", "chosen", true), tap("b", "chosen", true)];
  assert.equal(keeping([heart]), "Your heart is");
  assert.equal(keeping([heart, other]), "Your 2 hearts are");
  // taken out is no heart that is kept
  assert.equal(keeping([tap("a", "chosen", false)]), "Your change is");
  assert.equal(keeping([heart, tap("b", "chosen", false)]), "Your 2 changes are");
  assert.equal(keeping([heart, tap("a", "stars", 3)]), "Your 2 changes are");
  // the last tap on the same heart is what will be so
  assert.equal(keeping([tap("a", "chosen", false), heart]), "Your heart is");
});
