// One photograph's page: its thread, and the file that replaces it, from the choice to the version that is shown (P28).
import { ask } from "./_studio-ask.js";
import { transfer } from "./_studio-transfer.js";
import { takeOver } from "./_thread.js";

/** How often it is asked whether the file was read, and for how long. */
const [PACE, PATIENCE] = [800, 90_000];

takeOver();
const panel = document.querySelector("[data-replace]");
if (panel) replace(panel);

function replace(panel) {
  const { replace: uploads, photo, version, refused } = panel.dataset;
  const [pick, input, stage] = ["[data-pick]", "[data-file]", "select"].map((one) => panel.querySelector(one));
  const [bar, said] = [".prog", "[data-said]"].map((one) => panel.querySelector(one));
  // what has arrived of a file is kept while this page is open
  const begun = new Map();
  const remembered = { get: (print) => begun.get(print), set: (print, upload) => begun.set(print, upload), forget: (print) => begun.delete(print) };

  const wire = transfer(uploads, remembered, {
    moving: ({ file }) => say(`${file.name} is on its way.`),
    progress: ({ file }, bytes) => show(Math.floor((Math.min(bytes, file.size) / file.size) * 100)),
    sent: () => (show(100), bar.classList.add("prog--prep"), say("It has arrived and is being read."), settle(Date.now())),
    failed: (_, fault) => stop(fault.status === undefined ? "The line dropped. Choose the same file again and it goes on." : fault.message),
  });

  function say(words) {
    said.textContent = words;
  }
  function show(percent) {
    bar.hidden = false;
    bar.setAttribute("aria-valuenow", percent);
    bar.firstElementChild.style.setProperty("--p", `${percent}%`);
  }
  function stop(words) {
    bar.hidden = true;
    bar.classList.remove("prog--prep");
    pick.disabled = false;
    say(words);
  }

  async function settle(since) {
    const path = uploads.replace(/uploads$/, "photos");
    const { photos } = await ask("GET", `${path}?ids=${photo}`).catch(() => ({ photos: [] }));
    const [now] = photos;
    const to = (done) => location.assign(`${location.pathname}?done=${done}`);
    if (now && now.version !== version && now.state !== "processing") return to("replaced");
    if (now?.refused && now.refused.version !== refused) return location.assign(location.pathname);
    // the same picture again changes nothing
    if (Date.now() - since > PATIENCE) return to("arrived");
    setTimeout(settle, PACE, since);
  }

  pick.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    pick.disabled = true;
    say("");
    show(0);
    wire.send([{ file, section: "", replace: true, stage: stage.value || undefined, target: photo }]);
  });
}
