// The page of one photograph: keys do what its links do, and its thread stays on the page.
import { unsaid } from "./_unsaid.js";

addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest?.("input, textarea, select")) return;
  // on a control, Space is that control's
  if (event.key === " " && event.target.closest?.("button, a, summary")) return;
  document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});

if (document.querySelector("[data-thread]")) {
  import("./_thread.js").then(
    ({ takeOver }) => takeOver(),
    () => {}, // without it the form works as it stands
  );
}

unsaid(location.pathname.replace(/\/photo\/.*/, ""));
