// Review and cart: what is taken out goes through the queue like any tap, and can be put back; nothing is confirmed or
// ordered while a tap is unsent.
import { saving, settled } from "./_saving.js";
import { toast } from "./_toast.js";

/** A form waits so long for taps that are on their way, in milliseconds; then it says that the line is down. */
const PATIENCE = 30_000;

let main = document.querySelector(".review[data-who]");
if (main?.dataset.who) follow(main.dataset);

function follow({ gallery, who, clock }) {
  const { choices } = saving({ gallery, who, clock: Number(clock) });
  const unsent = () => choices.queue.waiting.length;
  const say = (words) => {
    const line = document.getElementById("saving");
    if (!line) return;
    line.hidden = !words;
    line.textContent = words ?? "";
  };
  const hearts = () => (unsent() === 1 ? "1 tap is still being saved." : `${unsent()} taps are still being saved.`);
  choices.listen(() => say(unsent() ? hearts() : undefined));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches(".tap")) {
      event.preventDefault();
      tap(form);
    } else if (form.id === "confirm" && unsent()) {
      event.preventDefault();
      confirm(form);
    }
  });
  // the page came back out of the browser's memory, or taps were made before it was opened: it shows what is saved
  addEventListener("pageshow", ({ persisted }) => persisted && refresh());
  if (unsent()) settled(choices, PATIENCE).then(refresh);

  /** Takes a photograph out, or puts it back. */
  async function tap(form) {
    const { photo, product, on } = form.dataset;
    const item = form.closest("li");
    const channel = product ? `wanted:${product}` : "chosen";
    const name = item?.querySelector(".name, .line__name")?.textContent ?? "It";
    item?.classList.add("is-leaving");
    choices.set(photo, channel, on === "1");
    const back = () => {
      choices.set(photo, channel, true);
      settled(choices, PATIENCE).then(refresh);
    };
    if (on === "0") toast(`${name} was taken out.`, "Undo", back);
    await settled(choices, PATIENCE);
    await refresh();
  }

  /** Sends the form when nothing is unsent any more, and only for what the page showed. */
  async function confirm(form) {
    const button = form.querySelector("button:not([type])");
    button?.setAttribute("aria-disabled", "true");
    say(hearts());
    const before = shown();
    await settled(choices, PATIENCE);
    const fresh = !unsent() && (await refresh());
    if (!fresh) {
      button?.removeAttribute("aria-disabled");
      return say(`${unsent() ? hearts() : "The line is down."} What you tapped is kept on this device: send the form when the line is back.`);
    }
    if (before === shown()) document.getElementById("confirm")?.requestSubmit();
    else toast("Your last taps are in now: look once more.");
  }

  /** Everything the page shows, but what is leaving it: a choice also with the version of each photograph. */
  function shown() {
    const taps = main.querySelectorAll("li:not(.is-leaving) .tap[data-on='0']");
    const leaving = Array.from(main.querySelectorAll(".is-leaving .tap[data-on='0']"), ({ dataset }) => dataset.photo);
    const [, versions = ""] = main.querySelector("#confirm [name=seen]")?.value.split("-") ?? [];
    const staying = versions.split("_").filter((one) => one && !leaving.some((photo) => photo.startsWith(one.split(".")[0])));
    return [...Array.from(taps, ({ dataset }) => `${dataset.photo} ${dataset.product ?? ""}`), ...staying].join();
  }

  /** Brings the page as the server would write it now; what is typed stays, and the focus where it was. */
  async function refresh() {
    let fresh;
    try {
      const answer = await fetch(location.pathname + location.search.replace(/[?&]out=\w+/, ""), { headers: { accept: "text/html" } });
      fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".review[data-who]");
      if (!fresh || fresh.dataset.who !== who) location.reload();
    } catch {
      return false; // the line is down: what is on its way stays marked
    }
    if (!fresh) return false;
    const items = [...main.querySelectorAll("li")];
    const at = items.findIndex((item) => item.contains(document.activeElement));
    const typed = ["message", "email"].map((id) => [id, document.getElementById(id)?.value]);
    main.replaceChildren(...fresh.childNodes);
    for (const [id, value] of typed) {
      const field = document.getElementById(id);
      if (field && value) field.value = value;
    }
    if (at >= 0) {
      const now = main.querySelectorAll("li");
      const next = now[Math.min(at, now.length - 1)]?.querySelector(".tap button") ?? main.querySelector(".back a");
      next?.focus({ preventScroll: true });
    }
    return true;
  }
}
