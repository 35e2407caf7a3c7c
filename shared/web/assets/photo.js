// The page of one photograph: keys do what its links do, and its thread stays on the page.
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest?.("input, textarea, select")) return;
  document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});

if (document.querySelector("[data-thread]")) {
  import("./_thread.js").then(
    ({ takeOver }) => takeOver(),
    () => {}, // without it the form works as it stands
  );
}
