// The upload window: files and folders in, one row a file, and never a word of success while one of them failed.
import { getDroppedFiles } from "@uppy/utils";
import { ask } from "./_studio-ask.js";
import { crc32 } from "./_studio-crc.js";
import { sort } from "./_studio-files.js";
import { memory } from "./_studio-memory.js";
import { preview } from "./_studio-plan.js";
import { Row } from "./_studio-row.js";
import { summary } from "./_studio-summary.js";
import { transfer } from "./_studio-transfer.js";

/** A file that was read changes its photograph within this time, or is no newer than what is shown. */
const STILL = 120_000;

/** Brings the window, the buttons that open it and the page as a place to drop files on to life. */
export function prepare(dialog, watcher) {
  const { uploads, gallery } = dialog.dataset;
  const remembered = memory(gallery);
  const rows = new Set();
  const find = (selector) => dialog.querySelector(selector);
  const tell = summary(dialog, rows);

  const wire = transfer(uploads, remembered, {
    moving: (row) => row.state === "waiting" && row.become("moving", row.resumed ? "Goes on where it stopped" : row.target ? row.what : row.section),
    progress: (row, bytes) => (row.progress(bytes), tell()),
    sent: (row) => (row.become("preparing", row.target ? row.what : row.begun.replaces ? "Replaces the one of that name" : row.section), (row.arrived = Date.now()), tell(), follow()),
    failed: (row, error) => (refuse(row, error), tell("at once")),
  });
  const { plan, show } = preview(dialog, rows, { send: (list) => wire.send(list), tell });

  function refuse(row, error) {
    const { status, said } = error;
    if (said?.photo) row.begun = { ...row.begun, photo: said.photo, replaces: said.replaces };
    if (row.begun?.uploadId) remembered.set(row.print, { ...row.begun, name: row.file.name });
    if (status !== 409) return row.become("failed", error.status === undefined ? "The line dropped. What has arrived is kept." : error.message);
    if (said?.error === "ambiguous") {
      row.become("planned");
      return plan();
    }
    if (said?.compare) return void compare(row);
    if (!said?.same) return row.become("asks", error.message);
    row.word = row.raises ?? "Here already";
    row.begun.replaces = null;
    row.become("preparing");
    follow();
  }

  /** As many bytes are here under its name: whether they are the same is known once the file is read. */
  async function compare(row) {
    row.become("waiting", "Comparing with the one that is here …");
    row.crc32 = await crc32(row.file);
    if (!rows.has(row)) return;
    if (row.crc32 === undefined) row.become("failed", "The file cannot be read any more. Choose it again.");
    else wire.send([row]);
    tell("at once");
  }

  function add(files) {
    const { photos, leftOut } = sort(files);
    const chapter = find("#chapter").value.trim();
    const replace = find("#replace").checked;
    const stage = find("#stage").value || undefined;
    const fresh = photos.map(({ file, section }) => new Row(dialog, { file, section: chapter || section, replace, stage })).filter(isNew);
    for (const row of fresh) rows.add(row);
    dialog.dataset.leftOut = Number(dialog.dataset.leftOut ?? 0) + leftOut;
    find(".interrupted").hidden = true;
    open();
    // what replaces is told before it travels
    if (replace) {
      for (const row of fresh) row.become("planned");
      plan();
    } else wire.send(fresh);
    tell();
  }

  /** The same file picked twice is one upload; picked again after it ended, it is sent again. */
  function isNew(row) {
    const same = (other) =>
      other.section === row.section && other.file.name === row.file.name && other.file.size === row.file.size && other.file.lastModified === row.file.lastModified;
    const earlier = [...rows].find(same);
    const other = earlier?.word === "Here already" && earlier.stage !== row.stage;
    if (earlier && !other && ["planned", "choosing", "waiting", "moving", "preparing", "ready"].includes(earlier.state)) {
      row.node.remove();
      return false;
    }
    if (earlier) drop(earlier);
    return true;
  }

  function drop(row) {
    rows.delete(row);
    row.node.remove();
  }

  function again(row, replace) {
    Object.assign(row, { replace: row.replace || replace, again: false, sent: 0, word: undefined });
    if (row.state === "rejected") row.replace = true;
    row.become("waiting");
    wire.send([row]);
    tell();
  }

  const acts = {
    cancel: (row) => (wire.cancel(row), drop(row), tell()),
    leave: (row) => (row.id && wire.cancel(row), drop(row), show(), tell()),
    replace: (row) => again(row, true),
    retry: (row) => again(row, false),
  };
  dialog.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-do]");
    if (button) acts[button.dataset.do]([...rows].find((row) => row.node === button.closest("li")));
  });
  find("[data-retry-all]").addEventListener("click", () => {
    for (const row of rows) if (row.state === "failed" || row.state === "rejected") again(row, false);
  });

  // ---- what the studio makes of what arrived
  let following;
  let pace = 700;
  function follow() {
    watcher.hurry();
    following ??= setTimeout(settle, pace);
  }
  async function settle() {
    const waiting = [...rows].filter((row) => row.state === "preparing");
    const ids = waiting.slice(0, 100).map((row) => row.begun.photo);
    const path = uploads.replace(/uploads$/, "photos");
    const { photos, counts } = ids.length ? await ask("GET", `${path}?ids=${ids}`).catch(() => ({ photos: [] })) : { photos: [] };
    // a large gallery takes longer to look through
    if (counts) pace = Math.max(700, counts.ready + counts.rejected + counts.processing);
    for (const row of waiting) {
      const photo = photos.find(({ id }) => id === row.begun.photo);
      if (!photo) continue;
      const { refused } = photo;
      if (refused && refused.key === row.begun.key && refused.version !== row.begun.refused) {
        row.become("rejected", `${refused.reason} The one before is shown still.`);
        continue;
      }
      // until the new version is read, the row speaks of the one before; of a file that is older than what is shown, always
      const read = photo.version !== row.begun.replaces || Date.now() - row.arrived > STILL;
      if (!read || photo.state === "processing") continue;
      // an earlier row of this photograph speaks of a version that is gone
      for (const other of rows) if (other !== row && other.begun?.photo === photo.id && ["ready", "rejected"].includes(other.state)) drop(other);
      row.picture(photo.thumb);
      if (row.replace && row.begun.replaces) row.word = photo.version === row.begun.replaces ? "Nothing new" : "Replaced";
      if (photo.state === "rejected") row.become("rejected", photo.reason);
      else row.become("ready", photo.truncated ? "The file ends early: clients see the upper part" : row.section);
    }
    tell("at once");
    following = undefined;
    if ([...rows].some((row) => row.state === "preparing")) follow();
  }

  // ---- opening, shrinking, picking, dropping
  const dock = document.querySelector(".dock");
  function open() {
    dock.hidden = true;
    if (!dialog.open) dialog.showModal();
  }
  /** Goes on in the corner while there is something to know; else it is gone. */
  function shrink() {
    dialog.close();
    dock.hidden = [...rows].every(({ state }) => state === "ready");
  }
  for (const button of document.querySelectorAll("[data-open-upload]")) button.addEventListener("click", open);
  document.querySelector("#photos").addEventListener("click", ({ target }) => target.closest("[data-open-upload]") && open());
  for (const button of [find("[data-shrink]"), find("[data-close]")]) button.addEventListener("click", shrink);
  dock.querySelector("[data-dismiss]").addEventListener("click", () => (dock.hidden = true));
  dialog.addEventListener("cancel", (event) => (event.preventDefault(), shrink()));

  const inputs = { files: find("[data-files]"), folder: find("[data-folder]") };
  for (const button of dialog.querySelectorAll("[data-pick]")) button.addEventListener("click", () => inputs[button.dataset.pick].click());
  for (const input of Object.values(inputs)) {
    input.addEventListener("change", () => {
      add(input.files);
      input.value = "";
    });
  }
  // a picture of the page dragged about is a file, too, and not meant
  let ours = false;
  addEventListener("dragstart", () => (ours = true));
  addEventListener("dragend", () => (ours = false));
  const holdsFiles = (event) => !ours && [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    document.body.classList.add("is-over");
  });
  addEventListener("dragleave", (event) => event.relatedTarget || document.body.classList.remove("is-over"));
  addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    document.body.classList.remove("is-over");
    add(await getDroppedFiles(event.dataTransfer));
  });

  // ---- pause
  const pause = find("[data-pause]");
  pause.addEventListener("click", () => {
    const paused = pause.getAttribute("aria-pressed") === "true";
    pause.setAttribute("aria-pressed", String(!paused));
    pause.querySelector("span").textContent = paused ? "Pause" : "Go on";
    if (paused) wire.resume();
    else wire.pause();
  });

  // ---- from an order: its finals
  if (new URLSearchParams(location.search).get("upload") === "finals") {
    find("#replace").checked = true;
    find("#stage").value = "final";
    find("#upload-head").textContent = "Upload finals";
    open();
  }

  // ---- what an earlier visit left half-way
  const interrupted = Object.entries(remembered.all());
  if (interrupted.length) {
    const names = interrupted.slice(0, 4).map(([, { name }]) => name).join(", ");
    const more = interrupted.length > 4 ? ` and ${interrupted.length - 4} more` : "";
    const one = interrupted.length === 1;
    find("[data-interrupted]").textContent = `${names}${more} stopped half-way. Choose ${one ? "the same file" : "the same files"} or folder again and ${one ? "it goes" : "they go"} on from there.`;
    find(".interrupted").hidden = false;
    dock.querySelector("[data-dock]").textContent = `${interrupted.length} ${one ? "upload" : "uploads"} stopped half-way`;
    dock.hidden = false;
  }
  find("[data-forget]").addEventListener("click", () => {
    for (const [print, upload] of Object.entries(remembered.all())) {
      remembered.forget(print);
      wire.forget(upload);
    }
    find(".interrupted").hidden = true;
  });
}
