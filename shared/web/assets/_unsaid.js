// Sends what was said in the lightbox and not sent before the page was left or loaded again.
export function unsaid(gallery) {
  try {
    if (localStorage.getItem(`said ${gallery}`)) import("./_said.js").then(({ outbox }) => outbox(gallery));
  } catch {
    // no storage: nothing was kept
  }
}
