// Keeps a gallery's photographs on the page as the bucket has them: whoever uploads, by whatever way, watches them arrive.
import { ask } from "./_studio-ask.js";

const BUSY = 1500;
const IDLE = 3000;
/** After so long without a change the page asks less and less often. */
const PATIENCE = 5 * 60 * 1000;

/** Begins to watch. `hurry()` asks soon: something was uploaded from this page. */
export function watch(photos) {
  let shown = photos.dataset.fingerprint;
  let pending = Number(photos.dataset.pending) > 0;
  let changed = Date.now();
  // milliseconds between looks, at least: a large gallery takes longer to look through
  let size = 0;
  let timer;

  async function look() {
    clearTimeout(timer);
    if (!document.hidden) {
      try {
        const now = await ask("GET", `${photos.dataset.photos}?limit=0`);
        const { ready, processing, rejected } = now.counts;
        pending = processing > 0;
        size = ready + processing + rejected;
        if (now.fingerprint !== shown) {
          await redraw(photos);
          shown = now.fingerprint;
          changed = Date.now();
        }
      } catch (fault) {
        // an upload's rows stay: each says itself that the session has ended
        if (fault.status === 401 && !document.querySelector("#upload .up")) return location.reload();
      }
    }
    const idle = Math.max(IDLE, (Date.now() - changed - PATIENCE) / 10);
    timer = setTimeout(look, Math.max(size, pending ? BUSY : Math.min(idle, 60_000)));
  }

  document.addEventListener("visibilitychange", () => document.hidden || look());
  timer = setTimeout(look, pending ? BUSY : IDLE);
  return {
    hurry() {
      pending = true;
      changed = Date.now();
      clearTimeout(timer);
      timer = setTimeout(look, BUSY);
    },
  };
}

/** Fetches this page again and takes its photographs over; frames that did not change stay as they are. */
async function redraw(photos) {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#photos");
  if (!fresh) return;
  const name = (frame) => [frame.dataset.id, frame.dataset.version, frame.dataset.mark, frame.className].join();
  const kept = new Map();
  for (const frame of photos.querySelectorAll("[data-version]")) kept.set(name(frame), frame);
  for (const frame of fresh.querySelectorAll("[data-version]")) {
    const same = kept.get(name(frame));
    if (same) frame.replaceWith(same);
  }
  const focused = photos.contains(document.activeElement) && document.activeElement.getAttribute("href");
  photos.replaceChildren(...fresh.childNodes);
  if (focused) photos.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  document.querySelector("#status").replaceChildren(...page.querySelector("#status").childNodes);
}
