// The head of the upload window: exact numbers while it works, one honest sentence at the end.

const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;
const bytes = (n) => (n < 1e6 ? `${Math.ceil(n / 1e3)} kB` : n < 1e9 ? `${(n / 1e6).toFixed(n < 1e8 ? 1 : 0)} MB` : `${(n / 1e9).toFixed(1)} GB`);
const time = (s) => (s < 60 ? `${Math.ceil(s)} s` : s < 5400 ? `${Math.ceil(s / 60)} min` : `${Math.ceil(s / 3600)} h`);

/** A function that brings the head up to date: soon, so that a stream of progress costs little, or `at once`. */
export function summary(dialog, rows) {
  const find = (selector) => dialog.querySelector(selector);
  const dock = document.querySelector("[data-dock]");
  const samples = [];
  let planned;
  let spoken = "";

  function draw() {
    planned = undefined;
    const n = (...states) => [...rows].filter(({ state }) => states.includes(state)).length;
    const ready = n("ready");
    const failed = n("failed", "rejected", "unfit");
    const moving = n("waiting", "moving");
    const working = moving + n("preparing");
    const chosen = n("planned", "choosing");
    for (const part of [".sum", "[data-then]"]) find(part).hidden = rows.size === 0;
    find("[data-first]").hidden = rows.size > 0;
    find("[data-shrink]").hidden = working === 0;
    find("[data-close]").hidden = working > 0;
    find("[data-skipped]").hidden = leftOut() === "";
    find("[data-skipped]").textContent = leftOut();

    const said = working ? `${ready} of ${rows.size} ready` : chosen ? `${chosen} chosen` : end(ready, failed, n("asks"));
    const [number] = said.match(/^\d+/) ?? [""];
    const strong = Object.assign(document.createElement("b"), { className: "num", textContent: number });
    find("[data-sum]").replaceChildren(strong, said.slice(number.length));
    dock.textContent = said;
    if (!working && !chosen && said !== spoken) find("[data-live]").textContent = said;
    spoken = said;

    find("[data-rate]").textContent = moving ? rate() : "";
    find("[data-pause]").hidden = moving === 0;
    const retry = find("[data-retry-all]");
    const again = n("failed", "rejected");
    retry.hidden = working > 0 || again === 0;
    retry.querySelector("span").textContent = `Retry ${again}`;
    const all = find(".prog--all");
    const [sent, size] = total();
    const percent = size ? Math.floor((sent / size) * 100) : 100;
    all.hidden = working === 0;
    all.setAttribute("aria-valuenow", percent);
    all.firstElementChild.style.setProperty("--p", `${percent}%`);
    if (moving) plan(500);
  }

  function end(ready, failed, asks) {
    const parts = [`${ready} ready`];
    if (failed) parts.push(`${failed} failed`);
    if (asks) parts.push(`${asks} to decide`);
    const paused = dialog.dataset.enabled === "false";
    const them = failed || asks ? `the ${ready}` : ready === 1 ? "it" : "them";
    const see = `Clients see ${them}${paused ? " when you open the gallery again" : ""}.`;
    return rows.size === 0 ? "" : ready ? `${parts.join(", ")}. ${see}` : `${parts.join(", ")}.`;
  }

  function total() {
    let [sent, size] = [0, 0];
    for (const row of rows) {
      size += row.file.size;
      sent += ["preparing", "ready", "rejected"].includes(row.state) ? row.file.size : row.sent;
    }
    return [sent, size];
  }

  /** Speed over the last five seconds, and what it promises. */
  function rate() {
    const [sent, size] = total();
    const now = performance.now();
    samples.push([now, sent]);
    while (samples.length > 2 && now - samples[0][0] > 5000) samples.shift();
    const [then, before] = samples[0];
    const speed = now > then ? ((sent - before) * 1000) / (now - then) : 0;
    const of = `${bytes(sent)} of ${bytes(size)}`;
    if (find("[data-pause]").getAttribute("aria-pressed") === "true") {
      samples.length = 0;
      return `Paused · ${of}`;
    }
    return speed > 1000 ? `${bytes(speed)}/s · ${time((size - sent) / speed)} left · ${of}` : of;
  }

  function leftOut() {
    const n = Number(dialog.dataset.leftOut ?? 0);
    return n ? `${count(n, "file that is no photograph", "files that are no photographs")} left out.` : "";
  }

  function plan(after) {
    planned ??= setTimeout(draw, after);
  }
  return (when) => {
    if (when !== "at once") return plan(100);
    clearTimeout(planned);
    draw();
  };
}
