// What just happened in a sentence, and the way back.

/** Milliseconds it stays. */
const STAYS = 8000;
let shown;

/** Says `words`, with a button that does `act`; it stays while it is used. One at a time: the newer one counts. */
export function toast(words, action, act, ms = STAYS) {
  if (shown?.forever && ms !== Infinity) return;
  shown?.close();
  const element = document.createElement("div");
  element.className = "toast";
  element.setAttribute("role", "status");
  const text = document.createElement("span");
  element.append(text);
  let timer;
  const close = () => {
    clearTimeout(timer);
    element.remove();
    if (shown === self) shown = undefined;
  };
  const self = (shown = { close, forever: ms === Infinity });
  const stay = () => clearTimeout(timer);
  const leave = () => {
    stay();
    if (ms !== Infinity) timer = setTimeout(close, ms);
  };
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action;
    button.onclick = () => {
      close();
      act();
    };
    element.append(button);
  }
  for (const event of ["pointerenter", "focusin"]) element.addEventListener(event, stay);
  for (const event of ["pointerleave", "focusout"]) element.addEventListener(event, leave);
  // the lightbox keeps the focus inside itself; in the grid it is a row of the bar, which lies over nothing but its own place
  const home = document.querySelector(".pswp") ?? document.querySelector(".selbar:not([hidden])") ?? document.body;
  home.append(element);
  text.textContent = words; // after it is in the page: then it is read out
  leave();
}
