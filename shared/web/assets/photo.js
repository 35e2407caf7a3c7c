// The page of one photograph: the arrow keys and Escape do what its links do.
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});
