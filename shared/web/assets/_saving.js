// Where taps are kept in this browser and how they reach the server; looks for what another device tapped.
import { Choices } from "./_choices.js";
import { toast } from "./_toast.js";

/** An answer is waited for so long, in milliseconds; then the same tap is sent again. */
const PATIENCE = 8000;
/** What another device tapped is asked for when somebody comes back, at most so often, in milliseconds. */
const OFTEN = 5000;
/** Why everything waits is said at most so often, in milliseconds. */
const SELDOM = 60_000;
/** Refusals of the visit, not of the tap: it is kept until the gallery opens again. */
const OUTSIDE = ["door", "not-invited", "row-ended", "unpublished", "paused", "ended", "conflict", "cross-site"];

/**
 * The choices of one subject in one gallery. `who` names the subject without saying who it is: what is kept here is never
 * sent in somebody else's name. `clock`: the server's time when it wrote the page. `refused(outcome)`: says why a tap was
 * refused; without it the server's sentence is said.
 */
export function saving({ gallery, who, clock, refused }) {
  const store = keep(who);
  const [navigation] = performance.getEntriesByType("navigation");
  let saidWhy = -SELDOM;
  const choices = new Choices({
    now: () => Date.now(),
    name: () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    later: (run, ms) => setTimeout(run, ms),
    cancel: (alarm) => clearTimeout(alarm),
    store,
    send: (tap) => send(gallery, who, tap),
    refused: (tap, outcome) => {
      if (refused) refused(outcome);
      else toast(outcome.message);
      if (outcome.code !== "full") look();
    },
    waits: (message) => {
      if (performance.now() - saidWhy < SELDOM) return;
      saidWhy = performance.now();
      toast(`${message} Until then they are kept on this device.`);
    },
  });
  const { queue } = choices;
  queue.learn(clock + Date.now() - (performance.timeOrigin + (navigation?.responseStart ?? 0)));

  let [looked, looking] = [0, false];
  /** Asks the server for everything, so that taps of other devices are seen. */
  async function look() {
    if (looking) return;
    looking = true;
    const mark = choices.mark();
    try {
      const answer = await fetch(`${gallery}/choices`, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
      const all = answer.ok ? await answer.json() : undefined;
      looked = performance.now();
      if (all?.who === who) choices.merge(all, mark);
    } catch {
      // the line is down: the next look comes with the next return
    } finally {
      looking = false;
    }
  }
  const again = () => {
    queue.wake();
    if (document.visibilityState === "visible" && performance.now() - looked > OFTEN) look();
  };
  addEventListener("online", again);
  addEventListener("focus", again);
  addEventListener("pageshow", ({ persisted }) => persisted && again());
  document.addEventListener("visibilitychange", again);
  addEventListener("beforeunload", (event) => {
    if (queue.waiting.some((tap) => tap.loose)) event.preventDefault();
  });
  let told = false;
  choices.listen(() => {
    if (queue.stopped && told !== queue.stopped) {
      told = queue.stopped;
      toast(`${told.message} What you tapped is kept on this device.`, "Open it again", () => location.reload(), Infinity);
    }
    if (!told && queue.waiting.some((tap) => tap.loose)) {
      told = true;
      toast("This browser keeps nothing for us. Leave this page open until everything is saved.", undefined, undefined, Infinity);
    }
  });
  return { choices, look, looked: () => (looked = performance.now()) };
}

/** Waits until nothing is unsent, or as long as one waits for a page. */
export function settled(choices, patience = 3000) {
  if (!choices?.queue.waiting.length) return Promise.resolve();
  choices.queue.wake();
  return new Promise((done) => {
    const end = () => (stop(), done());
    const stop = choices.listen(() => choices.queue.waiting.length || end());
    setTimeout(end, patience);
  });
}

/** Each tap under a name of its own, so that two pages of the gallery never write over each other. */
function keep(who) {
  const [prefix, clock] = [`tap.${who}.`, `last.${who}`];
  const guarded = (run, otherwise) => {
    try {
      return run();
    } catch {
      return otherwise; // no storage, or no room in it
    }
  };
  return {
    all: () =>
      guarded(
        () =>
          Object.keys(localStorage)
            .filter((key) => key.startsWith(prefix))
            .map((key) => guarded(() => JSON.parse(localStorage.getItem(key))))
            .filter((tap) => tap?.photo && tap.channel && tap.at > 0 && tap.tap),
        [],
      ),
    put: (tap) =>
      guarded(() => {
        localStorage.setItem(prefix + tap.tap, JSON.stringify(tap));
        localStorage.setItem(clock, Math.max(tap.at, Number(localStorage.getItem(clock)) || 0));
        return true;
      }, false),
    drop: (tap) => guarded(() => localStorage.removeItem(prefix + tap.tap)),
    // a clock that was once far ahead must not hold all later taps there
    last: () => guarded(() => Math.min(Number(localStorage.getItem(clock)) || 0, Date.now() + 60_000), 0),
  };
}

/** One tap, and what came of it. */
async function send(gallery, who, { photo, channel, value, at, tap }) {
  const [route, said] = form(channel, value);
  const answer = await fetch(`${gallery}/photo/${photo}/${route}`, {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({ ...said, at, tap, who }),
    keepalive: true,
    signal: AbortSignal.timeout(PATIENCE),
  });
  const after = 1000 * Number(answer.headers.get("retry-after")) || undefined;
  if (answer.status === 429 || answer.status >= 500) {
    // a gateway that is busy says so, too, and means nobody
    const said = await answer.json().catch(() => undefined);
    return { is: "again", after, message: said?.error === "wait" ? said.message : undefined };
  }
  const body = await answer.json(); // what is no JSON came from another: the line is not ours
  if (answer.ok) return body.applied ? { is: "done", answer: body } : { is: "again" };
  if (!body.error) return { is: "again" };
  if (body.error === "clock") return { is: "clock", now: body.now };
  return { is: OUTSIDE.includes(body.error) ? "stopped" : "refused", code: body.error, message: body.message };
}

function form(channel, value) {
  switch (channel) {
    case "chosen":
      return ["choose", { on: value ? 1 : 0 }];
    case "stars":
      return ["rate", { stars: value ?? 0 }];
    case "label":
      return ["rate", { label: value ?? "" }];
    default:
      return ["want", { product: channel.slice("wanted:".length), on: value ? 1 : 0 }];
  }
}
